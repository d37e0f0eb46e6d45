"""Tests of the way out: what reaches a real (local) mail server or gateway, and how each failure is told apart."""

import email
import json
import logging
import socket
import socketserver
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from pytest_django import Settings

from portal.channels import (
    SMS_BACKENDS,
    Message,
    PermanentError,
    TransientError,
    send,
    sms_outbox,
    sms_parts,
)
from portal.settings import SMS_SENDERS, SMS_TRIALS

KEY = "secret-key-of-the-gateway"
TEXT = "برای پروندهٔ شما خبری هست."
LETTER = Message(
    channel="email", to="sara@example.ir", subject="خبر تازه", text=TEXT, html=f"<p dir=rtl>{TEXT}</p>"
)
SHORT = Message(channel="sms", to="+989161234567", text=TEXT)


# --- Servers on the loopback ------------------------------------------------------------------------------


class Server(socketserver.ThreadingTCPServer):
    """A server whose behaviour is the table `answers`; what it took is in `taken`."""

    daemon_threads = True
    allow_reuse_address = True
    answers: dict[str, str]
    taken: list[Any]


@contextmanager
def running(handler: type[socketserver.BaseRequestHandler], **answers: str) -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), handler)
    server.answers, server.taken = answers, []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


class SmtpSink(socketserver.StreamRequestHandler):
    """The least of RFC 5321 that smtplib needs; `answers` replaces the answer to one command."""

    server: Server

    def handle(self) -> None:
        self.say(self.server.answers.get("GREETING", "220 sink"))
        while line := self.rfile.readline().decode().strip():
            verb = line.partition(" ")[0].upper()
            self.say(self.server.answers.get(verb, "354 go on" if verb == "DATA" else "250 ok"))
            if verb == "DATA" and verb not in self.server.answers:
                self.take()
            if verb == "QUIT":
                return

    def take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        self.server.taken.append(email.message_from_bytes(b"".join(lines), policy=default))
        self.say(self.server.answers.get("END", "250 taken"))

    def say(self, answer: str) -> None:
        self.wfile.write(answer.encode() + b"\r\n")


class Gateway(BaseHTTPRequestHandler):
    """An SMS gateway; `answers` has its status, body, and where it redirects to."""

    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.server.taken.append(
            (self.path, self.headers["Content-Type"], self.headers["Authorization"], body)
        )
        self.send_response(int(self.server.answers.get("status", "200")))
        if location := self.server.answers.get("location"):
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(self.server.answers.get("body", '{"status": 200}').encode())

    do_GET = do_POST  # noqa: N815 - named by http.server

    def log_message(self, *_args: Any) -> None:
        pass


@contextmanager
def hanging() -> Iterator[int]:
    """Listen and take connections, but never say a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@contextmanager
def refusing() -> Iterator[int]:
    """Give a port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    yield port


@pytest.fixture
def smtp(settings: Settings) -> Callable[[int], None]:
    def use(port: int) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 0.3
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.DEFAULT_FROM_EMAIL = "درگاه <portal@lorestan.example>"

    return use


@pytest.fixture
def gateway(settings: Settings) -> Callable[..., None]:
    def use(port: int, **changes: Any) -> None:
        settings.SMS_BACKEND = "http"
        settings.SMS_GATEWAY = {
            "url": f"http://127.0.0.1:{port}/v1/$key/send",
            "method": "POST",
            "body": "receptor=$local&message=$text",
            "headers": {"Authorization": "Bearer $key"},
            "key": KEY,
            "timeout": 0.3,
        } | changes

    return use


# --- E-mail -----------------------------------------------------------------------------------------------


def test_send_email_when_server_takes_it_then_it_arrives_whole(smtp: Callable[[int], None]) -> None:
    with running(SmtpSink) as server:
        smtp(server.server_address[1])

        send(LETTER)

    [letter] = server.taken
    assert _parts(letter) == [("text/plain", TEXT), ("text/html", LETTER.html)]
    assert (letter["To"], letter["Subject"]) == ("sara@example.ir", "خبر تازه")
    assert letter["From"] == "درگاه <portal@lorestan.example>"
    assert letter["Content-Language"] == "fa"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@lorestan.example>")


