"""Service cards that visitors found wrong, each to be held against what happens and closed with a decision."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import ServiceCardVersion, User
from surveys import policy
from surveys.enums import CardDecision, CardField


class CardReview(models.Model):
    """One field of one version of a card that visitors found wrong in a quarter; one is open at a time."""

    card = models.ForeignKey(
        ServiceCardVersion, models.PROTECT, related_name="+", verbose_name=_("service identity card")
    )
    field = models.CharField(_("field of the card"), max_length=10, choices=CardField)
    year = models.PositiveSmallIntegerField(_("Jalali year of the finding"))
    quarter = models.PositiveSmallIntegerField(_("quarter of the finding"))
    wrong = models.PositiveIntegerField(_("found it different"))
    answers = models.PositiveIntegerField(_("answers"))
    named = models.PositiveIntegerField(_("named this field"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened on"))
    decision = models.CharField(_("decision"), max_length=10, choices=CardDecision, blank=True)
    note = models.CharField(_("what was found and done"), max_length=300, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided on"), null=True, blank=True)

    class Meta:
        verbose_name = _("review of a service card")
        verbose_name_plural = _("reviews of service cards")
        ordering = ["-year", "-quarter", "card", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["card", "field"], condition=Q(decision=""), name="card_review_one_open"
            ),
            models.UniqueConstraint(
                fields=["card", "field", "year", "quarter"], name="card_review_once_a_quarter"
            ),
            models.CheckConstraint(
                condition=Q(quarter__gte=1, quarter__lte=4), name="card_review_of_one_of_four_quarters"
            ),
            models.CheckConstraint(
                condition=Q(wrong__lte=models.F("answers"), wrong__gt=0), name="card_review_has_a_finding"
            ),
            models.CheckConstraint(
                condition=Q(decision="", note="", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(decision="") & ~Q(note="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="card_review_decided_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.card} · {self.get_field_display()}"

    @property
    def finding(self) -> policy.Quarter:
        return policy.Quarter(self.year, self.quarter)

    @property
    def is_open(self) -> bool:
        return not self.decision
