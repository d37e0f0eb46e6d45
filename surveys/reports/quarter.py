"""The report of a closed quarter, from its tallies alone: figures, units, services, drivers, trend, quality."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Sum
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from directory.models import Service, Unit
from portal.templatetags.persian import fa_digits
from portal.ui import charts
from surveys import policy, selectors
from surveys.enums import BEST, CHOSEN, EXCLUDING, Flag, ItemKind, Mode, State
from surveys.models import Closing, Item, PaperBatch, Questionnaire, Version
from surveys.reports.places import Figure, Key, Places, Row, names_of
from surveys.reports.published import ItemFigures, item_figures
from surveys.reports.trend import Point, axis_of_figures, trend_of
from surveys.reports.words import quarter_name

#: Questions of the three subjects that the law names, in the order of its words.
LEGAL = ("S_FLOW", "S_MATCH", "S_RESPECT", "W_EASE", "W_MATCH", "W_REPLY")


@dataclass(frozen=True)
class Driver:
    """How contentment on the whole goes with one question: among those content with it, and among the others."""

    item: Item
    content: Figure
    others: Figure

    @property
    def difference(self) -> int:
        return policy.percent(self.content.share - self.others.share)

    @property
    def range(self) -> str:
        """The interval of the difference in words, in points of a hundred."""
        return self.content.range_above(self.others)


@dataclass(frozen=True)
class Cross:
    """Contentment on the whole by the answers to another question; nothing but the answer where the rule hides it."""

    title: str
    rows: list[tuple[str, Figure | None]]


@dataclass(frozen=True)
class Card:
    """What people said of one service card: how many found it wrong, and whether it must be looked at again."""

    name: str
    figure: Figure | None

    @property
    def needs_review(self) -> bool:
        figure = self.figure
        return figure is not None and policy.needs_review(figure.k, figure.n)


@dataclass(frozen=True)
class Quality:
    """What the figures rest on, and what they leave out."""

    counted: int
    left_out: int
    reasons: list[tuple[str, int]]
    modes: list[tuple[str, Figure]]
    with_left_out: Figure | None
    paper: "Paper | None" = None


@dataclass(frozen=True)
class Paper:
    """How well paper forms were keyed in: forms, those keyed twice, and the answers on which two people differed."""

    keyed: int
    checked: int
    spoiled: int
    differing: Figure | None


@dataclass
class QuarterReport:
    """The report of one questionnaire and closed quarter; `units` are those whose rows the reader may see."""

    #: Seconds for which what was drawn of a closed quarter is remembered; `key` sees to its being right.
    KEPT = 24 * 3600

    closing: Closing
    questionnaire: Questionnaire
    units: dict[int, Unit]
    services: dict[int, Service] = field(default_factory=dict)
    #: All closed quarters, where they were read already.
    closings: Sequence[Closing] | None = None

    def __post_init__(self) -> None:
        self.services = {service.pk: service for service in Service.objects.filter(unit__in=self.units)}

    @cached_property
    def key(self) -> str:
        """A text that is another one whenever anything in the drawn figures could be: sums, names, reader, language."""
        drawn = (
            self.questionnaire.pk,
            self.questionnaire.title,
            self.closing.pk,
            [closing.pk for closing in self.past],
            [(unit.pk, unit.name) for unit in self.units.values()],
            [(service.pk, service.title) for service in self.services.values()],
            get_language(),
        )
        return hashlib.sha256(repr(drawn).encode()).hexdigest()

    # --- What is read, a query each ---

    @cached_property
    def past(self) -> list[Closing]:
        """The closed quarters up to this one, the newest first."""
        closings = selectors.closings() if self.closings is None else self.closings
        return [closing for closing in closings if closing.period <= self.closing.period]

    @cached_property
    def is_official(self) -> bool:
        """Whether the figures rest on codes and paper; a survey that is no visit's has the open answers only."""
        return self.questionnaire.asks_service

    @cached_property
    def _responses(self) -> list[tuple[Any, ...]]:
        """Series, what is counted (`Tally`), how many, whatever way they came in."""
        return selectors.sums([self.closing], self.questionnaire, ["series", "value"], code="")

    @cached_property
    def series(self) -> int:
        return max((series for series, value, _count in self._responses if value == "counted"), default=1)

    @cached_property
    def version(self) -> Version:
        versions = self.questionnaire.versions.exclude(state=State.DRAFT)
        found = versions.filter(series=self.series).order_by("number").last()
        return found or versions.latest("number")

    @cached_property
    def headline(self) -> str:
        return selectors.headlines().get(self.questionnaire.pk, "")

    @cached_property
    def _wholes(self) -> dict[tuple[str, str], int]:
        rows = self._sums(["code", "value"])
        return {(code, value): count for code, value, count in rows}

    @cached_property
    def _leaves(self) -> list[tuple[Any, ...]]:
        return self._sums(["unit", "service", "code", "value"], code__in=(self.headline, policy.MATCH))

    def _sums(self, by: Sequence[str], **where: Any) -> list[tuple[Any, ...]]:
        where = {"is_assured": self.is_official, "series": self.series, **where}
        return selectors.sums([self.closing], self.questionnaire, by, **where)

    # --- Figures of the whole ---

    @property
    def name(self) -> str:
        return quarter_name(self.closing.period)

    @property
    def slug(self) -> str:
        return policy.quarter_slug(self.closing.period)

    @property
    def n(self) -> int:
        return self._wholes.get(("", "counted"), 0)

    @property
    def is_shown(self) -> bool:
        return policy.may_show(self.n)

    @cached_property
    def items(self) -> list[ItemFigures]:
        """The figures of every question that is answered by choosing."""
        asked = [item for item in self.version.asked if item.kind in CHOSEN]
        return [item_figures(item, self._answered(item)) for item in asked]

    def _answered(self, item: Item) -> selectors.Answered:
        counts = {value: n for (code, value), n in self._wholes.items() if code == item.code and value}
        return selectors.Answered(counts, self._wholes.get((item.code, ""), 0))

    @cached_property
    def scales(self) -> list[ItemFigures]:
        return [figures for figures in self.items if figures.is_scale]

    @cached_property
    def heads(self) -> list[ItemFigures]:
        """The headline and the subjects that the law names."""
        wanted = (self.headline, *LEGAL)
        return [figures for figures in self.items if figures.item.code in wanted and figures.best]

    @cached_property
    def details(self) -> ItemFigures | None:
        """What differed from the service card."""
        return next(
            (figures for figures in self.items if figures.item.code == policy.DETAILS and figures.n), None
        )

    # --- Units, services, cards ---

    def _places(self, code: str, good: Iterable[str]) -> Places:
        places, good = Places(), set(good)
        for unit, service, own, value, count in self._leaves:
            if own == code:
                places.add(unit, service, n=0 if value else count, k=count if value in good else 0)
        return places

    @cached_property
    def places(self) -> Places:
        return self._places(self.headline, BEST)

    @cached_property
    def _names(self) -> dict[Key, str]:
        return dict(names_of(self.places, self.units, self.services))

    @cached_property
    def unit_rows(self) -> list[Row]:
        names: dict[Key, str] = {key: name for key, name in self._names.items() if len(key) == 1}
        slugs: dict[Key, str] = {key: self.units[key[0]].code for key in names if key[0] is not None}
        return self.places.rows(names, slugs)

    @cached_property
    def unit_axis(self) -> charts.Axis:
        return self.places.axis(key for key in self._names if len(key) == 1)

    @cached_property
    def service_rows(self) -> list[Row]:
        return self.places.rows({key: name for key, name in self._names.items() if len(key) == 2})

    @cached_property
    def service_axis(self) -> charts.Axis:
        return self.places.axis(key for key in self._names if len(key) == 2)

    @cached_property
    def cards(self) -> list[Card]:
        """How many found each service card wrong, sorted by name; hidden ones are left out."""
        places = self._places(policy.MATCH, policy.MISMATCH)
        names = dict(names_of(places, self.units, self.services))
        visible = places.shown()
        services = sorted((name, key) for key, name in names.items() if len(key) == 2 and key in visible)
        return [Card(name, Figure(places.k[key], places.n[key])) for name, key in services]

    # --- What goes with contentment ---

    @cached_property
    def drivers(self) -> list[Driver]:
        """Differences in contentment, sorted as the questions are asked: what goes together, not what causes it."""
        drivers = (self._driver(figures.item) for figures in self.scales)
        return [driver for driver in drivers if driver]

    def _driver(self, item: Item) -> Driver | None:
        """Compare those content with one question with the others; who left it out is a group that must not show."""
        pair = {value: self._wholes.get((f"{item.code}*", value), 0) for value in _PAIRS}
        content, others = pair["11"] + pair["10"], pair["01"] + pair["00"]
        groups = {"content": content, "others": others}
        if policy.parted(self.places.n[()], groups) != groups.keys():
            return None
        return Driver(item, Figure(pair["11"], content), Figure(pair["01"], others))

    @cached_property
    def crosses(self) -> list[Cross]:
        """Contentment by each question with single answers, and by the way in; one without rows is left out."""
        asked = [item for item in self.version.asked if item.kind in (ItemKind.SINGLE, ItemKind.YES_NO)]
        found = [
            (item.code, item.wording, [(option.value, option.label) for option in item.options.all()])
            for item in asked
        ]
        ways = ("", _("How the answers came in"), [(str(mode), str(mode.label)) for mode in Mode])
        crosses = [self._cross(*one) for one in (*found, ways)]
        return [cross for cross in crosses if any(figure for _label, figure in cross.rows)]

    def _cross(self, code: str, title: str, answers: Sequence[tuple[str, str]]) -> Cross:
        """Cross one question; who left it out is a group too, or a difference would tell of them."""
        counts = {value: self._wholes.get((f"{code}/", value), 0) for value, _label in answers}
        visible = policy.parted(self.places.n[()], counts)
        rows = [
            (
                label,
                Figure(self._wholes.get((f"{code}+", value), 0), counts[value]) if value in visible else None,
            )
            for value, label in answers
            if counts[value]
        ]
        return Cross(title, rows)

    # --- Over the quarters ---

    @cached_property
    def trend(self) -> list[Point]:
        """The headline in every closed quarter up to this one, the oldest first."""
        return trend_of(self.questionnaire, self.headline, self.past, is_official=self.is_official)

    @property
    def trend_axis(self) -> charts.Axis:
        return axis_of_figures(point.figure for point in self.trend)

    # --- What stands beside ---

    @cached_property
    def open_answers(self) -> Figure | None:
        """The headline of the open survey and the kiosks, beside the official one and never mixed into it."""
        if not self.is_official:
            return None
        rows = selectors.sums(
            [self.closing],
            self.questionnaire,
            ["value"],
            is_assured=False,
            code=self.headline,
            series=self.series,
        )
        return _figure(dict(rows))

    @cached_property
    def quality(self) -> Quality:
        counts: Counter[str] = Counter()
        for _series, value, count in self._responses:
            counts[value] += count
        modes = [(str(mode.label), counts[f"mode:{mode}"]) for mode in Mode if counts[f"mode:{mode}"]]
        total = counts["counted"]
        return Quality(
            counted=total,
            left_out=counts["left_out"],
            reasons=[
                (str(Flag(flag).label), counts[f"flag:{flag}"])
                for flag in EXCLUDING
                if counts[f"flag:{flag}"]
            ],
            modes=[(name, Figure(count, total)) for name, count in modes],
            with_left_out=self._with_left_out(),
            paper=self._paper(),
        )

    def _paper(self) -> Paper | None:
        """Sum up the paper forms of the quarter; none once it is counted is added any more."""
        if not self.is_official:
            return None
        days = (self.closing.period.first, self.closing.period.last)
        names = ("keyed", "checked", "spoiled", "differed", "compared")
        sums = PaperBatch.objects.filter(day__range=days).aggregate(**{one: Sum(one) for one in names})
        if not sums["keyed"]:
            return None
        differing = Figure(sums["differed"], sums["compared"]) if sums["compared"] else None
        return Paper(sums["keyed"], sums["checked"], sums["spoiled"], differing)

    def _with_left_out(self) -> Figure | None:
        """Return the main figure with those left out; the difference must not tell of a few of them."""
        odd = {value: n for (code, value), n in self._wholes.items() if code == f"{self.headline}!"}
        whole = self.places.whole
        if whole is None or not policy.may_show(sum(odd.values())):
            return None
        return Figure(whole.k + sum(odd.get(value, 0) for value in BEST), whole.n + sum(odd.values()))

    @property
    def needed(self) -> str:
        """How many answers a group needs to show a drop, in words."""
        return _("five points: %(five)s, ten points: %(ten)s, twenty points: %(twenty)s") % {
            "five": fa_digits(policy.needed(0.05)),
            "ten": fa_digits(policy.needed(0.10)),
            "twenty": fa_digits(policy.needed(0.20)),
        }


_PAIRS = ("11", "10", "01", "00")


def _figure(counts: dict[str, int]) -> Figure | None:
    n = counts.get("", 0)
    return Figure(sum(counts.get(value, 0) for value in BEST), n) if policy.may_show(n) else None
