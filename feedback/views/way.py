"""The way of a case as a thread: what happened, what is now, what is to come."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback import selectors
from feedback.enums import EventKind, Status
from feedback.models import Case, CaseEvent
from feedback.views.reasons import how_counted, why
from portal.templatetags.persian import fa_digits, jalali_long

Words = str | Promise


@dataclass
class Step:
    """One knot of the thread. `state` is "" for what happened, "now" for the last of it, "to" for what is to come."""

    title: Words
    at: datetime | None = None
    day: date | None = None
    state: str = ""
    said: str = ""
    summary: Words = ""
    sentences: list[str] = field(default_factory=list)
    shows_clock: bool = False


TITLES: dict[str, Words] = {
    EventKind.SUBMITTED: gettext_lazy("Arrived"),
    EventKind.TAKEN: gettext_lazy("Read by an officer"),
    EventKind.ASKED: gettext_lazy("An officer asked you something"),
    EventKind.REPLIED: gettext_lazy("You wrote"),
    EventKind.ANSWERED: gettext_lazy("Answered"),
    EventKind.REFERRED_OUT: gettext_lazy("Passed to another body"),
    EventKind.REJECTED: gettext_lazy("Answered: not accepted, with the reasons"),
    EventKind.CLOSED: gettext_lazy("Closed; you can still write to us here"),
}

#: What the record of a joined case names is the number of the other one, which opens nothing.
JOINED: dict[str, Words] = {
    EventKind.MERGED: gettext_lazy("Joined with your case %(number)s; both get the same answer"),
    EventKind.UNMERGED: gettext_lazy("Parted again from your case %(number)s"),
}


@dataclass(frozen=True)
class Standing:
    """Where a case stands, as its citizen is told, and the tone of the tag."""

    label: Words
    tone: str


STANDINGS: dict[str, Standing] = {
    Status.RECEIVED: Standing(gettext_lazy("Arrived"), "wait"),
    Status.IN_PROGRESS: Standing(gettext_lazy("Being worked on"), "wait"),
    Status.WAITING_CITIZEN: Standing(gettext_lazy("Waiting for you"), "hold"),
    Status.ANSWERED: Standing(gettext_lazy("Answered"), "ok"),
    Status.CLOSED: Standing(gettext_lazy("Closed"), "ok"),
    Status.REOPENED: Standing(gettext_lazy("Being reviewed"), "wait"),
    Status.REFERRED_OUT: Standing(gettext_lazy("Passed to another body"), "ok"),
}


def standing(case: Case, clock: selectors.Clock) -> Standing:
    """Return where a case stands; an open one past its last day is late before all else."""
    return (
        Standing(gettext_lazy("Late"), "late") if case.is_open and clock.is_late else STANDINGS[case.status]
    )


def way(case: Case, events: list[CaseEvent], clock: selectors.Clock, kept: selectors.Reference) -> list[Step]:
    """Return the steps of a case from its story, the last day for an answer at the end."""
    told = [event for event in events if event.kind in selectors.TOLD]
    steps = [_step(case, event, kept) for event in _without_repeats(told)]
    if steps:
        steps[-1].state = "now"
        # Being closed takes no working day: the days stand by what came before.
        is_closing = len(steps) > 1 and told[-1].kind == EventKind.CLOSED
        steps[-2 if is_closing else -1].shows_clock = True
    if case.status != Status.REFERRED_OUT:
        steps.append(_due(case, clock, kept))
    return steps


#: Events that say something new each time they come.
NEW_EACH_TIME = frozenset({EventKind.REDIRECTED, EventKind.ROUTED, EventKind.EXTENDED, EventKind.RECOUNTED})


def _without_repeats(events: list[CaseEvent]) -> list[CaseEvent]:
    """Drop an event that follows one of its kind, such as a second message in a row."""
    pairs = zip([None, *events], events, strict=False)
    return [
        event
        for before, event in pairs
        if before is None or before.kind != event.kind or event.kind in NEW_EACH_TIME
    ]


def _step(case: Case, event: CaseEvent, kept: selectors.Reference) -> Step:
    if event.kind == EventKind.ROUTED:
        decision = selectors.first_decision(case, kept)
        sentences = why(case, decision) if decision else []
        return Step(_went_to(event), at=event.at, summary=_("Why this unit?"), sentences=sentences)
    if event.kind == EventKind.REVIEW_ASKED:
        return Step(_("You asked for a review; it went to %(unit)s") % {"unit": event.unit}, at=event.at)
    if event.kind == EventKind.REDIRECTED:
        return Step(_went_to(event), at=event.at, said=event.reason)
    if event.kind in JOINED:
        return Step(JOINED[event.kind] % {"number": fa_digits(event.reason)}, at=event.at)
    if event.kind in (EventKind.EXTENDED, EventKind.RECOUNTED):
        return _moved(case, event)
    return Step(TITLES[event.kind], at=event.at)


def _moved(case: Case, event: CaseEvent) -> Step:
    """Tell of a last day that moved: to which day, and why."""
    deadline = selectors.deadline_of(case, event)
    day = {"day": jalali_long(deadline.due_on)} if deadline else {"day": ""}
    if event.kind == EventKind.EXTENDED:
        return Step(
            _("More time is needed; the last day is now %(day)s") % day, at=event.at, said=event.reason
        )
    return Step(_("The calendar changed; the last day is now %(day)s") % day, at=event.at)


def _went_to(event: CaseEvent) -> str:
    return _("Sent to %(unit)s") % {"unit": event.unit}


def _due(case: Case, clock: selectors.Clock, kept: selectors.Reference) -> Step:
    is_over = not case.is_open or clock.is_late
    title = _("The answer was due") if is_over else _("The answer is due")
    count = selectors.counting(case, kept.calendars)
    sentences = how_counted(count) if count else []
    return Step(title, day=case.due_on, state="to", summary=_("How was this counted?"), sentences=sentences)
