"""The paper form: which figure stands for which answer, and when two people keyed the same."""

from collections.abc import Mapping, Sequence

from portal.kernel.text import ascii_digits, clean
from surveys.enums import CHOSEN, ItemKind
from surveys.policy.questions import Question

#: Share of the forms of a sheet that a second person keys again.
SECOND_SHARE = 0.1

#: What is keyed for an answer left blank.
BLANK = "0"

Typed = dict[str, list[str]]


class KeyRefused(Exception):
    """A figure was keyed that stands for no answer to the question `item`."""

    def __init__(self, item: str) -> None:
        super().__init__(item)
        self.item = item


def keys_of(question: Question) -> dict[str, str]:
    """Return figure → option value: 5 to 1 on a scale, 9, 8 … for answers that count as none, else 1, 2, 3 …"""
    if question.kind != ItemKind.FIVE_POINT:
        return {str(place): value for place, value in enumerate(question.values, start=1)}
    valid = {value: value for value in question.values if value not in question.missing}
    others = [value for value in question.values if value in question.missing]
    return valid | {str(9 - place): value for place, value in enumerate(others)}


def read_keys(question: Question, typed: str) -> list[str]:
    """Return what was keyed for a question as a browser would send it; raises `KeyRefused`."""
    text = clean(typed).strip()
    if question.kind not in CHOSEN:
        return [text] if text else []
    figures = "".join(ascii_digits(text).split())
    if figures in ("", BLANK):
        return []
    keys = keys_of(question)
    if not set(figures) <= keys.keys() or (len(figures) > 1 and question.kind != ItemKind.SEVERAL):
        raise KeyRefused(question.code)
    return [keys[figure] for figure in dict.fromkeys(figures)]


def differing(
    questions: Sequence[Question], one: Mapping[str, list[str]], other: Mapping[str, list[str]]
) -> int:
    """Return to how many questions that are answered by choosing two keyings of a form differ."""
    codes = [question.code for question in questions if question.kind in CHOSEN]
    return sum(sorted(one.get(code, [])) != sorted(other.get(code, [])) for code in codes)


def enough_checked(keyed: int, checked: int) -> bool:
    """Tell whether enough of the forms were keyed a second time."""
    return checked >= max(1, SECOND_SHARE * keyed)
