"""The ladder (PRODUCT.md section 7): who is told when the promised time runs out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from feedback.enums import Receiver


@dataclass(frozen=True)
class Rung:
    """Who is told when `percent` of the promised working days are over, or the case is `days_late`."""

    receiver: Receiver
    percent: int | None = None
    days_late: int | None = None


LADDER = (
    Rung(Receiver.OWNER, percent=50),
    Rung(Receiver.HEAD, percent=80),
    Rung(Receiver.SUPERIOR, percent=100),
    Rung(Receiver.INSPECTION, days_late=2),
)


def is_reached(rung: Rung, *, passed: int, total: int, late: int) -> bool:
    """Tell whether a rung is reached: of `total` working days `passed` are over, `late` since the last of them."""
    if rung.days_late is not None:
        return late >= rung.days_late
    return passed * 100 >= (rung.percent or 0) * max(total, 1)


@dataclass(frozen=True)
class Staff:
    """Who works where, by the codes of units and the numbers of users; `away` maps the absent to their deputies."""

    parents: Mapping[str, str | None]
    heads: Mapping[str, Sequence[int]]
    inspectors: Mapping[str, Sequence[int]]
    member: Mapping[int, Collection[str]]
    works: Mapping[int, Collection[str]]
    away: Mapping[int, int | None]


@dataclass(frozen=True)
class Told:
    """What must be known of a case before anybody is told of it."""

    unit: str
    owner: int | None
    is_confidential: bool = False
    excluded: Collection[str] = ()
    recused: Collection[int] = ()


def receiver_of(step: Receiver, case: Told, staff: Staff, replacements: Sequence[str]) -> int | None:
    """Return whom a step of the ladder tells of a case: the first on his way who is there and may know of it.

    Nobody of an excluded unit is told, nobody who recused himself, and of a confidential case only who handles it.
    """
    for candidate in _on_the_way(step, case, staff, replacements):
        user = staff.away.get(candidate, candidate)
        if user is not None and may_be_told(user, case, staff):
            return user
    return None


def may_be_told(user: int, case: Told, staff: Staff) -> bool:
    """Tell whether somebody may learn that a case exists."""
    if user in case.recused or not set(case.excluded).isdisjoint(staff.member.get(user, ())):
        return False
    return not case.is_confidential or case.unit in staff.works.get(user, ())


def _on_the_way(step: Receiver, case: Told, staff: Staff, replacements: Sequence[str]) -> list[int]:
    """Return who might be told at a step, the nearest first; further up where nobody is found."""
    above, unit = [], staff.parents.get(case.unit)
    while unit is not None and unit not in above:
        above.append(unit)
        unit = staff.parents.get(unit)
    stand_ins = [unit for unit in replacements if unit != case.unit]
    superiors = [user for unit in (*above, *stand_ins) for user in staff.heads.get(unit, ())]
    own = staff.heads.get(case.unit, ())
    heads = [*own, *superiors]
    if step == Receiver.OWNER:
        return [*([] if case.owner is None else [case.owner]), *heads]
    if step == Receiver.HEAD:
        return heads
    if step == Receiver.SUPERIOR:
        return [user for user in superiors if user not in own]
    return [
        user for unit in stand_ins for user in (*staff.inspectors.get(unit, ()), *staff.heads.get(unit, ()))
    ]
