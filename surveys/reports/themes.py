"""What comments are about: themes with their shares, hidden where too few spoke of one."""

from collections.abc import Iterator
from dataclasses import dataclass

from surveys import policy, selectors
from surveys.models import Questionnaire, Theme
from surveys.policy import Quarter
from surveys.reports.places import Figure


@dataclass(frozen=True)
class ThemeRow:
    """One theme; nothing but its name where the rule hides it."""

    theme: Theme
    figure: Figure | None


@dataclass(frozen=True)
class ThemeReport:
    """The themes of a quarter's comments, in the order of the codebook; `agreement` of two people, where there is."""

    comments: int
    rows: list[ThemeRow]
    agreement: Figure | None


def theme_report(questionnaire: Questionnaire, quarter: Quarter) -> ThemeReport:
    """Return how many of the sorted comments are about each theme; a comment may be about several."""
    found = selectors.sorted_comments(questionnaire, quarter)
    return ThemeReport(
        comments=found.comments,
        rows=list(_rows(selectors.themes_of(questionnaire), found)),
        agreement=_figure(found.alike, found.twice),
    )


def _rows(themes: list[Theme], found: selectors.Sorted) -> Iterator[ThemeRow]:
    for theme in themes:
        count = found.counts[theme.pk]
        if theme.is_active or count:
            is_shown = "about" in policy.parted(found.comments, {"about": count})
            yield ThemeRow(theme, Figure(count, found.comments) if is_shown else None)


def _figure(k: int, n: int) -> Figure | None:
    return Figure(k, n) if policy.may_show(n) else None
