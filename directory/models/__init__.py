"""The tables of the directory, one file a subject; import them from here."""

from directory.models.calendar import Absence, ClosedDay, WeekdayRule
from directory.models.organization import (
    County,
    Fold,
    Membership,
    Position,
    Service,
    Unit,
    User,
    in_language,
)

__all__ = [
    "Absence",
    "ClosedDay",
    "County",
    "Fold",
    "Membership",
    "Position",
    "Service",
    "Unit",
    "User",
    "WeekdayRule",
    "in_language",
]
