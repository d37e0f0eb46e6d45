"""Asking the rules in force."""

import logging

from routing.policy import BrokenRules, Decision, Facts, choose, compile_rules
from routing.selectors import rules_in_force

logger = logging.getLogger(__name__)

#: Without rules misconduct still goes to the inspectors, all else to the chosen service's unit or the desk.
NO_RULES = compile_rules([])


def decide(facts: Facts) -> Decision:
    """Return the unit that should answer, by the rule set in force at this moment; there is always an answer.

    Publishing a rule set counts from the next call in every process: each call asks for the current version.
    """
    try:
        rules = rules_in_force()
    except BrokenRules:
        logger.exception(
            "The published rules are broken: messages go to the desk until others are published."
        )
        rules = None
    return choose(rules or NO_RULES, facts)
