"""Plain makers of rules and facts for tests."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from directory.models import Unit
from portal.kernel.text import fold
from routing.enums import RehearsalState, Stage
from routing.models import Rehearsal, RuleSet
from routing.policy import CompiledRules, Decision, Facts, Keyword, RuleSpec, choose, compile_rules
from routing.selectors import rules_of
from routing.services import fingerprint

#: The organization's tree of units, unit → parent.
PARENTS = {
    "HEAD": None,
    "DESK": "HEAD",
    "INSP": "HEAD",
    "SEC": "HEAD",
    "PR": "HEAD",
    "BUD": "HEAD",
    "TECH": "HEAD",
    "CONT": "TECH",
    "PROJ": "TECH",
    "STAT": "HEAD",
    "IT": "STAT",
    "HRD": "HEAD",
    "EDU": "HRD",
    "ADM": "HRD",
}


def rule(
    code: str,
    unit: str,
    *words: str,
    lane: bool = False,
    kinds: Iterable[str] = (),
    not_if: Iterable[str] = (),
    always: int = 0,
) -> RuleSpec:
    """Make a rule from words written `word=weight`, or `word` for a weight of 3."""
    return RuleSpec(
        id=code,
        unit=unit,
        stage=Stage.LANE if lane else Stage.POINTS,
        kinds=frozenset(kinds),
        keywords=tuple(keyword(word) for word in words),
        not_if=tuple(not_if),
        always=always,
    )


def keyword(text: str) -> Keyword:
    phrase, _equals, weight = text.partition("=")
    return Keyword(phrase, int(weight or 3))


MISCONDUCT_LANE = rule("m1", "INSP", lane=True, kinds=["misconduct"], always=4)


def compiled(*rules: RuleSpec) -> CompiledRules:
    return compile_rules(rules)


def facts(body: str = "", *, subject: str = "", kind: str = "request", **known: Any) -> Facts:
    """Make facts of a message as a citizen wrote it."""
    return Facts(kind=kind, subject=fold(subject), body=fold(body), **known)


def decided(rules: CompiledRules, body: str = "", **known: Any) -> Decision:
    return choose(rules, facts(body, **known))


def finds(phrase: str, text: str) -> bool:
    """Say whether a rule with one keyword hears it in a text."""
    return bool(decided(compiled(rule("r1", "STAT", phrase)), text).reasons)


def make_units() -> None:
    """Store the organization's units."""
    for code, parent in PARENTS.items():
        above = Unit.objects.get(code=parent) if parent else None
        Unit.objects.create(code=code, name_fa=f"واحد {code}", parent=above)


def make_ruleset(version: int = 1) -> RuleSet:
    return RuleSet.objects.create(version=version, name="قواعد آزمایشی")


def rehearsed(ruleset: RuleSet, *, breaches: int = 0) -> Rehearsal:
    """Store a finished rehearsal of a draft as it stands."""
    now = timezone.now()
    return Rehearsal.objects.create(
        ruleset=ruleset,
        fingerprint=fingerprint(rules_of(ruleset.pk)),
        state=RehearsalState.FINISHED,
        asked_at=now,
        finished_at=now,
        breaches=breaches,
    )
