"""The one rule of what is hidden: used by every page, drawing and file of the reports."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from surveys.policy.figures import MIN_SHOWN, may_show


@dataclass
class Cell:
    """A number of answers in a tree: the whole, under it units, under them services. `key` tells cells apart.

    A cell's `n` is what its children add up to, or its own where it has none.
    """

    key: object
    n: int
    children: list["Cell"] = field(default_factory=list)


def shown(whole: Cell, least: int = MIN_SHOWN) -> set[object]:
    """Return the keys of the cells whose figures may be shown.

    A cell is hidden where fewer than `least` answered, where its parent is hidden, and where it would give a hidden
    neighbour away by subtraction: then the smallest cells beside it are hidden too, until `least` answers hide
    together. An empty cell is hidden as well, so that empty and hidden look alike. No sum or difference of shown
    cells tells a group of 1 to `least` − 1 answers.
    """
    return set(_shown(whole, least)) if may_show(whole.n, least) else set()


Key = TypeVar("Key")


def parted(total: int, counts: Mapping[Key, int], least: int = MIN_SHOWN) -> set[Key]:
    """Return the keys of the groups of a shown total whose figures may be shown beside it.

    Who is in none of the groups is a cell as well, or the difference to the total would tell of them.
    """
    groups = [Cell(key, n) for key, n in counts.items()]
    rest = Cell(_REST, total - sum(counts.values()))
    visible = shown(Cell(_WHOLE, total, [*groups, rest]), least)
    return {key for key in counts if key in visible}


_WHOLE, _REST = object(), object()


def _shown(cell: Cell, least: int) -> Iterator[object]:
    yield cell.key
    hidden = sum(child.n for child in cell.children if not may_show(child.n, least))
    for child in sorted(cell.children, key=lambda child: (child.n, str(child.key))):
        if not may_show(child.n, least):
            continue
        if 0 < hidden < least:
            hidden += child.n
            continue
        yield from _shown(child, least)


def tells_few(before: Mapping[Hashable, int], after: Mapping[Hashable, int], least: int = MIN_SHOWN) -> bool:
    """Tell whether somebody who kept the counting `before` could tell a few answers from the one `after` it.

    Both are groups with the number of answers in each; one that grows or shrinks by 1 to `least` − 1 gives those away,
    a few answers that were all alike for example, and that a decision counts again.
    """
    moved = (abs(after.get(group, 0) - before.get(group, 0)) for group in before.keys() | after.keys())
    return any(0 < count < least for count in moved)
