"""Rejecting what a citizen asks for: proposed by one person, decided by another, told with its reasons."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from directory.models import Unit, User
from feedback.enums import Ground, Outcome
from feedback.models.case import Case
from feedback.models.conversation import Message


class Rejection(models.Model):
    """A proposal to reject. The database holds: one open a case, and never decided by whoever proposed it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="rejections", verbose_name=_("case"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    ground = models.CharField(_("reason"), max_length=12, choices=Ground)
    body = models.TextField(_("explanation"))
    law = models.TextField(_("legal ground"))
    onward = models.TextField(_("where to go next"))
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    answer = models.OneToOneField(
        Message, models.PROTECT, related_name="rejection", null=True, blank=True, verbose_name=_("answer")
    )

    class Meta:
        verbose_name = _("rejection")
        verbose_name_plural = _("rejections")
        ordering = ["proposed_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(outcome=""), name="rejection_one_open"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="rejection_is_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_by__isnull=True, decided_at__isnull=True)
                | Q(outcome=Outcome.WITHDRAWN, decided_by__isnull=True, decided_at__isnull=False)
                | Q(
                    outcome__in=[Outcome.APPROVED, Outcome.RETURNED],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="rejection_decided_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.APPROVED, answer__isnull=False)
                | (~Q(outcome=Outcome.APPROVED) & Q(answer__isnull=True)),
                name="rejection_approved_has_its_answer",
            ),
            models.CheckConstraint(
                condition=~Q(body="") & ~Q(law="") & ~Q(onward=""), name="rejection_says_why_and_where_next"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.get_ground_display()}"

    @property
    def is_open(self) -> bool:
        return not self.outcome
