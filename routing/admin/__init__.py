"""Staff pages of the rules: the sets, their rules, trying, rehearsing and publishing them.

The order of the imports is the order of the pages.
"""

from routing.admin.rulesets import RuleSetAdmin  # isort: skip
from routing.admin.rules import RuleAdmin  # isort: skip
from routing.admin import units  # isort: skip

__all__ = ["RuleAdmin", "RuleSetAdmin", "units"]
