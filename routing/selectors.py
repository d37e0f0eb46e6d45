"""Reads of the rules."""

import logging
from collections import defaultdict
from functools import lru_cache

from routing import policy
from routing.enums import Stage
from routing.models import Keyword, Rule, RuleSet
from routing.policy import BrokenRules, CompiledRules, Problem, RuleSpec, compile_rules, problems

logger = logging.getLogger(__name__)

#: A word of a rule, and whether it switches the rule off.
Word = tuple[policy.Keyword, bool]
#: Without rules misconduct still goes to the inspectors, all else to the unit written to, the service's or the desk.
NO_RULES = compile_rules([])


def rules_of(ruleset_id: int) -> list[RuleSpec]:
    """Return the rules of a set as values, in their order; two queries."""
    words: defaultdict[int, list[Word]] = defaultdict(list)
    # Not as objects: there are thousands, and nothing but these values is asked of them.
    named = Keyword.objects.filter(rule__ruleset=ruleset_id).order_by("id")
    for rule_id, phrase, weight, switches_off in named.values_list(
        "rule_id", "phrase", "weight", "switches_off"
    ):
        words[rule_id].append((policy.Keyword(phrase, weight), switches_off))
    rules = Rule.objects.filter(ruleset=ruleset_id).select_related("unit")
    return [_spec(rule, words[rule.pk]) for rule in rules]


def _spec(rule: Rule, words: list[Word]) -> RuleSpec:
    return RuleSpec(
        id=rule.code,
        unit=rule.unit.code,
        stage=Stage(rule.stage),
        kinds=frozenset(rule.kinds),
        keywords=tuple(word for word, switches_off in words if not switches_off),
        not_if=tuple(word.phrase for word, switches_off in words if switches_off),
        always=rule.always,
        note=rule.note,
    )


def rules_ready(ruleset: RuleSet) -> CompiledRules:
    """Return any rule set ready for use: what is published never changes and is kept, a draft is read anew.

    Raises `BrokenRules` for a draft that could not be used.
    """
    if ruleset.is_draft:
        return compile_rules(rules_of(ruleset.pk), version=ruleset.version)
    return _compiled(ruleset.pk, ruleset.version, ruleset.published_at)


def problems_of(ruleset: RuleSet) -> list[Problem]:
    """Return the faults of a set's rules, those that only deserve a warning among them."""
    return problems(rules_of(ruleset.pk))


def rules_in_force() -> CompiledRules | None:
    """Return the published rules ready for use, None if there are none; one query once a version is known."""
    current = RuleSet.objects.in_force().values_list("pk", "version", "published_at").first()
    return _compiled(*current) if current else None


def rules_now() -> CompiledRules:
    """Return the rules that decide: those in force, or `NO_RULES` where there are none or they are broken."""
    try:
        return rules_in_force() or NO_RULES
    except BrokenRules:
        logger.exception(
            "The published rules are broken: messages go to the desk until others are published."
        )
        return NO_RULES


@lru_cache(maxsize=4)
def _compiled(ruleset_id: int, version: int, _published_at: object) -> CompiledRules:
    """Compile a published set, once per process: it never changes, and a new one has another key."""
    return compile_rules(rules_of(ruleset_id), version=version)
