"""Choosing the unit that should answer a case, with reasons; total, deterministic, and it never raises.

The order is the product's promise (PRODUCT.md section 8): exclusions, lanes, points, the chosen service, the desk.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from directory.policy import subtree
from routing.enums import Kind, Stage
from routing.policy.phrases import Match
from routing.policy.rules import CONFIDENTIAL_UNITS, DESK, HEAD, INSP, CompiledRules, Entry, RuleSpec

SUBJECT_BONUS = 1
SERVICE_POINTS = 2

#: Where a reason was found, besides the two texts.
SUBJECT, BODY, KIND, SERVICE, NOT_IF = "subject", "body", "kind", "service", "not_if"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a case when it arrives; `subject` and `body` are cleaned and folded by the caller.

    `about_unit` is the unit complained of; `excluded` are all units that must not get the case, see `excluded_by`.
    `hour` (0–23) and `weekday` (Monday = 0) are local to the organization.
    """

    kind: str
    subject: str
    body: str
    service: str | None = None
    service_unit: str | None = None
    county: str | None = None
    channel: str = "web"
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
    """One thing that spoke for a unit: a word found, the kind, the chosen service; or, with 0 points, a `not_if`
    phrase that switched a rule off."""

    rule: str | None
    stage: Stage
    unit: str
    word: str
    where: str
    points: int


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
    points: int = 0


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
    ranking = _ranking(reasons)
    candidates = _lanes(reasons, facts.kind)
    if facts.kind != Kind.MISCONDUCT:
        candidates += ranking
    winner = _winner(candidates, facts)
    return Decision(
        unit=winner.unit,
        stage=winner.stage,
        rule=winner.rule,
        points=tuple((candidate.unit, candidate.points) for candidate in ranking),
        excluded=tuple(sorted(facts.barred)),
        reasons=tuple(reasons),
        version=rules.version,
        external_bodies=HEAD in facts.barred,
    )


def _winner(candidates: list[_Candidate], facts: Facts) -> _Candidate:
    """Return the first candidate that is not barred; where all are barred, or the desk is, the replacement.

    A misconduct report without a lane is never left to the desk either.
    """
    for candidate in candidates:
        if candidate.unit not in facts.barred:
            return candidate
    if not candidates and facts.kind != Kind.MISCONDUCT and DESK not in facts.barred:
        return _Candidate(DESK, Stage.DESK)
    replacement = next((unit for unit in (INSP, HEAD) if unit not in facts.barred), INSP)
    return _Candidate(replacement, Stage.REPLACEMENT)


def _lanes(reasons: list[Reason], kind: str) -> list[_Candidate]:
    """Return the lanes that apply, in rule order; for misconduct only those to the confidential units."""
    lanes = {reason.rule: reason.unit for reason in reasons if reason.stage == Stage.LANE and reason.points}
    return [
        _Candidate(unit, Stage.LANE, rule)
        for rule, unit in lanes.items()
        if kind != Kind.MISCONDUCT or unit in CONFIDENTIAL_UNITS
    ]


def _ranking(reasons: list[Reason]) -> list[_Candidate]:
    """Return the units with points, the best first, equal ones in rule order, the chosen service's unit last."""
    totals: dict[str, int] = {}
    shares: dict[str, dict[str | None, int]] = {}
    for reason in reasons:
        if reason.stage != Stage.LANE and reason.points:
            totals[reason.unit] = totals.get(reason.unit, 0) + reason.points
            share = shares.setdefault(reason.unit, {})
            share[reason.rule] = share.get(reason.rule, 0) + reason.points
    return [
        _candidate(unit, points, shares[unit])
        for unit, points in sorted(totals.items(), key=lambda item: -item[1])
    ]


def _candidate(unit: str, points: int, shares: Mapping[str | None, int]) -> _Candidate:
    """Return the unit with the rule that gave most of its points, if any rule did."""
    rules = [rule for rule in shares if rule is not None]
    if not rules:
        return _Candidate(unit, Stage.SERVICE, None, points)
    return _Candidate(unit, Stage.POINTS, max(rules, key=lambda rule: shares[rule]), points)


def _reasons(rules: CompiledRules, facts: Facts) -> list[Reason]:
    """Return all that speaks for a unit, in rule order, the chosen service last."""
    texts = [(SUBJECT, rules.index.search(facts.subject)), (BODY, rules.index.search(facts.body))]
    silent = _switched_off(texts)
    found = [(place, _said(rule, phrase, NOT_IF, 0)) for place, (rule, phrase) in silent.items()]
    for place, rule in rules.wordless:
        if place not in silent and rule.applies_to(facts.kind):
            found.append((place, _said(rule, "*", KIND, rule.always)))
    for entry, where in _heard(texts, facts.kind, silent):
        points = entry.weight + (SUBJECT_BONUS if where == SUBJECT else 0)
        found.append((entry.place, _said(entry.rule, entry.phrase, where, points)))
    found.sort(key=itemgetter(0))
    reasons = [reason for _place, reason in found]
    if facts.service_unit:
        service = facts.service or ""
        reasons.append(Reason(None, Stage.SERVICE, facts.service_unit, service, SERVICE, SERVICE_POINTS))
    return reasons


def _said(rule: RuleSpec, word: str, where: str, points: int) -> Reason:
    return Reason(rule.id, rule.stage, rule.unit, word, where, points)


def _switched_off(texts: Texts) -> dict[int, tuple[RuleSpec, str]]:
    """Return the rules that a `not_if` phrase silences, by place, each with the phrase."""
    return {
        entry.place: (entry.rule, entry.phrase)
        for _where, matches in texts
        for match in matches
        for entry in match.entries
        if entry.switches_off
    }


def _heard(texts: Texts, kind: str, silent: Container[int]) -> Iterator[tuple[Entry, str]]:
    """Yield each keyword found, once, with the text it was found in; the subject counts before the body."""
    seen: set[Entry] = set()
    for where, matches in texts:
        for entry in _outermost(matches, kind, silent):
            if entry not in seen:
                seen.add(entry)
                yield entry, where


def _outermost(matches: list[Match[Entry]], kind: str, silent: Container[int]) -> Iterator[Entry]:
    """Yield the keywords of one text that lie in no longer phrase.

    The longer phrase speaks for its words: «آزمون استخدامی» leaves «آزمون» to nobody else. A phrase worth 0 takes its
    words from its own rule only.
    """
    reached = 0
    hushed: dict[int, int] = {}
    for match in sorted(matches, key=_longest_first):
        speaking = []
        for entry in match.entries:
            if entry.switches_off or entry.place in silent or not entry.rule.applies_to(kind):
                continue
            if entry.weight:
                speaking.append(entry)
            else:
                hushed[entry.place] = max(match.end, hushed.get(entry.place, 0))
        if speaking and match.end > reached:
            loud = [entry for entry in speaking if match.end > hushed.get(entry.place, 0)]
            reached = match.end if loud else reached
            yield from loud


def _longest_first(match: Match[Entry]) -> tuple[int, int, int]:
    return match.start, -match.end, match.cut