def _parts(letter: EmailMessage) -> list[tuple[str, str]]:
    return [(part.get_content_type(), part.get_content().strip()) for part in letter.iter_parts()]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"RCPT": "550 5.1.1 sara@example.ir unknown"}, PermanentError("SMTP 550")),
        ({"RCPT": "451 4.2.0 sara@example.ir later"}, TransientError("SMTP 451")),
        ({"END": "554 5.7.1 refused"}, PermanentError("SMTP 554")),
        ({"END": "452 4.3.1 full"}, TransientError("SMTP 452")),
        ({"MAIL": "530 5.7.0 sign in first"}, TransientError("mail server: 530")),
        ({"GREETING": "554 no service"}, TransientError("mail server: 554")),
        ({"GREETING": "421 busy"}, TransientError("mail server: 421")),
    ],
)
def test_send_email_when_server_objects_then_told_apart(
    smtp: Callable[[int], None], answers: dict[str, str], expected: Exception
) -> None:
    with running(SmtpSink, **answers) as server:
        smtp(server.server_address[1])

        with pytest.raises(type(expected)) as raised:
            send(LETTER)

    assert str(raised.value) == str(expected)


@pytest.mark.parametrize(
    ("server", "reason"), [(hanging, "SMTPServerDisconnected"), (refusing, "ConnectionRefusedError")]
)
def test_send_email_when_server_is_away_then_transient(
    smtp: Callable[[int], None], server: Callable[[], Any], reason: str
) -> None:
    with server() as port:
        smtp(port)

        with pytest.raises(TransientError, match=f"^mail server: {reason}$"):
            send(LETTER)


def test_send_email_when_starttls_is_asked_and_not_offered_then_nothing_leaves(
    smtp: Callable[[int], None], settings: Settings
) -> None:
    with running(SmtpSink) as server:
        smtp(server.server_address[1])
        settings.EMAIL_USE_TLS = True

        with pytest.raises(TransientError, match="^mail server: SMTPNotSupportedError$"):
            send(LETTER)

    assert server.taken == []


@pytest.mark.parametrize(
    ("to", "subject"),
    [
        ("not an address", "خبر"),
        ("sara@example.ir, reza@example.ir", "خبر"),
        ("sara@example.ir\nBcc: reza@example.ir", "خبر"),
        ("", "خبر"),
        ("sara@example.ir", "خبر\nBcc: reza@example.ir"),
    ],
)
def test_send_email_when_address_or_subject_is_unfit_then_permanent(to: str, subject: str) -> None:
    with pytest.raises(PermanentError):
        send(Message(channel="email", to=to, subject=subject, text=TEXT))

    assert mail.outbox == []


def test_send_when_text_is_empty_then_permanent() -> None:
    with pytest.raises(PermanentError, match="^the message is empty$"):
        send(Message(channel="sms", to="+989161234567", text=" \n"))


# --- SMS --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("units", "parts"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4), (268, 4), (269, 5)]
)
def test_sms_parts_when_text_grows_then_70_64_67(units: int, parts: int) -> None:
    assert sms_parts("ب" * units) == parts


def test_sms_parts_when_sign_lies_outside_the_first_plane_then_two_units() -> None:
    assert (sms_parts("😀" * 35), sms_parts("😀" * 35 + "\u200c")) == (1, 2)


@pytest.mark.parametrize(
    "to", ["09161234567", "+98", "+98 916 123 4567", "+989161234567\n", "+۹۸۹۱۶۱۲۳۴۵۶۷", "sara"]
)
def test_send_sms_when_number_is_not_e164_then_permanent(settings: Settings, to: str) -> None:
    settings.SMS_BACKEND = "locmem"

    with pytest.raises(PermanentError, match="^the number is not one$"):
        send(Message(channel="sms", to=to, text=TEXT))


def test_send_sms_when_one_page_is_asked_then_longer_text_is_refused(settings: Settings) -> None:
    settings.SMS_BACKEND = "locmem"
    sms_outbox.clear()
    page = Message(channel="sms", to="+989161234567", text="ب" * 70, one_page=True)

    send(page)
    with pytest.raises(PermanentError, match="^the text is longer than one page$"):
        send(Message(channel="sms", to="+989161234567", text="ب" * 71, one_page=True))

    assert sms_outbox == [page]


def test_send_sms_when_back_end_is_file_then_only_the_owner_may_read_it(
    settings: Settings, tmp_path: Path
) -> None:
    settings.SMS_BACKEND, settings.SMS_FILE = "file", str(tmp_path / "sms.log")

    send(SHORT)
    send(SHORT)

    lines = (tmp_path / "sms.log").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [{"to": SHORT.to, "text": TEXT}] * 2
    assert stat.S_IMODE((tmp_path / "sms.log").stat().st_mode) == 0o600


