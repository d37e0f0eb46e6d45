"""Asking the rules in force."""

from datetime import datetime

from portal.kernel import jalali
from portal.kernel.text import fold
from routing.policy import CompiledRules, Decision, Facts, choose
from routing.selectors import rules_now


def decide(facts: Facts, rules: CompiledRules | None = None) -> Decision:
    """Return the unit that should answer, by `rules` or those in force at this moment; there is always an answer.

    Publishing a rule set counts from the next call in every process: without `rules`, each call asks for the version.
    """
    return choose(rules_now() if rules is None else rules, facts)


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
    addressed_unit: str | None = None,
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
        addressed_unit=addressed_unit,
        excluded=excluded,
        hour=local.hour,
        weekday=local.weekday(),
    )
