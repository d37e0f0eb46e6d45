"""Figures with their intervals, suppressed where few answered, drawn as cells of a table."""

from surveys.reports.actions import Closed, Effect, closed_quarters, effects, is_measured
from surveys.reports.codebook import about_version, codebook_columns, entries
from surveys.reports.counters import counter_tables
from surveys.reports.coverage import Coverage, coverage
from surveys.reports.figures import about, columns, figure_lines
from surveys.reports.published import published_results
from surveys.reports.quarter import QuarterReport
from surveys.reports.statistics import statistics_file
from surveys.reports.themes import ThemeReport, theme_report
from surveys.reports.unit import UnitReport
from surveys.reports.words import half_name, quarter_name

__all__ = [
    "Closed",
    "Coverage",
    "Effect",
    "QuarterReport",
    "ThemeReport",
    "UnitReport",
    "about",
    "about_version",
    "closed_quarters",
    "codebook_columns",
    "columns",
    "counter_tables",
    "coverage",
    "effects",
    "entries",
    "figure_lines",
    "half_name",
    "is_measured",
    "published_results",
    "quarter_name",
    "statistics_file",
    "theme_report",
]
