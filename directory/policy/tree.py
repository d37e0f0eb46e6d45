"""Pure rules of the organization's tree of units."""

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def subtree(root: Key, parents: Mapping[Key, Key | None]) -> frozenset[Key]:
    """Return `root` and every unit below it; a loop in the tree ends the walk, it never hangs.

    `parents` maps each unit (its code or primary key) to its parent, None at the top.
    """
    children: dict[Key, list[Key]] = {}
    for unit, parent in parents.items():
        if parent is not None:
            children.setdefault(parent, []).append(unit)
    found, waiting = {root}, [root]
    while waiting:
        new = [child for child in children.get(waiting.pop(), ()) if child not in found]
        found.update(new)
        waiting.extend(new)
    return frozenset(found)


def subtrees(roots: Iterable[Key], parents: Mapping[Key, Key | None]) -> frozenset[Key]:
    """Return the union of the subtrees of `roots`."""
    return frozenset().union(*(subtree(root, parents) for root in roots))
