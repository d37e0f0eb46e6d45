"""Counting a quarter once it is over: sums of every question, unit and service, which then stay as they are."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import BooleanField, CharField, Count, F, QuerySet, Value
from django.db.models.expressions import Case, When
from django.db.models.functions import Concat

from directory.models import User
from portal.kernel import jalali
from surveys.enums import ASSURED, BEST, EXCLUDING, ItemKind
from surveys.models import AnswerValue, Closing, CounterTally, Response, ResponseQuerySet, Tally
from surveys.policy import Quarter, last_settled, quarter_of
from surveys.selectors import closing_of, headlines, may_edit
from surveys.services.counters import forget_counters
from surveys.services.recognition import open_recognitions
from surveys.services.recounts import NAMES, Row, taken_over
from surveys.services.reviews import open_reviews

#: What every sum is parted by, seen from a response.
PLACE = ("version__questionnaire_id", "version__series", "unit_id", "service_id")

COUNTER_NAMES = ("questionnaire_id", "series", "counter_id", "is_assured", "code", "value", "count")


class QuarterRunning(Exception):
    """This quarter is not over yet, or answers to it may still be on their way."""


def close_settled_quarters(*, at: datetime) -> int:
    """Count every quarter with responses that is over and not counted yet; return how many were."""
    first = Response.objects.order_by("day").values_list("day", flat=True).first()
    closed = 0
    quarter = quarter_of(first) if first else None
    while quarter and quarter <= last_settled(jalali.local(at).date()):
        if closing_of(quarter) is None:
            close_quarter(quarter=quarter, at=at)
            closed += 1
        quarter = quarter.next
    return closed


@transaction.atomic
def close_quarter(*, quarter: Quarter, at: datetime, actor: User | None = None, reason: str = "") -> Closing:
    """Count a quarter and return the counting. With a `reason` it is counted anew, as another edition.

    A recount changes no sum by so little that a few answers could be told from the editions (`taken_over`).
    Only an editor may have a quarter counted anew (after a suspicion was lifted, for example): raises
    `PermissionDenied`, and `QuarterRunning` for a quarter that is not settled.
    """
    if quarter > last_settled(jalali.local(at).date()):
        raise QuarterRunning
    if reason and (actor is None or not may_edit(actor)):
        raise PermissionDenied
    editions = list(Closing.objects.filter(year=quarter.year, quarter=quarter.number).order_by("-edition"))
    before = editions[0] if editions else None
    if before is not None and not reason:
        return before
    rows = sorted(taken_over(_rows(quarter), editions), key=str)
    counters = _counters_once(quarter, before)
    closing = Closing.objects.create(
        year=quarter.year,
        quarter=quarter.number,
        edition=before.edition + 1 if before else 1,
        snapshot_hash=snapshot_hash([*rows, *counters]),
        closed_at=at,
        closed_by=actor,
        reason=reason,
    )
    Tally.objects.bulk_create(
        (Tally(closing_id=closing.pk, **dict(zip(NAMES, row, strict=True))) for row in rows), batch_size=2_000
    )
    CounterTally.objects.bulk_create(
        CounterTally(closing=closing, **dict(zip(COUNTER_NAMES, row, strict=True))) for row in counters
    )
    open_reviews(closing=closing, at=at)
    open_recognitions(closing=closing, at=at)
    return closing


def snapshot_hash(rows: Iterable[Row]) -> str:
    """Return the SHA-256 of the sums of a counting, whatever order they come in."""
    lines = sorted("\t".join(map(str, row)) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


# --- Counting ---------------------------------------------------------------------------------------------------


def _rows(quarter: Quarter) -> Iterator[Row]:
    """Yield every sum of a quarter, from the responses themselves."""
    responses = Response.objects.filter(day__range=(quarter.first, quarter.last)).order_by()
    yield from _of_responses(responses)
    chosen = AnswerValue.objects.filter(option__isnull=False).order_by()
    answers = chosen.filter(response__in=responses.counted())
    yield from _counts(answers, "response__", F("item__code"), F("option__value"))
    valid = answers.filter(option__is_missing=False)
    single, several = valid.exclude(item__kind=ItemKind.SEVERAL), valid.filter(item__kind=ItemKind.SEVERAL)
    yield from _counts(single, "response__", F("item__code"), _text(""))
    yield from _counts(several, "response__", F("item__code"), _text(""), of="response")
    yield from _pairs(valid)
    yield from _crossed(valid)
    odd = chosen.filter(response__in=responses.left_out(), item__code__in=headlines().values())
    yield from _counts(
        odd.filter(option__is_missing=False),
        "response__",
        Concat("item__code", Value("!")),
        F("option__value"),
    )


def _counters_once(quarter: Quarter, before: Closing | None) -> list[Row]:
    """Return the sums of the counters, and forget the counter of every answer: from now on there are only the sums.

    A recount therefore keeps those of the counting `before`.
    """
    if before is not None:
        return sorted(before.counter_tallies.values_list(*COUNTER_NAMES), key=str)
    forget_counters(first=quarter.first, last=quarter.last)
    rows = sorted(_counter_rows(quarter), key=str)
    Response.objects.filter(day__range=(quarter.first, quarter.last), counter__isnull=False).update(
        counter=None
    )
    return rows


def _counter_rows(quarter: Quarter) -> Iterator[Row]:
    """Yield the sums of every five-point question at every counter."""
    responses = Response.objects.counted().filter(day__range=(quarter.first, quarter.last))
    scales = AnswerValue.objects.filter(
        response__in=responses.filter(counter__isnull=False),
        item__kind=ItemKind.FIVE_POINT,
        option__is_missing=False,
    ).order_by()
    place = ("version__questionnaire_id", "version__series", "counter_id")
    yield from _counts(scales, "response__", F("item__code"), F("option__value"), place=place)
    yield from _counts(scales, "response__", F("item__code"), _text(""), place=place)


def _of_responses(responses: ResponseQuerySet) -> Iterator[Row]:
    """Yield how many responses are counted, how they came in, and how many are left out and why."""
    yield from _counts(responses.counted(), "", _text(""), _text("counted"))
    yield from _counts(responses.counted(), "", _text(""), Concat(Value("mode:"), "mode"))
    yield from _counts(responses.left_out(), "", _text(""), _text("left_out"))
    for flag in EXCLUDING:
        yield from _counts(
            responses.filter(flags__contains=[flag.value]), "", _text(""), _text(f"flag:{flag.value}")
        )


def _pairs(valid: QuerySet[AnswerValue]) -> Iterator[Row]:
    """Yield how contentment with each question goes together with contentment on the whole."""
    heads = list(headlines().values())
    scales = valid.filter(
        item__kind=ItemKind.FIVE_POINT,
        response__answers__item__code__in=heads,
        response__answers__option__is_missing=False,
    ).exclude(item__code__in=heads)
    both = Concat(_is_best("option__value"), _is_best("response__answers__option__value"))
    yield from _counts(scales, "response__", Concat("item__code", Value("*")), both)


def _crossed(valid: QuerySet[AnswerValue]) -> Iterator[Row]:
    """Yield how many answered on the whole (/) and were content (+), by each single answer and each way in."""
    heads = list(headlines().values())
    overall: dict[str, Any] = {
        "response__answers__item__code__in": heads,
        "response__answers__option__is_missing": False,
    }
    content = {**overall, "response__answers__option__value__in": BEST}
    single = valid.filter(item__kind__in=(ItemKind.SINGLE, ItemKind.YES_NO))
    for sign, among in (("/", overall), ("+", content)):
        code = Concat("item__code", Value(sign))
        yield from _counts(single.filter(**among), "response__", code, F("option__value"))
    answered = valid.filter(item__code__in=heads)
    for sign, ways in (("/", answered), ("+", answered.filter(option__value__in=BEST))):
        yield from _counts(ways, "response__", _text(sign), F("response__mode"))


def _is_best(path: str) -> Case:
    return Case(When(**{f"{path}__in": BEST}, then=Value("1")), default=Value("0"))


def _text(value: str) -> Value:
    return Value(value, output_field=CharField())


def _counts(
    rows: QuerySet[Any],
    prefix: str,
    code: Any,
    value: Any,
    of: str = "pk",
    place: tuple[str, ...] = PLACE,
) -> Iterator[Row]:
    """Yield the rows of one sum; `prefix` leads to the response, `of` names what is counted once."""
    official = Case(
        When(**{f"{prefix}mode__in": ASSURED}, then=True), default=False, output_field=BooleanField()
    )
    by = [f"{prefix}{name}" for name in place] + ["is_official", "sum_code", "sum_value"]
    named = rows.annotate(is_official=official, sum_code=code, sum_value=value)
    yield from named.values_list(*by).annotate(total=Count(of, distinct=of != "pk"))
