"""Reading what mail servers send back: which of our letters could not be delivered, and whether it never will be.

Delivery status notifications as RFC 3464 describes them, with the returned letter or its header (RFC 3462). Anybody
can write to the address they go to, so nothing here believes an address: only the number of the returned letter is
read, which its sender holds against what he sent.
"""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from typing import Any, NamedTuple

#: An enhanced status code (RFC 3463): 5 is for good, 4 for now.
STATUS = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})(?!\d)")
RETURNED = ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers")


class Bounce(NamedTuple):
    """A letter that came back: the number it was sent under, and the status that the last server gave."""

    message_id: str
    status: str

    @property
    def is_for_good(self) -> bool:
        return self.status.startswith("5")


def read_bounce(mail: bytes) -> Bounce | None:
    """Return which letter came back; None for a delay, a receipt, a holiday reply or any other letter."""
    letter = message_from_bytes(mail, policy=policy.default)
    parts = [part for part in letter.walk() if not part.get_content_type().startswith("multipart/")]
    failed = [status for part in parts for status in _failures(part)]
    numbers = [number for part in parts if (number := _number(part))]
    return Bounce(numbers[0], max(failed)) if failed and numbers else None


def _failures(part: Message) -> list[str]:
    """Return the status of each recipient of a notification whom the letter did not reach."""
    if part.get_content_type() != "message/delivery-status":
        return []
    groups = [group for group in part.get_payload() if isinstance(group, Message)]
    failed = [group for group in groups if str(group.get("Action", "")).strip().lower() == "failed"]
    found = (STATUS.match(str(group.get("Status", ""))) for group in failed)
    return [".".join(status.groups()) for status in found if status]


def _number(part: Message) -> str:
    """Return the number of a returned letter."""
    if part.get_content_type() not in RETURNED:
        return ""
    payload: Any = part.get_payload()
    if isinstance(payload, list):
        header: Message = payload[0]
    else:
        text = part.get_content() if isinstance(part, EmailMessage) else payload
        header = message_from_bytes(text if isinstance(text, bytes) else str(text).encode())
    return str(header.get("Message-ID", "")).strip()
