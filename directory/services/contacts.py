"""What changes the directory's entries besides their own page: files, and «I looked, it is still right»."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from directory.models import Position, User
from directory.selectors import may_keep_pages


@transaction.atomic
def import_contacts(*, positions: list[Position], actor: User) -> int:
    """Store entries, all or none; return how many were new. Raises `PermissionDenied`."""
    _allow(actor)
    fresh = sum(position.pk is None for position in positions)
    for position in positions:
        position.save()
    return fresh


@transaction.atomic
def mark_checked(*, positions: QuerySet[Position], actor: User, on: date) -> int:
    """Note the day on which somebody found entries right; return how many. Raises `PermissionDenied`."""
    _allow(actor)
    return positions.update(checked_on=on)


def _allow(actor: User) -> None:
    if not may_keep_pages(actor):
        raise PermissionDenied
