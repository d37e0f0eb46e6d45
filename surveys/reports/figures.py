"""The figures of a quarter as the rows of a file: what the page hides is not in them either."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal.templatetags.persian import fa_digits
from portal.ui.sheets import Cell, Column
from surveys import policy, selectors
from surveys.enums import BEST, ItemKind
from surveys.reports.places import Figure, Key, Places, names_of
from surveys.reports.quarter import QuarterReport

#: Points of a five-point scale, best first.
SCALE = ("5", "4", "3", "2", "1")


@dataclass(frozen=True)
class Line:
    """The share of content answers to one question, of the whole, one unit or one service."""

    code: str
    wording: str
    place: Key
    unit: str
    service: str
    figure: Figure
    counts: Mapping[str, int]


def figure_lines(report: QuarterReport) -> Iterator[Line]:
    """Yield a line for every five-point question and every place that the rule shows."""
    where: dict[str, Any] = {"is_assured": report.is_official, "series": report.series}
    items = {item.code: item for item in report.version.asked if item.kind == ItemKind.FIVE_POINT}
    by = ["code", "unit", "service", "value"]
    places = {code: Places() for code in items}
    counts: dict[tuple[str, Key], Counter[str]] = defaultdict(Counter)
    rows = selectors.sums([report.closing], report.questionnaire, by, code__in=list(items), **where)
    for code, unit, service, value, count in rows:
        places[code].add(unit, service, n=0 if value else count, k=count if value in BEST else 0)
        for own in ((), (unit,), (unit, service)):
            counts[code, own][value] += count
    for code, item in items.items():
        visible, found = places[code].shown(), places[code]
        names: dict[Key, str] = dict(names_of(found, report.units, report.services))
        for key in _in_order(names, visible):
            unit = report.units[key[0]].name if key and key[0] is not None else ""
            service = names[key] if len(key) == 2 else ""
            figure = Figure(found.k[key], found.n[key])
            yield Line(code, item.wording, key, unit, service, figure, counts[code, key])


def _in_order(names: dict[Key, str], visible: set[object]) -> list[Key]:
    places = [(key[0] or 0, names[key] if len(key) == 2 else "", key) for key in names if key in visible]
    whole: list[Key] = [()] if () in visible else []
    return whole + [key for _unit, _name, key in sorted(places, key=lambda place: place[:2])]


def columns(report: QuarterReport) -> list[Column]:
    """Return the columns of a file of `Line`s."""

    def fixed(value: Cell) -> Any:
        return lambda _line: value

    def chosen(value: str) -> Callable[[Line], int]:
        return lambda line: line.counts.get(value, 0)

    closing = report.closing
    return [
        Column(_("quarter"), fixed(report.slug), 9),
        Column(_("edition"), fixed(closing.edition), 9),
        Column(_("series"), fixed(report.series), 7),
        Column(_("version"), fixed(report.version.number), 7),
        Column(_("code"), lambda line: line.code, 14),
        Column(_("question"), lambda line: line.wording, 48),
        Column(_("unit"), lambda line: line.unit, 30),
        Column(_("service"), lambda line: line.service, 36),
        Column(_("answers (n)"), lambda line: line.figure.n, 9),
        Column(_("content (4 and 5)"), lambda line: line.figure.k, 9),
        *(Column(_("answer %(value)s") % {"value": fa_digits(value)}, chosen(value), 9) for value in SCALE),
        Column(_("share in percent"), lambda line: round(100 * line.figure.share, 1), 9),
        Column(_("lowest, 95 %"), lambda line: round(100 * line.figure.interval.low, 1), 9),
        Column(_("highest, 95 %"), lambda line: round(100 * line.figure.interval.high, 1), 9),
    ]


def about(report: QuarterReport) -> list[tuple[str, str]]:
    """Return what must be known to read the file."""
    return [
        (_("questionnaire"), report.questionnaire.title),
        (_("quarter"), report.name),
        (_("edition"), str(report.closing.edition)),
        (_("hash of its sums"), report.closing.snapshot_hash),
        (
            _("hidden"),
            _("Places with fewer than %(least)s answers, and those that would give them away.")
            % {"least": policy.MIN_SHOWN},
        ),
    ]
