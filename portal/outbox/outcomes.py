"""What a handler may say besides "done": not yet, or never."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Later:
    """Returned by a handler: what it wrote is kept, and it runs again after the back-off, or at the moment `at`.

    `reason` is shown to staff, so it names no citizen, address, phone or code. It counts as an attempt.
    """

    reason: str
    at: datetime | None = None


class PermanentError(Exception):
    """Raised by a handler: its writing is undone and the delivery is parked at once, with this text as the reason.

    The outbox goes by the attribute, not by the class: portal.channels may not import the outbox, nor the other way
    round, yet its errors mean the same. An exception with this attribute also promises a text fit for staff to read.
    """

    permanent = True
