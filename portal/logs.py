"""Log lines as one JSON object each, with long numbers masked in every script of digits.

A tracking code, a phone or a national number must never reach a log file, not even inside an exception's text; nor must
the row that PostgreSQL writes into the text of an error, with all that a citizen wrote.
"""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime

import psycopg2

#: The number of the request that is being answered, drawn by `portal.middleware.RequestNumber`; it says nothing of
#: whoever sent it.
REQUEST: ContextVar[str] = ContextVar("request", default="")

#: Eight digits or more in any script, also when parted by single blanks or dashes.
LONG_NUMBER = re.compile(r"\d(?:[\s\-‌]?\d){7,}")


def mask(text: str) -> str:
    """Replace every number of eight digits or more by a mark of its length."""
    return LONG_NUMBER.sub(lambda found: f"[{len(found.group())} digits]", text)


def rowless(text: str, record: logging.LogRecord) -> str:
    """Replace what the database said of the error of a record, or of one behind it, by what names nobody."""
    error = record.exc_info[1] if record.exc_info else None
    for said in _with_causes(error):
        # Django's own error around it has the same text.
        if isinstance(said, psycopg2.Error) and (words := str(said).strip()):
            for written in (words, repr(words)[1:-1]):
                text = text.replace(written, _place(said))
    return text


def _with_causes(error: BaseException | None) -> list[BaseException]:
    """Return an error and all that led to it."""
    found: dict[int, BaseException] = {}
    waiting = [error]
    while waiting:
        if (one := waiting.pop()) is not None and id(one) not in found:
            found[id(one)] = one
            waiting += [one.__cause__, one.__context__]
    return [*found.values()]


def _place(error: psycopg2.Error) -> str:
    """Return which rule of which table was broken; of what the driver itself says, the first line."""
    if error.pgcode is None:
        return str(error).partition("\n")[0]
    told = error.diag
    return " ".join(filter(None, (error.pgcode, told.table_name, told.column_name, told.constraint_name)))


class JsonFormatter(logging.Formatter):
    """One JSON object a line, without long numbers and rows; control characters are escaped: none can be forged."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _safe(record.getMessage(), record),
        }
        if number := REQUEST.get():
            line["request"] = number
        if record.exc_info:
            line["exception"] = _safe(self.formatException(record.exc_info), record)
        return json.dumps(line, ensure_ascii=True)


def _safe(text: str, record: logging.LogRecord) -> str:
    return mask(rowless(text, record))
