"""The working calendar as rows: what a week looks like, special days, and who is away.

A row without a unit holds for all; a unit's own row comes before it.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from directory.enums import DayWork
from directory.models.organization import Unit, User
from portal.kernel import jalali


class WeekdayRule(models.Model):
    """How one day of the week is worked from a date on; a weekday nobody speaks of is worked in full."""

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("for this unit only")
    )
    weekday = models.PositiveSmallIntegerField(_("day of the week"), choices=list(WEEKDAYS.items()))
    work = models.CharField(_("how it is worked"), max_length=4, choices=DayWork)
    valid_from = models.DateField(_("from this day on"))

    class Meta:
        verbose_name = _("day of the week")
        verbose_name_plural = _("working week")
        ordering = ["valid_from", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["weekday", "valid_from"],
                condition=Q(unit__isnull=True),
                name="weekday_rule_once",
                violation_error_message=_("This weekday has a rule from that day already."),
            ),
            models.UniqueConstraint(
                fields=["unit", "weekday", "valid_from"],
                condition=Q(unit__isnull=False),
                name="weekday_rule_once_a_unit",
                violation_error_message=_("This weekday has a rule of this unit from that day already."),
            ),
            models.CheckConstraint(
                condition=Q(weekday__range=(0, 6)),
                name="weekday_rule_of_a_week",
                violation_error_message=_("There is no such choice."),
            ),
            models.CheckConstraint(
                condition=Q(work__in=DayWork.values),
                name="weekday_rule_work_known",
                violation_error_message=_("There is no such choice."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} · {self.get_work_display()}"


class ClosedDay(models.Model):
    """A public holiday, a one-off closure, a half day, or a day worked in full although the week says otherwise."""

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("for this unit only")
    )
    day = models.DateField(_("day"))
    work = models.CharField(_("how it is worked"), max_length=4, choices=DayWork, default=DayWork.NONE)
    title_fa = models.CharField(_("title in Persian"), max_length=200)
    is_estimated = models.BooleanField(_("estimated (lunar calendar)"), default=False)
    is_active = models.BooleanField(_("in force"), default=True)

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("holidays, closures and half days")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["day"],
                condition=Q(unit__isnull=True),
                name="closed_day_once",
                violation_error_message=_("This day is in the calendar already."),
            ),
            models.UniqueConstraint(
                fields=["unit", "day"],
                condition=Q(unit__isnull=False),
                name="closed_day_once_a_unit",
                violation_error_message=_("This day is in the calendar of this unit already."),
            ),
            models.CheckConstraint(
                condition=Q(work__in=DayWork.values),
                name="closed_day_work_known",
                violation_error_message=_("There is no such choice."),
            ),
        ]

    def __str__(self) -> str:
        return f"{jalali.short(self.day)} · {self.title_fa}"


class Absence(models.Model):
    """Somebody is away; meanwhile no case is given to him, and a deputy is told in his place."""

    user = models.ForeignKey(User, models.CASCADE, related_name="absences", verbose_name=_("who is away"))
    from_on = models.DateField(_("first day"))
    until_on = models.DateField(_("last day"))
    deputy = models.ForeignKey(
        User, models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("deputy")
    )

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["-from_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__gte=F("from_on")),
                name="absence_ends_after",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("user")),
                name="absence_deputy_is_another",
                violation_error_message=_("The deputy must be somebody else."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {jalali.short(self.from_on)}"
