"""How the last day of a case was counted, day by day, with everything that moved it since."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback import selectors
from feedback.admin.about import about_case
from feedback.admin.why import how_counted
from feedback.models import Case, Deadline
from portal.kernel.workdays import DayReason
from portal.templatetags.persian import fa_digits

#: What a day is called, by why it counts or does not.
DAYS: dict[DayReason, str | Promise] = {
    DayReason.REGISTERED: gettext_lazy("the message arrived; not counted"),
    DayReason.WORKING: gettext_lazy("working day"),
    DayReason.HALF: gettext_lazy("half day"),
    DayReason.WEEKEND: gettext_lazy("weekend"),
    DayReason.CLOSED: gettext_lazy("holiday or closure"),
}
#: What made a deadline, by the reason its row keeps.
CAUSES: dict[str, str | Promise] = {
    "": gettext_lazy("promised when the message arrived"),
    "pause": gettext_lazy("the clock stood still while we waited for the citizen"),
    "review": gettext_lazy("promised when the review was asked for"),
    "merge": gettext_lazy("promised in the case that was joined with this one"),
    "extension": gettext_lazy("extended with a reason"),
    "calendar": gettext_lazy("counted anew after the calendar changed"),
}


@dataclass(frozen=True)
class Row:
    """One day of the table."""

    day: date
    words: str
    title: str
    sum: str
    counts: bool
    is_paused: bool


def deadline_page(page: "admin.ModelAdmin[Any]", request: HttpRequest, case: Case) -> HttpResponse:
    """Show every day from the registration to the last day, and every deadline the case ever had."""
    days = selectors.day_by_day(case)
    count = selectors.counting(case)
    deadlines = list(case.deadlines.all())
    shown = {
        "title": _("Deadline of case %(number)s") % {"number": fa_digits(case.number)},
        "sentences": how_counted(count) if count else [],
        "days": [_row(day) for day in days],
        "deadlines": [(one, _cause(one)) for one in deadlines],
        "extensions": case.extensions.select_related("decided_by"),
        "is_stale": selectors.is_calendar_older(case),
    }
    return about_case(page, request, case, "deadline", **shown)


def _row(day: selectors.CountedDay) -> Row:
    return Row(
        day=day.day,
        words=str(DAYS[day.reason]),
        title=day.title,
        sum=_sum(day.passed) if day.halves else "",
        counts=day.halves > 0,
        is_paused=day.is_paused,
    )


def _sum(passed: float) -> str:
    whole, is_half = int(passed), passed % 1 > 0
    return fa_digits(whole) + ("½" if is_half else "")


def _cause(deadline: Deadline) -> str:
    return str(CAUSES.get(deadline.reason, deadline.reason))
