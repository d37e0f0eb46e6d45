"""Replaying a draft of the rules over past cases, one part after the other. Writes figures, never a case."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from feedback.enums import Purpose
from feedback.models import Case, CaseExclusion, Message, RoutingDecision
from routing import services as routing

#: Cases of one part: some seconds of work, so that progress shows and other work gets its turn in between.
PART = 5_000

#: What the rules are told of a case, as the tables hold it; the order is that of `_facts`.
COLUMNS = (
    *("case_id", "case__kind", "case__channel", "case__subject", "body", "case__received_at"),
    *("case__service__code", "case__service__unit__code", "case__county__code", "case__addressed_unit__code"),
)


@transaction.atomic
def rehearse_part(*, rehearsal_id: int, part: int, at: datetime, size: int = PART) -> None:
    """Replay the next part of a rehearsal; a part counted already, or a rehearsal that is over, is left alone.

    `size` is the number of cases in a part, the same for all parts of a rehearsal.
    """
    step = routing.open_part(rehearsal_id=rehearsal_id, part=part)
    if step is None:
        return
    row = step.rehearsal
    if step.is_first:
        total, upto = Case.objects.count(), Case.objects.aggregate(last=Max("pk"))["last"] or 0
    else:
        total, upto = row.total, row.upto
    rows = _texts(after=row.last, upto=upto, size=size)
    cases = _past(rows, version=step.current_version)
    last = routing.replay(cases, draft=step.draft, current=step.current, tally=step.tally)
    routing.close_part(
        part=step, total=total, upto=upto, last=last, is_over=len(rows) < size or last >= upto, at=at
    )


def past_cases(numbers: list[int], *, version: int | None) -> list[routing.Past]:
    """Return these cases as the rules knew them when they came in."""
    rows = list(_submissions().filter(case__in=numbers).values_list(*COLUMNS))
    return list(_past(rows, version=version))


def _texts(*, after: int, upto: int, size: int) -> list[tuple[Any, ...]]:
    """Return what the cases of the next part said, in the order of their numbers."""
    rows = _submissions().filter(case_id__gt=after, case_id__lte=upto)
    return list(rows.values_list(*COLUMNS)[:size])


def _submissions() -> Any:
    return Message.objects.filter(purpose=Purpose.SUBMISSION).order_by("case_id")


def _past(rows: list[tuple[Any, ...]], *, version: int | None) -> Iterator[routing.Past]:
    """Yield past cases with the facts of the day they came in, what was decided then, and where staff sent them."""
    if not rows:
        return
    between = {"case_id__gte": rows[0][0], "case_id__lte": rows[-1][0]}
    excluded: dict[int, set[str]] = defaultdict(set)
    for number, unit in CaseExclusion.objects.filter(**between).values_list("case_id", "unit__code"):
        excluded[number].add(unit)
    decided, labels = _decisions(between, version)
    for row in rows:
        number = row[0]
        yield routing.Past(
            number=number,
            facts=_facts(row, frozenset(excluded.get(number, ()))),
            decided=decided.get(number),
            label=labels.get(number),
        )


def _facts(row: tuple[Any, ...], excluded: frozenset[str]) -> Any:
    _number, kind, channel, subject, body, at, service, service_unit, county, addressed_unit = row
    return routing.facts_of(
        kind=kind,
        subject=subject,
        body=body,
        service=service,
        service_unit=service_unit,
        county=county,
        channel=channel,
        addressed_unit=addressed_unit,
        excluded=excluded,
        at=at,
    )


def _decisions(between: dict[str, int], version: int | None) -> tuple[dict[int, str], dict[int, str]]:
    """Return, by case, the unit that rules of `version` chose, and the unit to which staff sent it last."""
    rows = RoutingDecision.objects.filter(**between).order_by("decided_at", "id")
    decided: dict[int, str] = {}
    labels: dict[int, str] = {}
    columns = ("case_id", "unit__code", "overridden_by_id", "ruleset_version")
    by: int | None
    for number, unit, by, rules in rows.values_list(*columns):
        if by is not None:
            labels[number] = unit
        elif version is not None and rules == version:
            decided.setdefault(number, unit)
    return decided, labels
