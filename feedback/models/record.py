"""The record of a case: what happened, why it went where, and by when. Rows are added, never changed (trigger)."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import Unit, User
from feedback.enums import EventKind, Receiver, Side
from feedback.models.case import Case
from feedback.policy import CEILING_DAYS


class CaseEvent(models.Model):
    """Append-only record of one change: who did what, when, and why."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="events", verbose_name=_("case"))
    kind = models.CharField(_("event"), max_length=14, choices=EventKind)
    side = models.CharField(_("by"), max_length=8, choices=Side)
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, verbose_name=_("actor"))
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("unit")
    )
    reason = models.TextField(_("reason"), blank=True)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(side=Side.STAFF, actor__isnull=False)
                | (~Q(side=Side.STAFF) & Q(actor__isnull=True)),
                name="event_staff_has_actor",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.get_kind_display()}"

    @property
    def words(self) -> str:
        """Why it happened, in words; of a step of the ladder, which one it was."""
        if self.kind == EventKind.ESCALATED and self.reason in Receiver.values:
            return str(Receiver(self.reason).label)
        return self.reason


class RoutingDecision(models.Model):
    """Why a case went to a unit: the rules' decision, or the override by a member of staff."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="decisions", verbose_name=_("case"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    stage = models.CharField(_("stage"), max_length=12)
    ruleset_version = models.PositiveIntegerField(_("version of the rules"), null=True, blank=True)
    rule_code = models.CharField(_("rule"), max_length=16, blank=True)
    points = models.JSONField(_("points per unit"), default=dict)
    excluded = models.JSONField(_("excluded units"), default=list)
    reasons = models.JSONField(_("reasons"), default=list)
    overridden_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, db_index=False, verbose_name=_("overridden by")
    )
    override_reason = models.TextField(_("reason of the override"), blank=True)
    decided_at = models.DateTimeField(_("decided"))

    class Meta:
        verbose_name = _("routing decision")
        verbose_name_plural = _("routing decisions")
        ordering = ["decided_at", "id"]
        indexes = [
            # Of the few that staff decided: a submission, which the rules decide, writes nothing here.
            models.Index(
                fields=["decided_at"],
                name="decision_of_staff",
                condition=Q(overridden_by__isnull=False),
                include=["case", "overridden_by"],
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(overridden_by__isnull=True, override_reason="")
                | (Q(overridden_by__isnull=False) & ~Q(override_reason="")),
                name="override_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} → {self.unit}"


#: Reasons of a deadline that is a promise of its own: a message arrived, a review was asked for, or a case was joined
#: whose promise ends sooner.
PROMISING = ("", "review", "merge")


class Deadline(models.Model):
    """When an answer is due and why; a new row replaces the last, none is changed."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="deadlines", verbose_name=_("case"))
    policy = models.CharField(_("promise"), max_length=64)
    days = models.PositiveSmallIntegerField(_("working days"))
    registered_on = models.DateField(_("registered on"))
    due_on = models.DateField(_("due"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    calendar = models.CharField(_("fingerprint of the calendar"), max_length=16, blank=True)
    set_at = models.DateTimeField(_("set"))

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ["set_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gt=models.F("registered_on")), name="deadline_after_registration"
            ),
            models.CheckConstraint(
                condition=Q(due_on__lte=models.F("registered_on") + timedelta(days=CEILING_DAYS)),
                name="deadline_within_three_months",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.due_on}"

    @property
    def begins_promise(self) -> bool:
        """Tell whether days are counted from here; the other rows go on from the last that does."""
        return self.reason in PROMISING


class Pause(models.Model):
    """A time in which the clock stood still because we waited for the citizen."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="pauses", verbose_name=_("case"))
    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at__isnull=True), name="pause_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("began_at")),
                name="pause_ends_after",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.began_at}"
