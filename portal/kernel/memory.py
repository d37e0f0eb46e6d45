"""Remembering what a pure function gave for a short text: most of any text are the same few thousand words."""

from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")

#: Texts remembered, and the length up to which they are: a few megabytes at most, whatever is sent to us.
REMEMBERED = 1 << 14
LONGEST_REMEMBERED = 30


class Memory(dict[str, Value]):
    """`Memory(function)[text]` is `function(text)`; a full memory starts anew.

    A look-up costs a fifth of one in `functools.lru_cache` guarded against long texts. Threads may share it: the worst
    that happens is that something is worked out twice.
    """

    def __init__(self, function: Callable[[str], Value]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, text: str) -> Value:
        value = self._function(text)
        if len(text) <= LONGEST_REMEMBERED:
            if len(self) >= REMEMBERED:
                self.clear()
            self[text] = value
        return value
