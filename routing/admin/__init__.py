"""Staff pages of the rules: the sets, their rules, trying, rehearsing and publishing them."""

from routing.admin.rules import RuleAdmin
from routing.admin.rulesets import RuleSetAdmin

__all__ = ["RuleAdmin", "RuleSetAdmin"]
