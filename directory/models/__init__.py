"""The tables of the directory, one file a subject; import them from here."""

from directory.models.announcement import Announcement
from directory.models.card import ServiceCardVersion, text_of
from directory.models.organization import (
    ClosedDay,
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
    "Announcement",
    "ClosedDay",
    "County",
    "Fold",
    "Membership",
    "Position",
    "Service",
    "ServiceCardVersion",
    "Unit",
    "User",
    "in_language",
    "text_of",
]
