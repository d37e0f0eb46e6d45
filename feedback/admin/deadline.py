"""How a deadline is told to staff: a tone, a few words, a line below. Days are working days."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.models import Unit
from directory.selectors import Calendars
from feedback import policy
from feedback.enums import OPEN, Status
from feedback.models import Case
from feedback.selectors.reference import Reference, reference_lately
from portal.kernel import jalali, workdays
from portal.kernel.workdays import Calendar
from portal.templatetags.persian import fa_digits, in_persian, jalali_long

#: Working days before its end in which a deadline is near.
NEAR = 2
#: Statuses in which the clock runs.
RUNNING = [status for status in OPEN if status != Status.WAITING_CITIZEN]


@dataclass(frozen=True)
class Today:
    """The day on which a page is looked at, and the working days around it."""

    day: date

    @cached_property
    def _kept(self) -> Reference:
        return reference_lately()

    @property
    def calendars(self) -> Calendars:
        return self._kept.calendars

    @cached_property
    def units(self) -> dict[int, Unit]:
        """All units by their primary keys, in their order; objects that many pages share and none changes."""
        return {unit.pk: unit for unit in self._kept.units.values()}

    def unit_of(self, case: Case) -> Unit:
        """Return the unit that has a case; one that came up since the page was begun is looked up."""
        return self.units.get(case.unit_id) or case.unit

    @cached_property
    def near_until(self) -> date:
        """The last day that is near, by the calendar of all."""
        return policy.due_on(self.day, NEAR, self.calendars.of())

    def days(self, after: date, until: date, unit: int) -> int:
        """Count working days by the calendar of a unit."""
        return workdays.count(after, until, self.calendars.of(unit))

    @cached_property
    def _told(self) -> dict[tuple[date, Calendar], "Standing"]:
        return {}

    def running(self, due: date, unit: int) -> "Standing":
        """Tell how near the last day of a unit's running case is; cases of one list share many of these."""
        key = due, self.calendars.of(unit)
        if key not in self._told:
            self._told[key] = _running(due, unit, self)
        return self._told[key]

    @property
    def late(self) -> Q:
        """Cases whose last day has passed while the clock ran."""
        return Q(status__in=RUNNING, due_on__lt=self.day)

    @property
    def near(self) -> Q:
        """Cases whose last day is today or near."""
        return Q(status__in=RUNNING, due_on__range=(self.day, self.near_until))


#: Cases that wait for their citizen.
WAITING = Q(status=Status.WAITING_CITIZEN)


def today_of(request: HttpRequest) -> Today:
    """Return the day of a request, the same one for everything on its page."""
    known: Today | None = getattr(request, "staff_today", None)
    if known is None:
        known = Today(jalali.local(timezone.now()).date())
        request.staff_today = known  # type: ignore[attr-defined]
    return known


@dataclass(frozen=True)
class Standing:
    """How near a deadline is: the tone (late, soon, hold, ok, done), the words, and a line below them."""

    tone: str
    words: str
    below: str


def standing(case: Case, today: Today) -> Standing:
    """Tell where a case stands with its deadline."""
    if not case.is_open:
        return _settled(case, today)
    if case.status == Status.WAITING_CITIZEN:
        return Standing("hold", _("waiting for the citizen"), _("the clock stands still"))
    return today.running(case.due_on, case.unit_id)


def has_time(case: Case, today: Today) -> bool:
    """Tell whether a case's days run and some are left until its last."""
    return case.is_open and case.status != Status.WAITING_CITIZEN and case.due_on > today.day


def _running(due: date, unit: int, today: Today) -> Standing:
    line = day_line(due, today.day)
    if due < today.day:
        return Standing("late", _late(today.days(due, today.day, unit)), line)
    left = today.days(today.day, due, unit)
    if left <= NEAR:
        return Standing("soon", _("today") if due == today.day else _left(left), line)
    return Standing("ok", _left(left), line)


def _settled(case: Case, today: Today) -> Standing:
    if case.awaits_staff or case.answered_at is None:
        return Standing("soon", _("the citizen wrote"), _("after the answer"))
    received, answered = jalali.local(case.received_at).date(), jalali.local(case.answered_at).date()
    took = fa_digits(today.days(received, answered, case.unit_id))
    below = _("in %(days)s working days") % {"days": took}
    if answered <= case.due_on:
        return Standing("done", _("on time"), below)
    late = max(today.days(case.due_on, answered, case.unit_id), 1)
    words = ngettext("%(days)s day too late", "%(days)s days too late", late)
    return Standing("ok", words % {"days": fa_digits(late)}, below)


def _late(days: int) -> str:
    if not days:
        return _("the last day has passed")
    return ngettext("%(days)s day late", "%(days)s days late", days) % {"days": fa_digits(days)}


def _left(days: int) -> str:
    if not days:
        return _("last day")
    return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": fa_digits(days)}


def day_line(day: date, today: date) -> str:
    """Return a day with its weekday, «شنبه ۲۳ خرداد»; its year is left out where it is this year's."""
    line = jalali_long(day)
    same = (
        jalali.from_date(day).year == jalali.from_date(today).year if in_persian() else day.year == today.year
    )
    return line.rpartition(" ")[0] if same else line
