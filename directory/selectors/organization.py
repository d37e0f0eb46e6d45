"""Reads of the directory that several rooms share."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, QuerySet

from directory.enums import CASE_ROLES, Role
from directory.models import Membership, Position, Unit, User
from directory.policy import subtrees
from portal.kernel.text import fold


def parents() -> dict[str, str | None]:
    """Return the tree of units as unit code → parent's code."""
    return dict(Unit.objects.values_list("code", "parent__code"))


def unit_names(codes: Iterable[str]) -> dict[str, str]:
    """Return the names of these units in the active language, by code."""
    return {unit.code: unit.name for unit in Unit.objects.filter(code__in=list(codes))}


Row = TypeVar("Row", bound=Model)

#: What a person and a unit are named by, as fields of their rows.
PERSON = ("username", "first_name", "last_name", "name_fa")
UNIT = ("code", "name_fa", "name_en")


def with_names(
    rows: QuerySet[Row], *, people: Iterable[str] = (), units: Iterable[str] = (), beside: Iterable[str] = ()
) -> QuerySet[Row]:
    """Return whole rows with the people and units they point to, of whom only what they are named by is read.

    `beside` are further fields of other rows, as "relation__field". A page of a dozen such lists spends more time on
    columns that it does not show than on all else.
    """
    own = [field.name for field in rows.model._meta.concrete_fields]
    named = [f"{person}__{name}" for person in people for name in PERSON]
    named += [f"{unit}__{name}" for unit in units for name in UNIT]
    named += beside
    related = {field.partition("__")[0] for field in named}
    return rows.select_related(*related).only(*own, *named)


@dataclass(frozen=True)
class Reach:
    """The units, by primary key, that a member of staff belongs to, works for and heads (with their subtrees)."""

    member: frozenset[int]
    works: frozenset[int]
    heads: frozenset[int]


def reach(user: User) -> Reach:
    """Return the user's reach; two queries, one for somebody who heads no unit, less where memberships are known."""
    return reach_by((held.unit, held.role) for held in user.held())


def parents_by_id() -> Mapping[int, int | None]:
    """Return the tree of units as unit → parent, by primary keys."""
    return dict(Unit.objects.order_by().values_list("pk", "parent_id"))


def reach_by(
    memberships: Iterable[tuple[int, str]], tree: Callable[[], Mapping[int, int | None]] = parents_by_id
) -> Reach:
    """Return the reach that active memberships, each a unit's primary key and a role, give.

    The `tree` of units is asked for a head's only: one query, unless it is known.
    """
    rows = list(memberships)
    headed = {unit for unit, role in rows if role == Role.HEAD}
    return Reach(
        member=frozenset(unit for unit, _role in rows),
        works=frozenset(unit for unit, role in rows if role in CASE_ROLES),
        heads=subtrees(headed, tree()) if headed else frozenset(),
    )


def members_of(codes: Collection[str]) -> set[int]:
    """Return who belongs to these units now, in whatever role, by primary key."""
    return set(Membership.objects.active().filter(unit__code__in=codes).values_list("user", flat=True))


def units_of_person(text: str) -> frozenset[str]:
    """Return the codes of the units of every position holder or member of staff whose full name stands in `text`.

    Names match as whole words on folded text, so «مدیر نمونه ۱» is not found in «مدیر نمونه ۱۰».
    """
    words = f" {fold(text)} "
    if not words.strip():
        return frozenset()
    named = [(fold(name), code) for name, code in _names()]
    return frozenset(code for name, code in named if name and f" {name} " in words)


def _names() -> list[tuple[str, str]]:
    holders = Position.objects.exclude(holder_fa="").values_list("holder_fa", "unit__code")
    members = Membership.objects.active().exclude(user__name_fa="").values_list("user__name_fa", "unit__code")
    return [*holders, *members]
