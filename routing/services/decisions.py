"""Asking the rules in force."""

import logging
from datetime import datetime

from portal.kernel import jalali
from portal.kernel.text import fold
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


def facts_of(
    *,
    kind: str,
    subject: str,
    body: str,
    at: datetime,
    service: str | None = None,
    service_unit: str | None = None,
    county: str | None = None,
    channel: str = "web",
    excluded: frozenset[str] = frozenset(),
) -> Facts:
    """Return what the rules know of a message that came in at `at`; its texts are folded here.

    The live run, the try-out and the rehearsal all come by this door, so none of them can know more than another.
    """
    local = jalali.local(at)
    return Facts(
        kind=kind,
        subject=fold(subject),
        body=fold(body),
        service=service,
        service_unit=service_unit,
        county=county,
        channel=channel,
        excluded=excluded,
        hour=local.hour,
        weekday=local.weekday(),
    )
