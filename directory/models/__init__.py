"""The tables of the directory, one file a subject; import them from here."""

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

__all__ = ["ClosedDay", "County", "Fold", "Membership", "Position", "Service", "Unit", "User", "in_language"]
