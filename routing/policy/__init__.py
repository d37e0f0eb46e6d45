"""Who should answer a case: pure values in, a decision with reasons out."""

from routing.policy.choice import Decision, Facts, Reason, choose, excluded_by
from routing.policy.rules import (
    CONFIDENTIAL_UNITS,
    DESK,
    HEAD,
    INSP,
    MAX_WEIGHT,
    REPLACEMENTS,
    SEC,
    BrokenRules,
    CompiledRules,
    Keyword,
    Problem,
    RuleSpec,
    compile_rules,
    is_findable,
    problems,
)

__all__ = [
    "CONFIDENTIAL_UNITS",
    "DESK",
    "HEAD",
    "INSP",
    "MAX_WEIGHT",
    "REPLACEMENTS",
    "SEC",
    "BrokenRules",
    "CompiledRules",
    "Decision",
    "Facts",
    "Keyword",
    "Problem",
    "Reason",
    "RuleSpec",
    "choose",
    "compile_rules",
    "excluded_by",
    "is_findable",
    "problems",
]
