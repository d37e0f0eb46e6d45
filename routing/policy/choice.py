"""Choosing the unit that should answer a case, with reasons; total, deterministic, and it never raises.

The order is the product's promise (PRODUCT.md section 8): exclusions, lanes, points, the chosen service, the desk.
The unit that a message is written to has points (decision 41).
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from directory.policy import subtree
from routing.enums import Kind, Stage
from routing.policy.phrases import Match
from routing.policy.rules import CONFIDENTIAL_UNITS, DESK, HEAD, INSP, CompiledRules, Entry, RuleSpec

SUBJECT_BONUS = 1
SERVICE_POINTS = 2
#: As much as a right address can mend; each more would overrule words that know better (decision 41).
ADDRESSED_POINTS = 4

#: A member of an enumeration is looked up slowly; these are compared for every reason.
_LANE = Stage.LANE

_PLACE = itemgetter(0)

#: Where a reason was found, besides the two texts.
SUBJECT, BODY, KIND, SERVICE, NOT_IF = "subject", "body", "kind", "service", "not_if"
ADDRESSED = "addressed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a case when it arrives; `subject` and `body` are cleaned and folded by the caller.

    `addressed_unit` is the unit the message is written to, `about_unit` the one complained of; `excluded` are all units
    that must not get the case, see `excluded_by`.
    `hour` (0–23) and `weekday` (Monday = 0) are local to the organization.
    """

    kind: str
    subject: str
    body: str
    service: str | None = None
    service_unit: str | None = None
    county: str | None = None
    channel: str = "web"
    addressed_unit: str | None = None
    about_unit: str | None = None
    excluded: frozenset[str] = frozenset()
    hour: int | None = None
    weekday: int | None = None

    @property
    def barred(self) -> frozenset[str]:
        """Every unit that must not get the case."""
        return self.excluded | {self.about_unit} if self.about_unit else self.excluded


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that spoke for a unit: a word found, the kind, the address, the chosen service; or, with 0 points, a
    `not_if` phrase that switched a rule off."""

    rule: str | None
    stage: Stage
    unit: str
    word: str
    where: str
    points: int

    def told(self) -> dict[str, str | int | None]:
        """Return what the record keeps of it: `dataclasses.asdict` without its copies of copies."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The unit that gets a case and why; `dataclasses.asdict` gives what the record keeps.

    `stage` tells what decided and `rule` the winning rule where there is one. `points` lists each unit's total, the
    best first, excluded units included. `external_bodies` is true when the head's office itself is concerned:
    then the citizen is shown the bodies outside.
    """

    unit: str
    stage: Stage
    rule: str | None
    points: tuple[tuple[str, int], ...]
    excluded: tuple[str, ...]
    reasons: tuple[Reason, ...]
    version: int | None
    external_bodies: bool


#: A text's name and the phrases found in it.
Texts = list[tuple[str, list[Match[Entry]]]]


class _Candidate(NamedTuple):
    unit: str
    stage: Stage
    rule: str | None = None


def excluded_by(unit: str | None, parents: Mapping[str, str | None]) -> frozenset[str]:
    """Return the units that must not get a case about `unit`: itself and all below it.

    `parents` maps every unit to its parent, None at the top. The top of the tree excludes only itself, else nobody
    would be left to answer. Loops in the tree end the walk.
    """
    if unit is None:
        return frozenset()
    if parents.get(unit) is None:
        return frozenset({unit})
    return subtree(unit, parents)


def choose(rules: CompiledRules, facts: Facts) -> Decision:
    """Return the decision for a case; the same rules and facts always give the same one."""
    reasons = _reasons(rules, facts)
    totals = _totals(reasons)
    candidates = _lanes(reasons, facts.kind)
    if facts.kind != Kind.MISCONDUCT:
        candidates = chain(candidates, (_candidate(unit, reasons) for unit, _points in totals))
    winner = _winner(candidates, facts)
    return Decision(
        unit=winner.unit,
        stage=winner.stage,
        rule=winner.rule,
        points=tuple(totals),
        excluded=tuple(sorted(facts.barred)),
        reasons=tuple(reasons),
        version=rules.version,
        external_bodies=HEAD in facts.barred,
    )


def _winner(candidates: Iterable[_Candidate], facts: Facts) -> _Candidate:
    """Return the first candidate that is not barred; where all are barred, or the desk is, the replacement.

    A misconduct report without a lane is never left to the desk either.
    """
    barred, were_any = facts.barred, False
    for candidate in candidates:
        were_any = True
        if candidate.unit not in barred:
            return candidate
    if not were_any and facts.kind != Kind.MISCONDUCT and DESK not in barred:
        return _Candidate(DESK, Stage.DESK)
    replacement = next((unit for unit in (INSP, HEAD) if unit not in barred), INSP)
    return _Candidate(replacement, Stage.REPLACEMENT)


def _lanes(reasons: list[Reason], kind: str) -> Iterable[_Candidate]:
    """Return the lanes that apply, in rule order; for misconduct only those to the confidential units."""
    return [
        _Candidate(reason.unit, Stage.LANE, reason.rule)
        for reason in reasons
        if reason.stage is _LANE
        and reason.points
        and (kind != Kind.MISCONDUCT or reason.unit in CONFIDENTIAL_UNITS)
    ]


def _totals(reasons: list[Reason]) -> list[tuple[str, int]]:
    """Return the units with points, the best first, equal ones in rule order, then as `_reasons` has them."""
    totals: dict[str, int] = {}
    for reason in reasons:
        if reason.stage is not _LANE and reason.points:
            totals[reason.unit] = totals.get(reason.unit, 0) + reason.points
    return sorted(totals.items(), key=itemgetter(1), reverse=True)


def _candidate(unit: str, reasons: list[Reason]) -> _Candidate:
    """Return the unit with the rule that gave most of its points, if any rule did."""
    shares: dict[str, int] = {}
    for reason in reasons:
        if reason.unit == unit and reason.rule is not None and reason.stage is not _LANE and reason.points:
            shares[reason.rule] = shares.get(reason.rule, 0) + reason.points
    if not shares:
        return _Candidate(
            unit, next(reason.stage for reason in reasons if reason.unit == unit and reason.rule is None)
        )
    return _Candidate(unit, Stage.POINTS, max(shares, key=shares.__getitem__))


def _reasons(rules: CompiledRules, facts: Facts) -> list[Reason]:
    """Return all that speaks for a unit, in rule order, then the unit written to, the chosen service last.

    A service of the unit written to says the same once more and counts no second time: where a unit has one service
    only, the form chooses it by itself.
    """
    texts = [(SUBJECT, rules.index.search(facts.subject)), (BODY, rules.index.search(facts.body))]
    silent = _switched_off(texts)
    found = [(place, _said(rule, phrase, NOT_IF, 0)) for place, (rule, phrase) in silent.items()]
    for place, rule in rules.wordless:
        if place not in silent and rule.applies_to(facts.kind):
            found.append((place, _said(rule, "*", KIND, rule.always)))
    heard = _heard(texts, facts.kind, silent)
    found += [(entry.place, _heard_as(entry, where)) for entry, where in heard.items()]
    found.sort(key=_PLACE)
    reasons = [reason for _place, reason in found]
    if facts.addressed_unit:
        unit = facts.addressed_unit
        reasons.append(Reason(None, Stage.ADDRESSED, unit, unit, ADDRESSED, ADDRESSED_POINTS))
    if facts.service_unit and facts.service_unit != facts.addressed_unit:
        service = facts.service or ""
        reasons.append(Reason(None, Stage.SERVICE, facts.service_unit, service, SERVICE, SERVICE_POINTS))
    return reasons


@lru_cache(maxsize=1 << 15)
def _heard_as(entry: Entry, where: str) -> Reason:
    """Return the one reason for a keyword in a text; of a rule set there are at most two for each."""
    points = entry.weight + (SUBJECT_BONUS if where == SUBJECT else 0)
    return _said(entry.rule, entry.phrase, where, points)


def _said(rule: RuleSpec, word: str, where: str, points: int) -> Reason:
    return Reason(rule.id, rule.stage, rule.unit, word, where, points)


def _switched_off(texts: Texts) -> dict[int, tuple[RuleSpec, str]]:
    """Return the rules that a `not_if` phrase silences, by place, each with the phrase."""
    return {
        entry.place: (entry.rule, entry.phrase)
        for _where, matches in texts
        for _start, _end, _cut, entries in matches
        for entry in entries
        if entry.switches_off
    }


def _heard(texts: Texts, kind: str, silent: Container[int]) -> dict[Entry, str]:
    """Return each keyword found with the text it counts for; the subject counts before the body."""
    subject, body = (dict.fromkeys(_outermost(found, kind, silent), where) for where, found in texts)
    return {**subject, **body, **subject}


def _outermost(matches: list[Match[Entry]], kind: str, silent: Container[int]) -> list[Entry]:
    """Return the keywords of one text that lie in no longer phrase.

    The longer phrase speaks for its words: «آزمون استخدامی» leaves «آزمون» to nobody else. A phrase worth 0 takes its
    words from its own rule only.
    """
    reached = 0
    hushed: dict[int, int] = {}
    found: list[Entry] = []
    for _start, minus_end, _cut, entries in matches:
        end = -minus_end
        if end <= reached:
            continue
        before = len(found)
        for entry in entries:
            if entry.switches_off or (entry.kinds and kind not in entry.kinds) or entry.place in silent:
                continue
            if entry.weight:
                found.append(entry)
            else:
                hushed[entry.place] = max(end, hushed.get(entry.place, 0))
        if hushed:
            found[before:] = [entry for entry in found[before:] if end > hushed.get(entry.place, 0)]
        if len(found) > before:
            reached = end
    return found
