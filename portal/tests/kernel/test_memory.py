"""Remembering what a function gave for short texts."""

from portal.kernel import memory
from portal.kernel.memory import Memory


def test_memory_when_asked_again_then_the_function_is_not():
    asked: list[str] = []
    known = Memory(lambda text: asked.append(text) or text.upper())

    found = [known[text] for text in ("abc", "abc", "")]

    assert (found, asked) == (["ABC", "ABC", ""], ["abc", ""])


def test_memory_when_a_text_is_long_then_it_is_worked_out_and_not_kept():
    known = Memory(len)

    assert known["x" * 1_000_000] == 1_000_000
    assert not known


def test_memory_when_full_then_it_starts_anew():
    known = Memory(len)
    for number in range(memory.REMEMBERED + 1):
        known[str(number)]

    assert len(known) == 1
    assert known["0"] == 1
