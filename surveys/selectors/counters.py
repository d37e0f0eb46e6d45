"""Figures of counters, which may lead to one person: official answers only, shown from twenty on."""

from collections import defaultdict
from typing import NamedTuple

from surveys import policy
from surveys.enums import BEST
from surveys.models import Closing, Counter, CounterTally, Questionnaire
from surveys.policy import Cell
from surveys.selectors.quarters import sums


class Share(NamedTuple):
    """k content of n."""

    k: int
    n: int


def counters_shown(
    closing: Closing, questionnaire: Questionnaire, code: str, series: int
) -> dict[Counter, Share | None]:
    """Return every counter with official answers to a question; None where its figure, or its unit's, is hidden."""
    where = {"questionnaire": questionnaire, "series": series, "code": code, "is_assured": True}
    rows = CounterTally.objects.filter(closing=closing, **where).select_related("counter")
    n: dict[Counter, int] = defaultdict(int)
    k: dict[Counter, int] = defaultdict(int)
    for row in rows.order_by("counter__name", "counter_id"):
        n[row.counter] += 0 if row.value else row.count
        k[row.counter] += row.count if row.value in BEST else 0
    if not n:
        return {}
    places = sums([closing], questionnaire, ["unit", "service"], code=code, value="", **_official(series))
    visible = _visible(n, {(unit, service): count for unit, service, count in places})
    return {counter: Share(k[counter], n[counter]) if counter in visible else None for counter in n}


def _official(series: int) -> dict[str, object]:
    return {"series": series, "is_assured": True}


def _visible(counters: dict[Counter, int], places: dict[tuple[int | None, int | None], int]) -> set[Counter]:
    """Return the counters that may be shown beside the totals of their units, where those are shown themselves."""
    below: dict[int | None, list[Cell]] = defaultdict(list)
    for (office, service), count in places.items():
        below[office].append(Cell((office, service), count))
    units = [Cell(office, sum(cell.n for cell in cells), cells) for office, cells in below.items()]
    seen = policy.shown(Cell("whole", sum(unit.n for unit in units), units))
    found: set[Counter] = set()
    for unit in units:
        own = {counter: count for counter, count in counters.items() if counter.unit_id == unit.key}
        if unit.key in seen:
            found |= policy.parted(unit.n, own, policy.MIN_SHOWN_OF_A_PERSON)
    return found
