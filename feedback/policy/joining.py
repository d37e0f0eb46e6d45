"""Which cases may be joined."""

from dataclasses import dataclass

from feedback.enums import OPEN


class MergeRefused(Exception):
    """The cases cannot be joined; the argument says why: itself, younger, merged, held, settled, review,
    unit, walls or sender."""


@dataclass(frozen=True)
class Joining:
    """What decides whether a case may be joined with another. It follows one (`is_joined`), or one follows it."""

    pk: int
    status: str
    unit: int
    is_joined: bool
    has_joined: bool
    is_reviewed: bool
    walls: frozenset[int | str]
    addresses: frozenset[str]


def may_merge(young: Joining, old: Joining) -> None:
    """Raise `MergeRefused` unless two cases are open, of one sender, in one unit and behind the same walls.

    One under review may lead and never follow: its own page alone minds who wrote the answer that is looked at again.
    """
    faults = {
        "itself": young.pk == old.pk,
        "younger": young.pk < old.pk,
        "merged": young.is_joined or young.has_joined or old.is_joined,
        "settled": young.status not in OPEN or old.status not in OPEN,
        "review": young.is_reviewed,
        "unit": young.unit != old.unit,
        "walls": young.walls != old.walls,
        "sender": not (young.addresses & old.addresses),
    }
    for fault, is_so in faults.items():
        if is_so:
            raise MergeRefused(fault)
