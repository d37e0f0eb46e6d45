"""The way out of the house: one message to one recipient, by e-mail or SMS, through the back ends of the settings.

What fails is told apart once, here: TransientError is worth another try, PermanentError is not. What speaks of our
own set-up (a wrong password, key or sender, no credit) counts as transient, as it can be mended while the message
waits. Error texts carry a code or a class name, never an address, a text or the gateway's key, whatever was answered.
"""

import json
import re
import smtplib
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import make_msgid, parseaddr
from http.client import HTTPException
from pathlib import Path
from string import Template
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email

#: E.164, as portal.kernel.phones.normalise returns it.
PHONE: Final = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
#: Answers of a gateway that speak of our account or of the moment, not of this message.
GATEWAY_TRANSIENT: Final = frozenset({401, 402, 403, 407, 408, 425, 429})
ANSWER_LIMIT: Final = 64 * 1024  # bytes


class TransientError(Exception):
    """The message did not go out now; the same message may, later."""

    permanent = False


class PermanentError(Exception):
    """This message will never go out as it is."""

    permanent = True


@dataclass(frozen=True)
class Message:
    """One message to one recipient. Recipient and texts are left out of its repr, thus out of logs.

    The subject is written by us and never holds a citizen's data. With `one_page`, an SMS longer than a page is
    refused. `reference` becomes a part of the number of an e-mail, by which it is known when it comes back.
    """

    channel: str  # "email" or "sms"
    to: str = field(repr=False)
    text: str = field(repr=False)
    subject: str = field(default="", repr=False)
    html: str = field(default="", repr=False)
    language: str = "fa"
    one_page: bool = False
    reference: str = field(default="", repr=False)


def send(message: Message) -> str:
    """Hand a message to its back end, waiting as long as the settings' timeouts allow.

    Returns when the back end took it, which does not mean that it was read: the number under which the SMS gateway
    will report on it, nothing where there is none. Raises TransientError, PermanentError.
    """
    if not message.text.strip():
        raise PermanentError("the message is empty")
    return CHANNELS[message.channel](message)


def sms_parts(text: str) -> int:
    """Return the number of pages an SMS takes, counted as Iranian operators do for Persian text.

    Units are UTF-16: 70 on a single page; 64 more on the second, 67 on each further one.
    """
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    if units <= 70:
        return 1
    return 2 + max(0, -(-(units - 134) // 67))


def _send_email(message: Message) -> str:
    try:
        validate_email(message.to)
    except ValidationError:
        raise PermanentError("the address is not one") from None
    mail = EmailMultiAlternatives(message.subject, message.text, to=[message.to], headers=_headers(message))
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    try:
        mail.send()
    except ValueError:  # BadHeaderError among others: a line break in the subject would smuggle in a header
        raise PermanentError("the message cannot be written as an e-mail") from None
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        code = _smtp_code(error)
        raise (PermanentError if code >= 500 else TransientError)(f"SMTP {code}") from None
    except (smtplib.SMTPException, OSError) as error:
        raise TransientError(f"mail server: {_smtp_code(error) or type(error).__name__}") from None
    return ""


def _headers(message: Message) -> dict[str, str]:
    # Django would ask the resolver for this machine's name and write it into the Message-ID.
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return {
        "Message-ID": make_msgid(message.reference or None, domain),
        "Content-Language": message.language,
        "Auto-Submitted": "auto-generated",  # RFC 3834: keeps holiday replies away
    }


def _smtp_code(error: Exception) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max(code for code, _text in error.recipients.values())
    return getattr(error, "smtp_code", 0)


def _send_sms(message: Message) -> str:
    if not PHONE.fullmatch(message.to):
        raise PermanentError("the number is not one")
    if message.one_page and sms_parts(message.text) > 1:
        raise PermanentError("the text is longer than one page")
    return SMS_BACKENDS[settings.SMS_BACKEND](message) or ""


def _to_nobody(message: Message) -> None:
    raise TransientError("no SMS is sent: SMS_BACKEND is none")


def _to_console(message: Message) -> None:
    sys.stdout.write(f"SMS {message.to}\n{message.text}\n\n")
    sys.stdout.flush()


def _to_file(message: Message) -> None:
    path = Path(settings.SMS_FILE)
    path.touch(mode=0o600)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"to": message.to, "text": message.text}, ensure_ascii=False) + "\n")


#: What the "locmem" back end took, for tests.
sms_outbox: list[Message] = []


def _to_gateway(message: Message) -> str:
    """Send a message and return the gateway's number of it: the first group of what `expect` finds in the answer."""
    try:
        request = _request(message)
        with OPENER.open(request, timeout=settings.SMS_GATEWAY["timeout"]) as answer:
            body = answer.read(ANSWER_LIMIT).decode(errors="replace")
    except urllib.error.HTTPError as error:
        error.close()
        refused = 400 <= error.code < 500 and error.code not in GATEWAY_TRANSIENT
        raise (PermanentError if refused else TransientError)(f"SMS gateway: {error.code}") from None
    except (urllib.error.URLError, HTTPException, OSError) as error:
        cause = getattr(error, "reason", error)
        raise TransientError(f"SMS gateway: {type(cause).__name__}") from None
    taken = re.search(settings.SMS_GATEWAY.get("expect", ""), body)
    if taken is None:
        raise TransientError("SMS gateway: it answered, but not that it took the message")
    return (taken[1] or "")[:64] if taken.re.groups else ""


def _request(message: Message) -> urllib.request.Request:
    """Fill the templates of settings.SMS_GATEWAY: $to, $number (without +), $local (0912…), $text and $key."""
    gateway = settings.SMS_GATEWAY
    values = {
        "to": message.to,
        "number": message.to.removeprefix("+"),
        "local": re.sub(r"\A\+98", "0", message.to),
        "text": message.text,
        "key": gateway["key"],
    }
    headers = {
        name: Template(value).substitute(key=gateway["key"]) for name, value in gateway["headers"].items()
    }
    headers.setdefault("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
    quote = _json_quote if "json" in headers["Content-Type"] else _form_quote
    url, body = _fill(gateway["url"], values, _form_quote), _fill(gateway["body"], values, quote)
    data = body.encode() or None
    return urllib.request.Request(url, data, headers, method=gateway["method"])  # noqa: S310 - from settings


def _fill(template: str, values: dict[str, str], quote: Callable[[str], str]) -> str:
    return Template(template).substitute({name: quote(value) for name, value in values.items()})


def _form_quote(value: str) -> str:
    return urllib.parse.quote(value, safe="")


def _json_quote(value: str) -> str:
    return json.dumps(value)[1:-1]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the key and the citizen's number to somebody else: it becomes an error instead."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


OPENER: Final = urllib.request.build_opener(_NoRedirect)
CHANNELS: Final[dict[str, Callable[[Message], str]]] = {"email": _send_email, "sms": _send_sms}
SMS_BACKENDS: Final[dict[str, Callable[[Message], str | None]]] = {
    "none": _to_nobody,
    "console": _to_console,
    "file": _to_file,
    "locmem": sms_outbox.append,
    "http": _to_gateway,
}
