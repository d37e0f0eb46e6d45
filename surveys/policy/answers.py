"""Judging what was sent: which answers count, which are refused and why."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.kernel.text import ascii_digits, clean
from surveys.enums import WRITTEN, ItemKind, State
from surveys.policy.questions import Question, is_shown

#: How long answers to a retired version are still taken: a page may be open while the next version is published.
GRACE = timedelta(hours=24)

#: Limits where an item sets none: characters of a text, or the largest number.
LIMITS = {ItemKind.SHORT_TEXT: 200, ItemKind.LONG_TEXT: 1000, ItemKind.NUMBER: 1_000_000}

#: No number that we ask for has more digits; longer input is not even read as a number.
MOST_DIGITS = 12


class Reason(StrEnum):
    """Why an answer is refused."""

    BLANK = "blank"
    FORGED = "forged"
    TOO_LONG = "too_long"
    NOT_A_NUMBER = "not_a_number"
    TOO_LARGE = "too_large"


@dataclass(frozen=True)
class Fault:
    """What is wrong with one answer; `count` is what was given, `limit` what fits (characters or the number)."""

    reason: Reason
    count: int = 0
    limit: int = 0


class AnswersRefused(Exception):
    """These answers cannot be stored; `faults` says why, by item code."""

    def __init__(self, faults: Mapping[str, Fault]) -> None:
        super().__init__(", ".join(f"{code}: {fault.reason}" for code, fault in faults.items()))
        self.faults = faults


class VersionClosed(Exception):
    """This version takes no answers: not yet published, or retired more than a day ago."""


class FormUsed(Exception):
    """This form's one-time token has brought an answer to another survey already."""


@dataclass(frozen=True)
class Answer:
    """One accepted answer: option values, a cleaned text, or a number."""

    values: tuple[str, ...] = ()
    text: str = ""
    number: int | None = None


def judge(questions: Sequence[Question], posted: Mapping[str, Sequence[str]]) -> dict[str, Answer]:
    """Return the answers that count, by item code, in the order of the questions; blank ones are left out.

    An answer to a question that is not asked under the other answers is dropped without a word: somebody changed
    his mind further up, and without JavaScript the field was there. A compulsory question is compulsory only when it
    is asked. Raises `AnswersRefused` with every fault: blank compulsory questions, values that are not offered,
    questions the version does not have, texts and numbers beyond their limit.
    """
    accepted: dict[str, Answer] = {}
    given: dict[str, Sequence[str]] = {}
    faults = {
        code: Fault(Reason.FORGED) for code in posted.keys() - {question.code for question in questions}
    }
    for question in questions:
        if not is_shown(question, given):
            continue
        outcome = _read(question, [value for value in posted.get(question.code, ()) if value])
        if isinstance(outcome, Fault):
            faults[question.code] = outcome
        elif outcome is not None:
            accepted[question.code] = outcome
            given[question.code] = outcome.values or (outcome.text or str(outcome.number),)
        elif question.is_compulsory:
            faults[question.code] = Fault(Reason.BLANK)
    if faults:
        raise AnswersRefused(faults)
    return accepted


def _read(question: Question, sent: Sequence[str]) -> Answer | Fault | None:
    """Return the answer in what was sent, None for a blank one, or what is wrong with it."""
    if not sent:
        return None
    if question.kind == ItemKind.SEVERAL:
        return _chosen(question, sent)
    if len(sent) > 1:
        return Fault(Reason.FORGED)
    if question.kind in WRITTEN:
        return _written(question, sent[0])
    if question.kind == ItemKind.NUMBER:
        return _number(question, sent[0])
    return _chosen(question, sent)


def _chosen(question: Question, sent: Sequence[str]) -> Answer | Fault:
    if not set(sent) <= set(question.values):
        return Fault(Reason.FORGED)
    return Answer(values=tuple(value for value in question.values if value in sent))


def _written(question: Question, sent: str) -> Answer | Fault | None:
    limit = question.limit or LIMITS[question.kind]
    text = clean(sent).strip()
    if question.kind == ItemKind.SHORT_TEXT:
        text = " ".join(text.split())
    if len(text) > limit:
        return Fault(Reason.TOO_LONG, count=len(text), limit=limit)
    return Answer(text=text) if text else None


def _number(question: Question, sent: str) -> Answer | Fault | None:
    limit = LIMITS[ItemKind.NUMBER] if question.limit is None else question.limit
    typed = "".join(ascii_digits(clean(sent)).split()).replace("٬", "").replace(",", "")
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit()):
        return Fault(Reason.NOT_A_NUMBER)
    digits = typed.lstrip("0") or "0"
    if len(digits) > MOST_DIGITS or int(digits) > limit:
        return Fault(Reason.TOO_LARGE, limit=limit)
    return Answer(number=int(digits))


def check_open(state: str, retired_at: datetime | None, at: datetime) -> None:
    """Raise `VersionClosed` unless a version in this state takes answers at `at`."""
    if state == State.PUBLISHED:
        return
    if state == State.RETIRED and retired_at is not None and at - retired_at <= GRACE:
        return
    raise VersionClosed


def token_digest(token: str) -> bytes:
    """Return the SHA-256 of a form's one-time token; only this is stored."""
    return hashlib.sha256(token.encode()).digest()
