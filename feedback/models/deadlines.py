"""What is promised, what was added to a deadline and why, and who was told when one came near or passed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import Service, Unit, User
from feedback.enums import Kind, Receiver
from feedback.models.case import Case
from feedback.models.notice import Notice
from feedback.policy import MOST_DAYS, MOST_EXTENSIONS


class PromisedTime(models.Model):
    """The working days promised for a kind of message, for one service otherwise than for the others if need be.

    A change holds for new messages: a deadline keeps the promise it was counted from.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    service = models.ForeignKey(
        Service,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("for this service only"),
    )
    answer_days = models.PositiveSmallIntegerField(_("working days to the answer"))
    first_action_days = models.PositiveSmallIntegerField(_("working days to the first action"), default=3)
    is_active = models.BooleanField(_("in force"), default=True)

    class Meta:
        verbose_name = _("promised time")
        verbose_name_plural = _("promised times")
        ordering = ["kind", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(service__isnull=True),
                name="promised_time_once_a_kind",
                violation_error_message=_("This kind has its promised time already; change that one."),
            ),
            models.UniqueConstraint(
                fields=["kind", "service"],
                condition=Q(service__isnull=False),
                name="promised_time_once_a_service",
                violation_error_message=_(
                    "This kind has a promised time for this service already; change that one."
                ),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values),
                name="promised_time_kind_known",
                violation_error_message=_("There is no such choice."),
            ),
            models.CheckConstraint(
                condition=Q(answer_days__range=(1, MOST_DAYS)),
                name="promised_time_within_the_ceiling",
                violation_error_message=_("The answer takes from 1 to 60 working days."),
            ),
            models.CheckConstraint(
                condition=Q(first_action_days__gte=1, first_action_days__lte=models.F("answer_days")),
                name="promised_time_acts_before_it_answers",
                violation_error_message=_(
                    "The first action takes at least one working day, and no more than the answer."
                ),
            ),
            # Every kind has a promise: only that of a service can be taken out of force.
            models.CheckConstraint(
                condition=Q(is_active=True) | Q(service__isnull=False),
                name="promised_time_of_a_kind_stays",
                violation_error_message=_(
                    "Every kind keeps its promise: only that of a service can be taken out of force."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.answer_days}"


class Extension(models.Model):
    """Working days added to a deadline, with the reason that the citizen reads. Never changed (trigger)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="extensions", verbose_name=_("case"))
    number = models.PositiveSmallIntegerField(_("which one"))
    days = models.PositiveSmallIntegerField(_("working days"))
    reason = models.TextField(_("reason"))
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided"))

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="extension_once"),
            models.CheckConstraint(
                condition=Q(number__range=(1, MOST_EXTENSIONS)), name="extension_twice_at_most"
            ),
            models.CheckConstraint(condition=Q(days__range=(1, MOST_DAYS)), name="extension_days_sensible"),
            models.CheckConstraint(condition=~Q(reason=""), name="extension_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.case} · +{self.days}"


class EscalationRule(models.Model):
    """One rung of the ladder: who is told when so much of a promised time is over, or a case is so late."""

    kind = models.CharField(_("for this kind only"), max_length=12, choices=Kind, blank=True)
    receiver = models.CharField(_("who is told"), max_length=10, choices=Receiver)
    percent = models.PositiveSmallIntegerField(_("percent of the promised days"), null=True, blank=True)
    days_late = models.PositiveSmallIntegerField(_("working days after the last day"), null=True, blank=True)
    is_active = models.BooleanField(_("in force"), default=True)

    class Meta:
        verbose_name = _("rung of the ladder")
        verbose_name_plural = _("escalation ladder")
        ordering = ["kind", "days_late", "percent"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "receiver"],
                name="escalation_rule_once",
                violation_error_message=_("The ladder of this kind has this receiver already."),
            ),
            models.CheckConstraint(
                condition=Q(receiver__in=Receiver.values),
                name="escalation_rule_receiver_known",
                violation_error_message=_("There is no such choice."),
            ),
            models.CheckConstraint(
                condition=Q(percent__range=(1, 100), days_late__isnull=True)
                | Q(percent__isnull=True, days_late__range=(1, MOST_DAYS)),
                name="escalation_rule_says_when",
                violation_error_message=_(
                    "Give either a percentage from 1 to 100 or working days from 1 to 60, not both."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_receiver_display()} · {self.percent or self.days_late}"


class EscalationStep(models.Model):
    """Somebody was told that a case comes near its last day or passed it; each step once a promise (constraint)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="escalations", verbose_name=_("case"))
    #: The day from which the promise was counted: a review or a joined case brings one of its own, an extension none.
    counted_from = models.DateField(_("counted from"))
    receiver = models.CharField(_("step"), max_length=10, choices=Receiver)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    due_on = models.DateField(_("due"))
    recipient = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="escalations",
        null=True,
        blank=True,
        verbose_name=_("who was told"),
    )
    notice = models.ForeignKey(
        Notice, models.SET_NULL, related_name="steps", null=True, blank=True, verbose_name=_("notice")
    )
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("late case told of")
        verbose_name_plural = _("late cases told of")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["recipient", "-at"], name="escalation_of_recipient")]
        constraints = [
            models.UniqueConstraint(fields=["case", "counted_from", "receiver"], name="escalation_step_once"),
            models.CheckConstraint(
                condition=Q(receiver__in=Receiver.values), name="escalation_receiver_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.get_receiver_display()}"
