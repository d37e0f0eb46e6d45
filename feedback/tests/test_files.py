"""Files after they came in: looked at, kept once, and swept up where nothing knows them."""

import hashlib
import os
import socketserver
import struct
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from feedback import services, tasks
from feedback.models import Attachment, Case, Message
from feedback.tests.factories import AT, make_case
from portal import clamd
from portal.outbox.outcomes import Later
from portal.tests.sounds import m4a, mp3
from portal.tests.test_channels import Server, running

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]

#: The harmless file that every scanner takes for infected, in two halves so that no scanner finds it here.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD" + b"-ANTIVIRUS-TEST-FILE!$H+H*"


def pdf(content: bytes = b"letter") -> SimpleUploadedFile:
    return SimpleUploadedFile("نامه.pdf", b"%PDF-1.7 " + content, "application/pdf")


def reply(case: Case, *files: SimpleUploadedFile, at: datetime = AT, **changes: Any) -> Message:
    return services.reply(case_id=case.pk, body="مدارک پیوست است.", at=at, files=files, **changes)


# --- The same reply twice -----------------------------------------------------------------------------------------


def test_reply_when_pressed_twice_with_the_same_files_then_it_is_stored_once() -> None:
    case = make_case()

    first = reply(case, pdf(), pdf(b"slip"))
    for attachment in Attachment.objects.all():
        services.inspect_file(attachment_id=attachment.pk)
    second = reply(case, pdf(), pdf(b"slip"))

    assert first == second
    assert Attachment.objects.count() == 2


def test_reply_when_pressed_twice_with_the_same_recording_then_it_is_stored_once() -> None:
    case = make_case()

    one, two = (reply(case, voice=SimpleUploadedFile("v.mp3", mp3(), "audio/mpeg")) for _press in range(2))

    assert one == two


def test_recording_when_its_phone_told_the_place_then_nobody_here_learns_it() -> None:
    case = make_case()
    reply(case, voice=SimpleUploadedFile("v.m4a", m4a(told=b"+33.4878+048.3558/"), "audio/mp4"))
    kept = Attachment.objects.get()

    services.inspect_file(attachment_id=kept.pk)

    kept.refresh_from_db()
    content = kept.file.read()
    assert (kept.state, kept.size) == ("ready", len(content))
    assert kept.sha256.tobytes() == hashlib.sha256(content).digest()
    assert b"33.48" not in content


@pytest.mark.parametrize("files", [[b"other"], [b"letter", b"slip"]])
def test_reply_when_the_files_differ_then_it_is_a_reply_of_its_own(files: list[bytes]) -> None:
    case = make_case()

    first = reply(case, pdf(b"letter"))
    second = reply(case, *(pdf(content) for content in files))

    assert first != second


# --- Files that nothing knows -------------------------------------------------------------------------------------


def kept(folder: str, age: timedelta) -> str:
    name: str = default_storage.save(f"{folder}/{os.urandom(8).hex()}", ContentFile(b"x"))
    moment = (timezone.now() - age).timestamp()
    os.utime(default_storage.path(name), (moment, moment))
    return name


def test_sweep_when_files_belong_to_no_row_then_old_ones_go_and_all_others_stay() -> None:
    reply(make_case(), pdf())
    known = str(Attachment.objects.get().file.name)
    day = timedelta(days=1)
    os.utime(default_storage.path(known), (0, 0))
    fresh, elsewhere = kept("attachments/2026/05", day / 2), kept("other", 9 * day)
    lost = [kept("attachments/2026/05", 2 * day), kept("exports", 2 * day)]

    count = services.sweep_files(at=timezone.now())

    assert count == len(lost)
    assert not [name for name in lost if default_storage.exists(name)]
    assert all(default_storage.exists(name) for name in (known, fresh, elsewhere))


def test_sweep_when_nothing_was_ever_stored_then_it_finds_nothing(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "none"

    assert services.sweep_files(at=timezone.now()) == 0


# --- The scanner --------------------------------------------------------------------------------------------------


class Clamd(socketserver.StreamRequestHandler):
    """The part of clamd's protocol that INSTREAM needs; `answers` replaces the answer."""

    server: Server

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        self.server.taken.append(content)
        found = "stream: Eicar-Test-Signature FOUND" if EICAR in content else "stream: OK"
        self.wfile.write(self.server.answers.get("END", found).encode() + b"\0")


@pytest.fixture
def scanner(settings: Any) -> Iterator[Server]:
    with running(Clamd) as server:
        settings.CLAMD_URL = f"tcp://127.0.0.1:{server.server_address[1]}"
        yield server


def attached(content: bytes = b"letter") -> Attachment:
    reply(make_case(), pdf(content))
    return Attachment.objects.get()


def test_file_when_the_scanner_finds_nothing_then_it_can_be_opened(scanner: Server) -> None:
    attachment = attached(b"x" * 200_000)

    assert tasks.inspect_file(attachment_id=attachment.pk) is None

    attachment.refresh_from_db()
    assert attachment.state == "ready"
    assert [len(content) for content in scanner.taken] == [200_009]


def test_file_when_the_scanner_finds_something_then_it_is_refused(scanner: Server) -> None:
    attachment = attached(EICAR)

    tasks.inspect_file(attachment_id=attachment.pk)

    attachment.refresh_from_db()
    assert attachment.state == "refused"


@pytest.mark.parametrize("answer", ["INSTREAM size limit exceeded. ERROR", "", "?"])
def test_file_when_the_scanner_gives_no_verdict_then_it_is_tried_again_later(
    scanner: Server, answer: str
) -> None:
    scanner.answers["END"] = answer
    attachment = attached()

    outcome = tasks.inspect_file(attachment_id=attachment.pk)

    attachment.refresh_from_db()
    assert isinstance(outcome, Later)
    assert attachment.state == "checking"


def test_file_when_the_scanner_is_away_then_it_stays_being_checked(settings: Any) -> None:
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    attachment = attached()

    outcome = tasks.inspect_file(attachment_id=attachment.pk)

    assert outcome == Later("scanner: ConnectionRefusedError")
    attachment.refresh_from_db()
    assert attachment.state == "checking"


def test_file_when_there_is_no_scanner_then_it_can_be_opened(settings: Any) -> None:
    settings.CLAMD_URL = ""
    attachment = attached()

    assert tasks.inspect_file(attachment_id=attachment.pk) is None

    attachment.refresh_from_db()
    assert attachment.state == "ready"


class SocketServer(socketserver.ThreadingUnixStreamServer):
    """A scanner at a Unix socket."""

    answers: dict[str, str] = {}

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.taken: list[bytes] = []


def test_scan_when_the_scanner_listens_at_a_unix_socket_then_it_answers(
    settings: Any, tmp_path: Path
) -> None:
    path = tmp_path / "clamd.ctl"
    settings.CLAMD_URL = f"unix://{path}"
    with SocketServer(str(path), Clamd) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()

        answers = [clamd.is_infected(ContentFile(content)) for content in (EICAR, b"letter")]

        server.shutdown()
        thread.join()
    assert answers == [True, False]
