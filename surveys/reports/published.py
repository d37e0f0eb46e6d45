"""Published results: figures with their intervals, suppressed where few answered, drawn as cells of a table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.core.cache import cache

from portal.templatetags.persian import between, listed, percent
from portal.ui import charts
from surveys import policy, selectors
from surveys.enums import BEST, CHOSEN, ItemKind
from surveys.models import Item, Option, Version

#: Seconds for which the sums of a closed day are remembered.
HOUR = 3600


@dataclass(frozen=True)
class Share:
    """How many chose something: k of n, with the interval and where to draw it, in percent from the left edge."""

    label: str
    value: str
    count: int
    percent: int
    low: int
    high: int
    x: str
    width: str
    line_from: str
    line_to: str

    @property
    def range(self) -> str:
        """The interval in words."""
        return between(percent(self.low), percent(self.high))


@dataclass(frozen=True)
class ItemFigures:
    """One question's figures; nothing but its wording where fewer than `policy.MIN_SHOWN` answered."""

    item: Item
    n: int | None
    shares: tuple[Share, ...] = ()
    best: Share | None = None
    missing: tuple[tuple[str, int], ...] = ()

    @property
    def is_scale(self) -> bool:
        return self.item.kind == ItemKind.FIVE_POINT

    @property
    def allows_several(self) -> bool:
        return self.item.kind == ItemKind.SEVERAL

    @property
    def spoken(self) -> str:
        """The drawn bar in words, for those who do not see it."""
        return listed(f"{share.label}: {percent(share.percent)}" for share in self.shares)


@dataclass(frozen=True)
class SurveyFigures:
    """The results of one survey up to a day; `until` is None while fewer than `policy.MIN_SHOWN` have responded."""

    version: Version
    until: date | None = None
    n: int = 0
    left_out: int = 0
    items: tuple[ItemFigures, ...] = ()

    @property
    def scales(self) -> list[ItemFigures]:
        return [figures for figures in self.items if figures.is_scale]

    @property
    def choices(self) -> list[ItemFigures]:
        return [figures for figures in self.items if not figures.is_scale]


def published_results(today: date) -> list[SurveyFigures]:
    """Return the figures of every open survey, in lots of at least ten responses and without days not settled yet.

    On those a kiosk may still bring answers, and groups that one hand sent may still be found.
    """
    return [_survey(version, today) for version in selectors.open_surveys()]


def _survey(version: Version, today: date) -> SurveyFigures:
    counts = selectors.daily_counts(version)
    until = policy.last_closed_day(counts, today - policy.SETTLING)
    if until is None:
        return SurveyFigures(version)
    tallies = _tallies(version, until)
    nobody = selectors.Answered({}, 0)
    asked = [item for item in version.asked if item.kind in CHOSEN]
    return SurveyFigures(
        version,
        until=until,
        n=sum(count for day, count in counts if day <= until),
        left_out=selectors.left_out(version, until),
        items=tuple(item_figures(item, tallies.get(item.code, nobody)) for item in asked),
    )


def _tallies(version: Version, until: date) -> dict[str, selectors.Answered]:
    """Return the tallies up to a closed day, counted once an hour: only flags can still change them."""
    key = f"surveys.tallies.{version.pk}.{until}"
    return cast(
        dict[str, selectors.Answered], cache.get_or_set(key, lambda: selectors.tallies(version, until), HOUR)
    )


def item_figures(item: Item, tally: selectors.Answered) -> ItemFigures:
    """Return the figures of a question, or nothing but its wording where too few answered."""
    if not policy.may_show(tally.people):
        return ItemFigures(item, n=None)
    options = list(item.options.all())
    valid = [option for option in options if not option.is_missing]
    shares = tuple(_shares(valid, tally, is_stacked=item.kind == ItemKind.FIVE_POINT))
    best = sum(tally.counts.get(value, 0) for value in BEST)
    return ItemFigures(
        item,
        n=tally.people,
        shares=shares,
        best=_share("", "", best, tally.people) if item.kind == ItemKind.FIVE_POINT else None,
        missing=tuple(
            (option.label, tally.counts.get(option.value, 0)) for option in options if option.is_missing
        ),
    )


def _shares(options: Sequence[Option], tally: selectors.Answered, *, is_stacked: bool) -> Iterator[Share]:
    start = 0.0
    for option in options:
        count = tally.counts.get(option.value, 0)
        yield _share(option.label, option.value, count, tally.people, start=start)
        if is_stacked:
            start += 100 * count / tally.people


def _share(label: str, value: str, count: int, n: int, *, start: float = 0.0) -> Share:
    interval = policy.wilson(count, n)
    width = 100 * count / n
    return Share(
        label=label,
        value=value,
        count=count,
        percent=policy.percent(count / n),
        low=policy.percent(interval.low),
        high=policy.percent(interval.high),
        x=charts.left_edge(start, width),
        width=charts.length(width - charts.GAP),
        line_from=charts.left_edge(100 * interval.low),
        line_to=charts.left_edge(100 * interval.high),
    )
