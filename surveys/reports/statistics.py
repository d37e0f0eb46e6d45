"""The figures of a quarter for statistics programs: the rows of the other files, with labels for their values."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from io import BytesIO

from django.utils.translation import gettext as _

from portal.templatetags.persian import fa_digits
from portal.ui import sav
from portal.ui.sav import Variable
from surveys.reports.figures import SCALE, Line, about, figure_lines
from surveys.reports.quarter import QuarterReport

#: The value that stands for the whole where a unit or a service would stand.
WHOLE = 0


def statistics_file(reports: Sequence[QuarterReport], made_at: datetime) -> bytes:
    """Return an SPSS system file of the figures that pages and spreadsheets show, and of no others."""
    target = BytesIO()
    title = f"{reports[0].questionnaire.title} {reports[0].slug}"
    words = [f"{name}: {value}" for report in reports for name, value in about(report)]
    rows = (_row(report, line) for report in reports for line in figure_lines(report))
    sav.write(target, _variables(reports), rows, title=title, about=words, made_at=made_at)
    return target.getvalue()


def _variables(reports: Sequence[QuarterReport]) -> list[Variable]:
    units = {unit.pk: unit.name for report in reports for unit in report.units.values()}
    services = {service.pk: service.title for report in reports for service in report.services.values()}
    whole = {WHOLE: _("the whole")}
    return [
        Variable("QUARTER", _("quarter"), width=8),
        Variable("EDITION", _("edition")),
        Variable("SERIES", _("series")),
        Variable("VERSION", _("version")),
        Variable("CODE", _("code"), width=24),
        Variable("QUESTION", _("question"), width=sav.WIDEST),
        Variable("UNIT", _("unit"), values={**whole, **units}),
        Variable("SERVICE", _("service"), values={**whole, **services}),
        Variable("N", _("answers (n)")),
        Variable("CONTENT", _("content (4 and 5)")),
        *(
            Variable(f"ANSWER_{value}", _("answer %(value)s") % {"value": fa_digits(value)})
            for value in SCALE
        ),
        Variable("SHARE", _("share in percent"), decimals=1),
        Variable("LOWEST", _("lowest, 95 %"), decimals=1),
        Variable("HIGHEST", _("highest, 95 %"), decimals=1),
    ]


def _row(report: QuarterReport, line: Line) -> tuple[sav.Value, ...]:
    figure, (unit, service) = line.figure, (*line.place, WHOLE, WHOLE)[:2]
    return (
        *(report.slug, report.closing.edition, report.series, report.version.number, line.code, line.wording),
        *(unit or WHOLE, service or WHOLE, figure.n, figure.k),
        *(line.counts.get(value, 0) for value in SCALE),
        *_percents(figure.share, *figure.interval),
    )


def _percents(*shares: float) -> Iterator[float]:
    return (round(100 * share, 1) for share in shares)
