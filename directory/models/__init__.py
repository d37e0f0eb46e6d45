"""The tables of the directory, one file a subject; import them from here."""

from directory.models.announcement import Announcement
from directory.models.calendar import Absence, ClosedDay, WeekdayRule
from directory.models.card import ServiceCardVersion, text_of
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
from directory.models.recognition import Recognition

__all__ = [
    "Absence",
    "Announcement",
    "ClosedDay",
    "County",
    "Fold",
    "Membership",
    "Position",
    "Recognition",
    "Service",
    "ServiceCardVersion",
    "Unit",
    "User",
    "WeekdayRule",
    "in_language",
    "text_of",
]
