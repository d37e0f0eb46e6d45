"""When a visit code still opens the survey."""

from datetime import date
from enum import StrEnum


class Refusal(StrEnum):
    """Why a visit code does not open the survey."""

    UNKNOWN = "unknown"
    SPENT = "spent"
    EXPIRED = "expired"


class TokenRefused(Exception):
    """This visit code does not open the survey; `reason` says why."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


def check_token(*, is_spent: bool, is_void: bool, expires_on: date, today: date) -> None:
    """Raise `TokenRefused` unless a code may be used today; one that was called in is like one that never was."""
    if is_void:
        raise TokenRefused(Refusal.UNKNOWN)
    if is_spent:
        raise TokenRefused(Refusal.SPENT)
    if today > expires_on:
        raise TokenRefused(Refusal.EXPIRED)