def test_send_sms_when_back_end_is_console_then_printed(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.SMS_BACKEND = "console"

    send(SHORT)

    assert capsys.readouterr().out == f"SMS +989161234567\n{TEXT}\n\n"


def test_send_sms_when_there_is_none_then_it_is_not_told_as_sent(settings: Settings) -> None:
    settings.SMS_BACKEND = "none"

    with pytest.raises(TransientError, match="^no SMS is sent: SMS_BACKEND is none$"):
        send(SHORT)


def test_back_ends_of_sms_when_named_in_settings_then_each_is_there() -> None:
    assert set(SMS_BACKENDS) == SMS_SENDERS | SMS_TRIALS


def test_send_sms_when_gateway_takes_a_form_then_values_are_quoted(gateway: Callable[..., None]) -> None:
    with running(Gateway) as server:
        gateway(server.server_address[1])

        send(Message(channel="sms", to="+989161234567", text="الف&receptor=1"))

    assert server.taken == [
        (
            f"/v1/{KEY}/send",
            "application/x-www-form-urlencoded; charset=utf-8",
            f"Bearer {KEY}",
            "receptor=09161234567&message=%D8%A7%D9%84%D9%81%26receptor%3D1",
        )
    ]


def test_send_sms_when_gateway_takes_json_then_values_are_escaped(gateway: Callable[..., None]) -> None:
    with running(Gateway) as server:
        headers = {"Content-Type": "application/json"}
        gateway(server.server_address[1], headers=headers, body='{"to": "$number", "text": "$text"}')

        send(Message(channel="sms", to="+989161234567", text='«سلام» "\n$key'))

    [(_path, kind, _key, body)] = server.taken
    assert (kind, json.loads(body)) == (
        "application/json",
        {"to": "989161234567", "text": '«سلام» "\n$key'},
    )


def test_send_sms_when_gateway_wants_get_then_all_is_in_the_address(gateway: Callable[..., None]) -> None:
    with running(Gateway) as server:
        port = server.server_address[1]
        gateway(port, method="GET", url=f"http://127.0.0.1:{port}/?to=$to&text=$text", body="")

        send(Message(channel="sms", to="+989161234567", text="الف ب"))

    [(path, _kind, _key, body)] = server.taken
    assert (path, body) == ("/?to=%2B989161234567&text=%D8%A7%D9%84%D9%81%20%D8%A8", "")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("400", PermanentError),
        ("404", PermanentError),
        ("422", PermanentError),
        ("401", TransientError),
        ("402", TransientError),
        ("429", TransientError),
        ("500", TransientError),
        ("503", TransientError),
    ],
)
def test_send_sms_when_gateway_answers_an_error_then_told_apart(
    gateway: Callable[..., None], caplog: pytest.LogCaptureFixture, status: str, expected: type[Exception]
) -> None:
    caplog.set_level(logging.DEBUG)
    with running(Gateway, status=status, body=KEY) as server:
        gateway(server.server_address[1])

        with pytest.raises(expected) as raised:
            send(SHORT)

    assert str(raised.value) == f"SMS gateway: {status}"
    assert KEY not in caplog.text


def test_send_sms_when_gateway_redirects_then_the_key_stays_here(gateway: Callable[..., None]) -> None:
    with running(Gateway) as stranger:
        elsewhere = f"http://127.0.0.1:{stranger.server_address[1]}/"
        with running(Gateway, status="302", location=elsewhere) as server:
            gateway(server.server_address[1])

            with pytest.raises(TransientError, match="^SMS gateway: 302$"):
                send(SHORT)

    assert stranger.taken == []


def test_send_sms_when_gateway_does_not_say_it_took_it_then_transient(gateway: Callable[..., None]) -> None:
    with running(Gateway, body='{"status": 418, "message": "no credit"}') as server:
        gateway(server.server_address[1], expect=r'"status":\s*200')

        with pytest.raises(TransientError, match="not that it took the message"):
            send(SHORT)


@pytest.mark.parametrize(
    ("server", "reason"), [(hanging, "TimeoutError"), (refusing, "ConnectionRefusedError")]
)
def test_send_sms_when_gateway_is_away_then_transient_and_key_masked(
    gateway: Callable[..., None], server: Callable[[], Any], reason: str
) -> None:
    with server() as port:
        gateway(port)

        with pytest.raises(TransientError) as raised:
            send(SHORT)

    assert str(raised.value) == f"SMS gateway: {reason}"
    assert raised.value.__suppress_context__


def test_message_when_printed_then_names_nobody() -> None:
    assert repr(LETTER) == "Message(channel='email', language='fa', one_page=False)"
