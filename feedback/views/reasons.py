"""Why a case went to its unit and how its last day was counted, in plain sentences."""

from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from directory.models import ClosedDay
from feedback.enums import Kind
from feedback.models import Case, RoutingDecision
from feedback.selectors import Counting
from portal.templatetags.persian import fa_digits, jalali_day, listed
from routing.enums import Stage


def why(case: Case, decision: RoutingDecision) -> list[str]:
    """Return what spoke for the unit of the rules' decision."""
    if case.kind == Kind.MISCONDUCT:
        # Says the same whoever handles the report, so that it gives nothing away.
        return [
            _(
                "One unit alone sees a report of misconduct: the inspectors, or the head's office if it is about them."
            )
        ]
    sentences = [*_for_stage(decision), *_for_words(case, decision), *_for_address(case, decision)]
    if decision.excluded:
        sentences.append(_("Units that the message is about were left out."))
    return sentences


def _for_stage(decision: RoutingDecision) -> list[str]:
    if decision.stage == Stage.DESK:
        return [
            _("Nothing in the message pointed to one unit, so the service desk reads it and passes it on.")
        ]
    if decision.stage == Stage.REPLACEMENT:
        return [_("The unit that handles such messages is the one it is about, so this unit has it.")]
    return []


def _for_words(case: Case, decision: RoutingDecision) -> list[str]:
    spoken = [
        reason for reason in decision.reasons if reason["unit"] == decision.unit.code and reason["points"] > 0
    ]
    subject, body = _words(spoken, "subject"), _words(spoken, "body")
    sentences = []
    if any(reason["where"] == "addressed" for reason in spoken):
        sentences.append(_("You wrote to this unit."))
    if case.service and any(reason["where"] == "service" for reason in spoken):
        sentences.append(_("You chose the service “%(service)s”.") % {"service": case.service.title})
    if any(reason["where"] == "kind" for reason in spoken):
        sentences.append(_("Messages of this kind go to this unit."))
    if subject:
        sentences.append(_("The subject mentions %(words)s.") % {"words": subject})
    if body:
        sentences.append(_("The text mentions %(words)s.") % {"words": body})
    return sentences


def _for_address(case: Case, decision: RoutingDecision) -> list[str]:
    """Say that the message went to another unit than it was written to."""
    unit = case.addressed_elsewhere(decision.unit_id)
    if unit is None:
        return []
    words = _("You wrote to “%(unit)s”, but what you wrote is the matter of this unit.")
    return [words % {"unit": unit.name}]


def _words(reasons: list[dict[str, object]], where: str) -> str:
    """List the words found in one place, each once, in quotes and kept apart from the direction around them."""
    words = dict.fromkeys(str(reason["word"]) for reason in reasons if reason["where"] == where)
    return listed([_("“%(word)s”") % {"word": _apart(word)} for word in words])


def _apart(text: str) -> str:
    """Keep a Persian text together on an English page, where `<bdi>` cannot stand."""
    return f"\u2068{text}\u2069"


def how_counted(count: Counting) -> list[str]:
    """Return how the last day for an answer was counted."""
    promised = _("%(days)s working days, from the day after your message arrived.")
    if count.is_joined:
        promised = _(
            "%(days)s working days, from the day after your other message arrived, which was joined with this one "
            "and is due sooner."
        )
    sentences = [promised % {"days": fa_digits(count.days)}]
    if uncounted := _uncounted(count):
        sentences.append(_("Not counted: %(days)s.") % {"days": listed(uncounted)})
    if halves := _halves(count):
        sentences.append(_("Half days, two of which make one: %(days)s.") % {"days": listed(halves)})
    if count.waited:
        added = _("%(days)s working days were added while we waited for your words.")
        sentences.append(added % {"days": fa_digits(count.waited)})
    if count.extended:
        added = _("%(days)s working days were added with the reason you can read above.")
        sentences.append(added % {"days": fa_digits(count.extended)})
    if count.is_at_ceiling:
        sentences.append(_("No answer may take longer than three months, so the count ends there."))
    return sentences


def _uncounted(count: Counting) -> list[str]:
    return [*(_every(weekday) for weekday in count.weekend), *map(_named, count.closed)]


def _halves(count: Counting) -> list[str]:
    return [*(_every(weekday) for weekday in count.short_weekdays), *map(_named, count.short)]


def _named(day: ClosedDay) -> str:
    """Name a special day; its title is in Persian alone, so that an English page says only which day it is."""
    if get_language() != "fa":
        return jalali_day(day.day)
    return f"{_apart(day.title_fa)} ({jalali_day(day.day)})"


def _every(weekday: int) -> str:
    """Name a day of every week (Monday = 0): «پنجشنبه‌ها», "Thursdays"."""
    return f"{WEEKDAYS[weekday]}\u200cها" if get_language() == "fa" else f"{WEEKDAYS[weekday]}s"
