"""What follows an answer: the citizen's rating of it, and a review by somebody else."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from directory.models import Unit, User
from feedback.enums import Score
from feedback.models.case import Case
from feedback.models.conversation import Message


class Rating(models.Model):
    """What a citizen thinks of one answer: one of five and perhaps a word. It may be changed for a while."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="ratings", verbose_name=_("case"))
    answer = models.OneToOneField(Message, models.PROTECT, related_name="rating", verbose_name=_("answer"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit that answered"))
    score = models.PositiveSmallIntegerField(_("rating"), choices=Score)
    words = models.TextField(_("in the citizen's words"), blank=True)
    rated_at = models.DateTimeField(_("rated"))
    changed_at = models.DateTimeField(_("changed"), null=True, blank=True)

    class Meta:
        verbose_name = _("rating of an answer")
        verbose_name_plural = _("ratings of answers")
        ordering = ["-rated_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(score__in=Score.values), name="rating_score_known"),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.score}"


class Review(models.Model):
    """A second look at an answer by somebody else, one level up. The database holds: once a case, never the author."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="review", verbose_name=_("case"))
    answer = models.ForeignKey(Message, models.PROTECT, related_name="+", verbose_name=_("answer"))
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("author of the answer"))
    unit_before = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=_("unit that answered")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit of the review"))
    reviewer = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("reviewer")
    )
    reason = models.TextField(_("in the citizen's words"), blank=True)
    asked_at = models.DateTimeField(_("asked for"))
    decided_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("answered by")
    )
    decided_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewer__isnull=True) | ~Q(reviewer=F("author")),
                name="review_is_not_given_to_the_author",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("author")),
                name="review_is_not_answered_by_the_author",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="review_decided_says_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.unit}"

    @property
    def is_open(self) -> bool:
        return self.decided_at is None
