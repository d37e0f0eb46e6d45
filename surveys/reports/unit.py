"""The report of one unit in a closed quarter: every question, its services, its way through the quarters."""

from dataclasses import dataclass

from django.utils.functional import cached_property

from directory.models import Unit
from portal.ui import charts
from surveys.reports.figures import Line, figure_lines
from surveys.reports.quarter import QuarterReport
from surveys.reports.trend import Point, axis_of_figures, trend_of


@dataclass
class UnitReport:
    """One unit of a report; nothing is read before the page draws it."""

    report: QuarterReport
    unit: Unit

    @property
    def key(self) -> str:
        """A text that is another one whenever anything in the drawn figures could be."""
        return f"{self.report.key}/{self.unit.pk}"

    @cached_property
    def _lines(self) -> list[Line]:
        return [line for line in figure_lines(self.report) if line.place[:1] == (self.unit.pk,)]

    @property
    def lines(self) -> list[Line]:
        """The unit's answers to every question."""
        return [line for line in self._lines if not line.service]

    @property
    def services(self) -> list[Line]:
        """The main figure of each of its services."""
        return [line for line in self._lines if line.service and line.code == self.report.headline]

    @cached_property
    def trend(self) -> list[Point]:
        return trend_of(
            self.report.questionnaire,
            self.report.headline,
            self.report.past,
            is_official=self.report.is_official,
            unit=self.unit,
        )

    @property
    def trend_axis(self) -> charts.Axis:
        return axis_of_figures(point.figure for point in self.trend)
