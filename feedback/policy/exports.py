"""Lists that are taken out: how large, how often, and for how long they are kept."""

from datetime import timedelta

#: For so long the file of a list can be downloaded.
EXPORT_KEPT = timedelta(hours=24)

#: Cases of one list; whoever needs more narrows the queue and asks twice.
EXPORT_MOST = 20_000

#: Lists that one member of staff may ask for within a day.
EXPORTS_A_DAY = 20


class ExportRefused(Exception):
    """The list is not made; the argument says why: no case ("empty"), too many cases ("large"), too many lists
    within a day ("often")."""


def check_export(*, cases: int, lately: int) -> None:
    """Raise `ExportRefused` for a list of so many cases by somebody who asked for so many within the last day."""
    if not cases:
        raise ExportRefused("empty")
    if cases > EXPORT_MOST:
        raise ExportRefused("large")
    if lately >= EXPORTS_A_DAY:
        raise ExportRefused("often")
