"""Who reads the recognition file: the person, the direct head, and the heads above where the person objects."""

from django.db.models import Q, QuerySet

from directory.enums import Role
from directory.models import Membership, Recognition, User
from directory.selectors.organization import reach


def units_headed(user: User) -> frozenset[int]:
    """Return the units, by key, that somebody heads himself; those below them are not his."""
    return user.units_as(Role.HEAD)


def recognitions_known_to(user: User) -> QuerySet[Recognition]:
    """Return the entries about a member of staff himself, those of units he heads, and objections from below."""
    above = Q(is_objected=True, unit__in=reach(user).heads)
    return Recognition.objects.filter(Q(person=user) | Q(unit__in=units_headed(user)) | above)


def staff_of(units: frozenset[int], *, but: User) -> QuerySet[User]:
    """Return the active members of staff of these units, without one."""
    held = Membership.objects.active().filter(unit__in=units)
    people = User.objects.filter(is_active=True, is_staff=True, memberships__in=held).exclude(pk=but.pk)
    return people.order_by("name_fa", "pk").distinct()
