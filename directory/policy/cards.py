"""What an identity card needs before it is published, and when cards and entries are to be looked at again."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

#: Days after which somebody must have looked at an entry of the directory, and at a card, once more.
CHECK_DAYS, REVIEW_DAYS = 180, 180


class CardDefect(StrEnum):
    """Why a step with a card is refused."""

    NOT_A_DRAFT = "not_a_draft"
    NOT_IN_FORCE = "not_in_force"
    DRAFT_EXISTS = "draft_exists"
    NO_AUDIENCE = "no_audience"
    NO_TIME = "no_time"
    NO_STEPS = "no_steps"
    NO_CHANNELS = "no_channels"


class CardRefused(Exception):
    """This step with a card is not possible; `defect` says why."""

    def __init__(self, defect: CardDefect) -> None:
        super().__init__(defect.value)
        self.defect = defect


def check_card(fields: Mapping[str, Any]) -> None:
    """Raise `CardRefused` with the first thing that a card lacks which citizens must be told (by field name)."""
    needed = {
        CardDefect.NO_AUDIENCE: fields["audiences"],
        CardDefect.NO_TIME: fields["announced_days"] or fields["announced_minutes"],
        CardDefect.NO_STEPS: fields["steps"],
        CardDefect.NO_CHANNELS: fields["channels"],
    }
    for defect, found in needed.items():
        if not found:
            raise CardRefused(defect)


def next_review(today: date) -> date:
    """Return the day by which a card checked today is to be checked again."""
    return today + timedelta(days=REVIEW_DAYS)


def duration(days: int | None, minutes: int | None) -> str:
    """Return an announced time as ISO 8601 writes it (P15D, PT20M); an empty text where none is announced."""
    if days:
        return f"P{days}D"
    return f"PT{minutes}M" if minutes else ""
