"""Why a case is where it is and how its last day was counted, as staff is told: with the rule and its points."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from directory.selectors import unit_names, with_names
from feedback.models import Case, RoutingDecision
from feedback.selectors import Counting
from portal.templatetags.persian import fa_digits, jalali_day, said
from routing.enums import Stage

Sentences = list[SafeString]

#: What decided, where no rule did.
STAGES: dict[str, str | Promise] = {
    Stage.ADDRESSED: gettext_lazy("The citizen wrote to this unit."),
    Stage.SERVICE: gettext_lazy("The chosen service belongs to this unit."),
    Stage.DESK: gettext_lazy("No rule applied, so the service desk has it."),
    Stage.REPLACEMENT: gettext_lazy("The unit that would have it is excluded; this one stands in."),
}
#: What spoke for a unit, by where it was found.
SPOKEN: dict[str, str | Promise] = {
    "subject": gettext_lazy("the word {word} in the subject ({points})"),
    "body": gettext_lazy("the word {word} in the text ({points})"),
    "addressed": gettext_lazy("the unit written to ({points})"),
    "service": gettext_lazy("the chosen service ({points})"),
    "kind": gettext_lazy("the kind of message ({points})"),
}


@dataclass(frozen=True)
class Way:
    """How a case came to its unit: what decided, the points of each unit, who is kept out, who moved it since."""

    sentences: Sentences
    points: list[tuple[str, str]]
    excluded: list[str]
    moves: list[RoutingDecision]


def way_of(case: Case) -> Way:
    """Return how a case came to where it is."""
    decisions = list(with_names(case.decisions.all(), people=["overridden_by"], units=["unit"]))
    first = decisions[0] if decisions else None
    points: Mapping[str, int] = first.points if first else {}
    names, kept_out = unit_names(points), case.exclusions.order_by("unit__order")
    return Way(
        sentences=[*_decided(first), *_not_as_written(case, first)] if first else [],
        points=[(names.get(unit, unit), _points(count)) for unit, count in _best_first(points)],
        excluded=[row.unit.name for row in with_names(kept_out, units=["unit"])],
        moves=decisions[1:],
    )


def _best_first(points: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(points.items(), key=lambda item: -item[1])


def _decided(decision: RoutingDecision) -> Sentences:
    """Return the rule that won and what it found, or what decided instead."""
    sentences = [_rule(decision)] if decision.rule_code else []
    if decision.stage in STAGES:
        sentences.append(format_html("{}", STAGES[decision.stage]))
    own = [reason for reason in decision.reasons if reason["unit"] == decision.unit.code and reason["points"]]
    if own:
        spoken = _joined(_spoken(reason) for reason in own)
        sentences.append(format_html(_("Because of {words}."), words=spoken))
    return sentences


def _not_as_written(case: Case, decision: RoutingDecision) -> Sentences:
    """Return what tells that the citizen wrote to another unit than the rules chose."""
    unit = case.addressed_elsewhere(decision.unit_id)
    return [format_html(_("The citizen wrote to “{unit}”."), unit=said(unit.name))] if unit else []


def _rule(decision: RoutingDecision) -> SafeString:
    code = format_html('<bdi dir="ltr">{}</bdi>', decision.rule_code)
    return format_html(
        _("Rule {code}, version {version}."), code=code, version=fa_digits(decision.ruleset_version)
    )


def _spoken(reason: Mapping[str, Any]) -> SafeString:
    words = SPOKEN.get(str(reason["where"]), "{word} ({points})")
    quoted = format_html(_("“{word}”"), word=said(reason["word"]))
    return format_html(str(words), word=quoted, points=_points(int(reason["points"])))


def _points(count: int) -> str:
    return ngettext("%(count)s point", "%(count)s points", count) % {"count": fa_digits(count)}


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join(_(", "), "{}", ((part,) for part in parts))


def how_counted(count: Counting) -> Sentences:
    """Return how the last day was counted: days promised, days waited, closed days, the ceiling."""
    days = ngettext("%(days)s working day", "%(days)s working days", count.days) % {
        "days": fa_digits(count.days)
    }
    sentences = [
        format_html(_("{days} after {day}."), days=days, day=jalali_day(count.registered_on)),
    ]
    if count.is_joined:
        sentences.append(
            format_html("{}", _("It is the promise of a case joined with this one, as it ends sooner."))
        )
    if count.waited:
        waited = ngettext(
            "%(days)s day was added while the clock stood still.",
            "%(days)s days were added while the clock stood still.",
            count.waited,
        )
        sentences.append(format_html("{}", waited % {"days": fa_digits(count.waited)}))
    if count.extended:
        added = ngettext(
            "%(days)s day was added by an extension.",
            "%(days)s days were added by extensions.",
            count.extended,
        )
        sentences.append(format_html("{}", added % {"days": fa_digits(count.extended)}))
    if count.closed:
        closed = _joined(
            format_html("{} ({})", said(day.title_fa), jalali_day(day.day)) for day in count.closed
        )
        sentences.append(format_html(_("Closed days on the way: {days}."), days=closed))
    if count.is_at_ceiling:
        sentences.append(format_html("{}", _("The ceiling of three months ends the count.")))
    return sentences
