"""What can go wrong with a backup, in one plain sentence each."""

from collections.abc import Iterator, Sequence

SHOWN = 5  # faults of one sort that are named; the rest are counted


class BackupError(Exception):
    """The backup could not be made, read or restored; the text says why and what to do."""


def some(names: Sequence[str], sentence: str) -> Iterator[str]:
    """Give the sentence for the first of the names, and say how many there are more."""
    yield from (sentence.format(name) for name in names[:SHOWN])
    if len(names) > SHOWN:
        yield f"… and {len(names) - SHOWN} more."
