"""Log lines as one JSON object each, with long numbers masked in every script of digits.

A tracking code, a phone or a national number must never reach a log file, not even inside an exception's text.
"""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime

#: The number of the request that is being answered, drawn by `portal.middleware.RequestNumber`; it says nothing of
#: whoever sent it.
REQUEST: ContextVar[str] = ContextVar("request", default="")

#: Eight digits or more in any script, also when parted by single blanks or dashes.
LONG_NUMBER = re.compile(r"\d(?:[\s\-‌]?\d){7,}")


def mask(text: str) -> str:
    """Replace every number of eight digits or more by a mark of its length."""
    return LONG_NUMBER.sub(lambda found: f"[{len(found.group())} digits]", text)


class MaskDigits(logging.Filter):
    """Mask long numbers in the message and its arguments."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = mask(record.getMessage()), None
        return True


class JsonFormatter(logging.Formatter):
    """One JSON object a line; control characters are escaped, so that nobody can forge a line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if number := REQUEST.get():
            line["request"] = number
        if record.exc_info:
            line["exception"] = mask(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=True)
