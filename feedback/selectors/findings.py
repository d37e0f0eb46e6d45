"""What improvement actions answer to besides surveys, measured over days that are over or running."""

from datetime import date, datetime, time, timedelta

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from feedback.models import Case, RoutingDecision
from portal.kernel import jalali


def rule_share(*, reference: str, first: date, last: date) -> tuple[int, int]:
    """Return how many of the cases that a rule decided in these days staff sent elsewhere, and how many it decided.

    `reference` is stage and rule with a colon between them. Reports of misconduct are not counted.
    """
    stage, _colon, rule = reference.partition(":")
    decided = RoutingDecision.objects.filter(
        _within("decided_at", first, last),
        overridden_by__isnull=True,
        case__is_confidential=False,
        stage=stage,
        rule_code=rule,
    )
    moved = RoutingDecision.objects.filter(case=OuterRef("case"), overridden_by__isnull=False)
    right = Subquery(moved.order_by("-decided_at", "-id").values("unit")[:1])
    wrong = decided.annotate(right=right).filter(right__isnull=False).exclude(right=F("unit"))
    return _cases(wrong), _cases(decided)


def _cases(decisions: QuerySet[RoutingDecision]) -> int:
    return decisions.values("case").distinct().count()


def such_cases(*, reference: str, first: date, last: date) -> tuple[int, int]:
    """Return how many cases of these days are of the kind, service and unit of the case `reference`; of how many."""
    lead = Case.objects.filter(number=reference, is_confidential=False).first()
    if lead is None:
        return 0, 0
    cases = Case.objects.filter(
        _within("received_at", first, last), unit=lead.unit_id, is_confidential=False, merged_into=None
    )
    return cases.filter(kind=lead.kind, service=lead.service_id).count(), cases.count()


def _within(field: str, first: date, last: date) -> Q:
    """Select moments from the beginning of the first day to the end of the last one, in local time."""
    start, end = (datetime.combine(day, time(), jalali.TEHRAN) for day in (first, last + timedelta(days=1)))
    return Q(**{f"{field}__gte": start, f"{field}__lt": end})
