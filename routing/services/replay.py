"""Replaying a rule set over past cases and counting what would have been different. Knows cases as facts only."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from routing.enums import Kind, Stage
from routing.policy import CONFIDENTIAL_UNITS, CompiledRules, Decision, Facts, choose

#: Cases kept as examples of one move, the latest ones.
EXAMPLES = 40

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Past:
    """A past case: what was known of it, and where it belonged.

    `decided` is the unit the rules in force chose, None where those of another version did. `label` is the unit to
    which staff sent the case in the end, None where nobody did.
    """

    number: int
    facts: Facts
    decided: str | None = None
    label: str | None = None


@dataclass(slots=True)
class RuleTally:
    """How often a rule was heard, decided, or gave points to the unit that another rule won for; and who beat it."""

    heard: int = 0
    won: int = 0
    helped: int = 0
    beaten_by: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> Json:
        return {
            "heard": self.heard,
            "won": self.won,
            "helped": self.helped,
            "beaten_by": dict(self.beaten_by),
        }


@dataclass(slots=True)
class Tally:
    """The figures of a replay so far; `as_json` and `from_json` carry them from one part to the next."""

    cases: int = 0
    changed: int = 0
    redirected: int = 0
    right: int = 0
    right_before: int = 0
    breaches: int = 0
    #: Cases about everybody who could stand in; the rules have no say in those.
    last_resort: int = 0
    moves: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[int]] = field(default_factory=dict)
    breach_examples: list[int] = field(default_factory=list)
    rules: dict[str, RuleTally] = field(default_factory=dict)

    def as_json(self) -> Json:
        return {
            **{name: getattr(self, name) for name in _COUNTS},
            "moves": dict(self.moves),
            "examples": self.examples,
            "breach_examples": self.breach_examples,
            "rules": {code: rule.as_json() for code, rule in self.rules.items()},
        }

    @classmethod
    def from_json(cls, stored: Json) -> "Tally":
        if not stored:
            return cls()
        rules = {
            code: RuleTally(row["heard"], row["won"], row["helped"], Counter(row["beaten_by"]))
            for code, row in stored["rules"].items()
        }
        return cls(
            **{name: stored[name] for name in _COUNTS},
            moves=Counter(stored["moves"]),
            examples={move: list(numbers) for move, numbers in stored["examples"].items()},
            breach_examples=list(stored["breach_examples"]),
            rules=rules,
        )

    def rule(self, code: str) -> RuleTally:
        return self.rules.setdefault(code, RuleTally())


_COUNTS = ("cases", "changed", "redirected", "right", "right_before", "breaches", "last_resort")


def move_key(before: str, after: str) -> str:
    """Return under which name a move is counted."""
    return f"{before}>{after}"


def replay(cases: Iterable[Past], *, draft: CompiledRules, current: CompiledRules, tally: Tally) -> int:
    """Count what `draft` does with past cases, beside what `current` does; return the number of the last one."""
    last = 0
    for case in cases:
        decision = choose(draft, case.facts)
        before = case.decided or choose(current, case.facts).unit
        tally.cases += 1
        _compare(tally, case, before, decision.unit)
        _guard(tally, case, decision)
        _hear(tally, decision)
        last = case.number
    return last


def _compare(tally: Tally, case: Past, before: str, after: str) -> None:
    if before != after:
        tally.changed += 1
        move = move_key(before, after)
        tally.moves[move] += 1
        examples = tally.examples.setdefault(move, [])
        examples.append(case.number)
        del examples[:-EXAMPLES]
    if case.label is not None:
        tally.redirected += 1
        tally.right += after == case.label
        tally.right_before += before == case.label


def _guard(tally: Tally, case: Past, decision: Decision) -> None:
    """Look at the decision with other eyes than those that made it: may this unit have this case at all?"""
    is_leak = case.facts.kind == Kind.MISCONDUCT and decision.unit not in CONFIDENTIAL_UNITS
    is_barred = decision.unit in case.facts.barred
    if is_barred and decision.stage == Stage.REPLACEMENT and not is_leak:
        tally.last_resort += 1
    elif is_barred or is_leak:
        tally.breaches += 1
        tally.breach_examples.append(case.number)
        del tally.breach_examples[:-EXAMPLES]


def _hear(tally: Tally, decision: Decision) -> None:
    spoke = {reason.rule: reason.unit for reason in decision.reasons if reason.rule and reason.points}
    for code, unit in spoke.items():
        rule = tally.rule(code)
        rule.heard += 1
        if code == decision.rule:
            rule.won += 1
        elif unit == decision.unit:
            rule.helped += 1
        else:
            rule.beaten_by[decision.rule or decision.stage] += 1
