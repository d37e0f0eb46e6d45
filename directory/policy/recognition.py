"""When an entry of the recognition file may be noted, replied to and closed."""

from enum import StrEnum


class Unheard(StrEnum):
    """Why a step in the recognition file is not taken."""

    CLOSED = "closed"
    SAID = "said"
    EMPTY = "empty"
    OWN = "own"
    NOT_OWN = "not_own"
    NO_NOTE = "no_note"
    NO_REPLY = "no_reply"
    OBJECTED = "objected"


class RecognitionRefused(Exception):
    """This step in the recognition file is not possible; `reason` says why."""

    def __init__(self, reason: Unheard) -> None:
        super().__init__(reason)
        self.reason = reason


def check_note(note: str, *, is_open: bool, is_own: bool, is_noted: bool) -> None:
    """Raise `RecognitionRefused` unless a head may write this note: once, and never about himself."""
    _check_word(note, is_open=is_open, is_said=is_noted)
    if is_own:
        raise RecognitionRefused(Unheard.OWN)


def check_reply(reply: str, *, is_open: bool, is_own: bool, is_replied: bool) -> None:
    """Raise `RecognitionRefused` unless the person himself may write this reply, once."""
    _check_word(reply, is_open=is_open, is_said=is_replied)
    if not is_own:
        raise RecognitionRefused(Unheard.NOT_OWN)


def _check_word(word: str, *, is_open: bool, is_said: bool) -> None:
    if not is_open:
        raise RecognitionRefused(Unheard.CLOSED)
    if is_said:
        raise RecognitionRefused(Unheard.SAID)
    if not word.strip():
        raise RecognitionRefused(Unheard.EMPTY)


def check_close(
    *,
    is_open: bool,
    is_own: bool,
    is_praise: bool,
    is_noted: bool,
    is_replied: bool,
    is_objected: bool,
    is_author: bool,
) -> None:
    """Raise `RecognitionRefused` unless an entry may be closed.

    The head's note is there; unless it is praise, the person has been heard; and where the person objects, somebody
    else decides than the author of the note (`is_author`).
    """
    if not is_open:
        raise RecognitionRefused(Unheard.CLOSED)
    if is_own:
        raise RecognitionRefused(Unheard.OWN)
    if not is_noted:
        raise RecognitionRefused(Unheard.NO_NOTE)
    if not (is_praise or is_replied):
        raise RecognitionRefused(Unheard.NO_REPLY)
    if is_objected and is_author:
        raise RecognitionRefused(Unheard.OBJECTED)
