"""What a version needs before it is published, and how far it departs from the one before."""

from collections.abc import Sequence
from enum import StrEnum

from surveys.enums import CHOSEN, Change, ItemKind
from surveys.policy.questions import Question

#: Questions that fit into the two minutes a survey may take.
MAX_ITEMS = 15

LEVELS = (Change.PATCH, Change.MINOR, Change.MAJOR)


class Defect(StrEnum):
    """Why a version cannot be published."""

    NO_ITEMS = "no_items"
    TOO_MANY_ITEMS = "too_many_items"
    FEW_OPTIONS = "few_options"
    NEEDLESS_OPTIONS = "needless_options"
    NO_FIVE_POINTS = "no_five_points"
    LEVEL_TOO_LOW = "level_too_low"
    BAD_CONDITION = "bad_condition"
    NOT_A_DRAFT = "not_a_draft"
    NOT_PUBLISHED = "not_published"


class VersionRefused(Exception):
    """This version cannot be published; `item` is the code of the question at fault, if one is."""

    def __init__(self, defect: Defect, item: str = "") -> None:
        super().__init__(f"{defect} {item}".strip())
        self.defect, self.item = defect, item


def check_complete(questions: Sequence[Question]) -> None:
    """Raise `VersionRefused` with the first thing that a version of these questions lacks."""
    if not questions:
        raise VersionRefused(Defect.NO_ITEMS)
    if len(questions) > MAX_ITEMS:
        raise VersionRefused(Defect.TOO_MANY_ITEMS)
    for question in questions:
        if defect := _defect(question):
            raise VersionRefused(defect, question.code)


def _defect(question: Question) -> Defect | None:
    valid = [value for value in question.values if value not in question.missing]
    if question.kind not in CHOSEN:
        return Defect.NEEDLESS_OPTIONS if question.choices else None
    if question.kind == ItemKind.FIVE_POINT:
        return None if valid == ["5", "4", "3", "2", "1"] and question.scale else Defect.NO_FIVE_POINTS
    return Defect.FEW_OPTIONS if len(valid) < 2 else None


def least_change(old: Sequence[Question], new: Sequence[Question]) -> Change:
    """Return the smallest level that this change may be called.

    Major: a question that is gone, moved among its neighbours, or has another kind, scale, condition, limit or duty
    to answer, or an option that is gone or moved. Minor: a question or an option more. What the software cannot see,
    a new meaning of the same words, is left to the editor, who may always choose a higher level.
    """
    before, after = {one.code: one for one in old}, {one.code: one for one in new}
    stayed = [code for code in after if code in before]
    if list(before) != stayed or any(_is_other(before[code], after[code]) for code in stayed):
        return Change.MAJOR
    more = len(after) > len(before) or any(after[code].choices != before[code].choices for code in stayed)
    return Change.MINOR if more else Change.PATCH


def _is_other(old: Question, new: Question) -> bool:
    kept = tuple(choice for choice in new.choices if choice.value in old.values)
    return kept != old.choices or (old.kind, old.scale, old.condition, old.limit, old.is_compulsory) != (
        new.kind,
        new.scale,
        new.condition,
        new.limit,
        new.is_compulsory,
    )


def check_level(old: Sequence[Question], new: Sequence[Question], chosen: Change) -> None:
    """Raise `VersionRefused` when the editor calls a change smaller than it is."""
    if LEVELS.index(chosen) < LEVELS.index(least_change(old, new)):
        raise VersionRefused(Defect.LEVEL_TOO_LOW)


class Difference(StrEnum):
    """How a question differs from the version before."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    KIND = "kind"
    SCALE = "scale"
    CONDITION = "condition"
    LIMIT = "limit"
    DUTY = "duty"
    OPTIONS = "options"


def differences(old: Sequence[Question], new: Sequence[Question]) -> list[tuple[str, Difference]]:
    """Return the code of every question that differs and how, in the order of the new version; wording is not seen."""
    before, after = {one.code: one for one in old}, {one.code: one for one in new}
    found = [(code, Difference.REMOVED) for code in before if code not in after]
    stayed = [code for code in before if code in after]
    place = {code: number for number, code in enumerate(code for code in after if code in before)}
    for code, question in after.items():
        if code not in before:
            found.append((code, Difference.ADDED))
            continue
        if stayed.index(code) != place[code]:
            found.append((code, Difference.MOVED))
        found += [(code, sign) for sign in _signs(before[code], question)]
    return found


def _signs(old: Question, new: Question) -> list[Difference]:
    pairs = {
        Difference.KIND: (old.kind, new.kind),
        Difference.SCALE: (old.scale, new.scale),
        Difference.CONDITION: (old.condition, new.condition),
        Difference.LIMIT: (old.limit, new.limit),
        Difference.DUTY: (old.is_compulsory, new.is_compulsory),
        Difference.OPTIONS: (old.choices, new.choices),
    }
    return [sign for sign, (was, now) in pairs.items() if was != now]
