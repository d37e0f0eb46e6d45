"""Counting days inside the database: how many days of a list have begun at a moment."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Func, IntegerField, Value

from portal.kernel import jalali


class Begun(Func):
    """How many of some days, given in order, have begun in Iran at the moment in a column; NULL where that is.

    A day may stand in the list more than once. PostgreSQL looks a moment up in a list of moments in a quarter of the
    time in which it tells its day in a time zone, and a list is right whatever clocks were put forward.
    """

    function = "width_bucket"
    template = "%(function)s(%(expressions)s::timestamptz[])"
    output_field = IntegerField()

    def __init__(self, moment: str, days: Iterable[date]) -> None:
        starts = (jalali.beginning(day).isoformat() for day in days)
        super().__init__(moment, Value(f"{{{','.join(starts)}}}"))
