"""One question over the closed quarters: figures, drawn, with a word where one stands out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from directory.models import Unit
from portal.templatetags.persian import signed
from portal.ui import charts
from surveys import policy, selectors
from surveys.enums import BEST
from surveys.models import Closing, Questionnaire
from surveys.reports.places import Figure, Key, Places, dot
from surveys.reports.words import quarter_name

#: Closed quarters that the usual range of a trend is taken from.
BASE_QUARTERS = 8


@dataclass(frozen=True)
class Point:
    """One quarter of a trend; `starts_series` where the question was changed so much that figures do not compare."""

    name: str
    figure: Figure | None
    dot: charts.Dot | None
    starts_series: bool
    signal: str


def axis_of_figures(figures: Iterable[Figure | None]) -> charts.Axis:
    """Return the axis on which these figures are drawn."""
    return charts.axis_of([figure.interval.low for figure in figures if figure])


def trend_of(
    questionnaire: Questionnaire,
    code: str,
    newest_first: Sequence[Closing],
    *,
    is_official: bool,
    unit: Unit | None = None,
) -> list[Point]:
    """Return a question's share of content people in these quarters, the oldest first; of one unit, if given.

    A unit's figure is shown in the quarters in which the rule shows the unit among the others.
    """
    past = list(reversed(newest_first))
    where: dict[str, Any] = {"code": code, "is_assured": is_official}
    parts = ["unit", "service"] if unit else []
    places: dict[tuple[int, int], Places] = {}
    for row in selectors.sums(past, questionnaire, ["closing", "series", "value", *parts], **where):
        closing, series, value, *place, count = row
        found = places.setdefault((closing, series), Places())
        own, service = place or (None, None)
        found.add(own, service, n=0 if value else count, k=count if value in BEST else 0)
    key: Key = (unit.pk,) if unit else ()
    return _points(
        [
            (quarter_name(closing.period), series, places[closing.pk, series].figure(key))
            for closing in past
            for series in sorted(own for pk, own in places if pk == closing.pk)
        ]
    )


def _points(rows: list[tuple[str, int, Figure | None]]) -> list[Point]:
    axis = axis_of_figures(figure for _name, _series, figure in rows)
    points: list[Point] = []
    before: tuple[int, Figure | None] = (rows[0][1] if rows else 0, None)
    for name, series, figure in rows:
        starts = series != before[0]
        base = [old for _name, own, old in rows if own == series and old][:BASE_QUARTERS]
        middle = sum(old.k for old in base) / sum(old.n for old in base) if base else 0.0
        signal = _signal(figure, None if starts else before[1], middle)
        drawn = dot(figure, middle, axis, is_off=bool(signal) and figure.share < middle) if figure else None
        points.append(Point(name, figure, drawn, starts, signal))
        before = (series, figure or (None if starts else before[1]))
    return points


def _signal(figure: Figure | None, before: Figure | None, middle: float) -> str:
    """Say what stands out about a quarter; nothing is said of a change without a signal."""
    if figure is None:
        return ""
    low, high = policy.funnel(middle, figure.n, policy.Z998)
    if not low <= figure.share <= high:
        return _("outside the usual range")
    if before is not None:
        change = policy.newcombe(figure.k, figure.n, before.k, before.n)
        if (change.low > 0 or change.high < 0) and abs(figure.share - before.share) >= policy.WORTH_ACTING:
            return _("changed since the quarter before: %(points)s points") % {
                "points": signed(policy.percent(figure.share - before.share))
            }
    return ""
