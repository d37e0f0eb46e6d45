"""Figures of units and services beside the whole: one tree, one rule of what is hidden, no ranking."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from directory.models import Service, Unit
from portal.templatetags.persian import between, fa_digits, percent, signed
from portal.ui import charts
from surveys import policy
from surveys.policy import Cell
from surveys.reports.words import VERDICTS

Key = tuple[int | None, ...]  # () the whole, (unit,), (unit, service)


@dataclass(frozen=True)
class Figure:
    """A share: k of n, in percent, with its 95 % interval."""

    k: int
    n: int

    @property
    def share(self) -> float:
        return self.k / self.n

    @property
    def percent(self) -> int:
        return policy.percent(self.share)

    @property
    def interval(self) -> policy.Interval:
        return policy.wilson(self.k, self.n)

    @property
    def is_few(self) -> bool:
        return self.n < policy.FEW

    @property
    def range(self) -> str:
        """The interval in words."""
        return between(*(percent(policy.percent(end)) for end in self.interval))

    @property
    def words(self) -> str:
        """The share and its interval in words, for a sentence."""
        return f"{percent(self.percent)} ({self.range})"

    def range_above(self, other: "Figure") -> str:
        """Return in words between which points of a hundred this share lies above another."""
        ends = policy.newcombe(self.k, self.n, other.k, other.n)
        return between(*(signed(policy.percent(end)) for end in ends))


@dataclass(frozen=True)
class Row:
    """One place of a table; nothing but its name where the rule hides it."""

    name: str
    figure: Figure | None = None
    dot: charts.Dot | None = None
    verdict: str = ""
    tone: str = ""
    slug: str = ""

    @property
    def spoken(self) -> str:
        """The drawn row in words, for those who do not see it."""
        if self.figure is None:
            return ""
        words = {"share": percent(self.figure.percent), "range": self.figure.range, "verdict": self.verdict}
        return _("%(share)s, range %(range)s; %(verdict)s") % words


@dataclass
class Places:
    """How many chose what they chose (k) among how many (n), in every unit and service."""

    n: dict[Key, int] = field(default_factory=lambda: defaultdict(int))
    k: dict[Key, int] = field(default_factory=lambda: defaultdict(int))
    _shown: set[object] | None = None

    def add(self, unit: int | None, service: int | None, *, n: int = 0, k: int = 0) -> None:
        """Add answers of one unit and service, and so of the unit and of the whole."""
        self._shown = None
        for key in ((), (unit,), (unit, service)):
            self.n[key] += n
            self.k[key] += k

    @property
    def whole(self) -> Figure | None:
        return self.figure(())

    def shown(self) -> set[object]:
        """Return the keys of the places whose figures may be shown."""
        if self._shown is None:
            self._shown = self._judge()
        return self._shown

    def _judge(self) -> set[object]:
        below: dict[int | None, list[Cell]] = defaultdict(list)
        for key in self.n:
            if len(key) == 2:
                below[key[0]].append(Cell(key, self.n[key]))
        units = [Cell((unit,), self.n[(unit,)], cells) for unit, cells in below.items()]
        return policy.shown(Cell((), self.n[()], units))

    def figure(self, key: Key) -> Figure | None:
        """Return the figure of a place, None where it is hidden."""
        return Figure(self.k[key], self.n[key]) if key in self.shown() else None

    def rows(self, names: Mapping[Key, str], slugs: Mapping[Key, str] | None = None) -> list[Row]:
        """Return a row for every place that has a name, sorted by it."""
        whole, visible = self.whole, self.shown()
        figures = {key: Figure(self.k[key], self.n[key]) if key in visible else None for key in names}
        axis = charts.axis_of([figure.interval.low for figure in figures.values() if figure])
        ordered = sorted(names, key=lambda key: names[key])
        return [_row(names[key], figures[key], whole, axis, (slugs or {}).get(key, "")) for key in ordered]

    def axis(self, keys: Iterable[Key]) -> charts.Axis:
        """Return the axis on which the rows of these places are drawn."""
        visible = self.shown()
        return charts.axis_of(
            [Figure(self.k[key], self.n[key]).interval.low for key in keys if key in visible]
        )


def _row(name: str, figure: Figure | None, whole: Figure | None, axis: charts.Axis, slug: str) -> Row:
    if figure is None or whole is None:
        return Row(name)
    stands = policy.verdict(figure.k, figure.n, whole.share)
    words, tone = VERDICTS[stands]
    is_off = stands == policy.Verdict.LOWER
    return Row(name, figure, dot(figure, whole.share, axis, is_off=is_off), str(words), tone, slug)


def dot(figure: Figure, middle: float, axis: charts.Axis, *, is_off: bool = False) -> charts.Dot:
    """Draw a figure against where a place of its size falls by chance if it is like the middle."""
    interval = figure.interval
    return charts.Dot(
        point=axis.mark(figure.share),
        line_from=axis.mark(interval.low),
        line_to=axis.mark(interval.high),
        middle=axis.mark(middle),
        near=axis.band(*policy.funnel(middle, figure.n, policy.Z95)),
        far=axis.band(*policy.funnel(middle, figure.n, policy.Z998)),
        is_off=is_off,
    )


def names_of(
    places: Places, units: Mapping[int, Unit], services: Mapping[int, Service]
) -> Iterator[tuple[Key, str]]:
    """Yield the places that are known by name: units, and services under them."""
    for key in places.n:
        unit = units.get(key[0] or 0) if key else None
        service = services.get(key[1] or 0) if len(key) == 2 else None
        if unit and len(key) == 1:
            yield key, unit.name
        if unit and service:
            yield key, service.title


def few_words() -> str:
    """Say why a place shows nothing."""
    return _("Fewer than %(least)s answers; not shown") % {"least": fa_digits(policy.MIN_SHOWN)}
