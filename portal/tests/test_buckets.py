"""Files of cases in a bucket: the same life as on a disk, told by a real S3 server on the loopback."""

import hashlib
import socket
import sys
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from os import environ
from pathlib import Path
from typing import Any

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from feedback import services
from feedback.models import Attachment, Case, HeldFile
from feedback.tests.factories import make_case, make_user
from feedback.tests.pages import SUBJECT, make_basics, opened, send, text_of
from portal.backups import postgres
from portal.backups.make import backups
from portal.buckets import CONFIG
from portal.embedded import process
from portal.settings import _store
from portal.stores import StoreAway
from portal.tests.test_uploads import picture
from portal.ui.handout import handed_out
from portal.ui.stored import names_in

LETTER = b"%PDF-1.7 " + "رسید رتبه‌بندی".encode()


class Store:
    """An S3 server of its own; `make` makes an empty bucket and returns its BUCKET_URL."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        (folder / "buckets").mkdir()
        command = [sys.executable, "-m", "localbucket", folder / "buckets", "--port", self.port]
        self.child = process.spawn([str(part) for part in command], log=folder / "s3.log")
        self.made = 0

    def make(self) -> str:
        self.made += 1
        client = boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{self.port}",
            aws_access_key_id="key",
            aws_secret_access_key="secret/+",
            region_name="us-east-1",
            config=CONFIG,
        )
        client.create_bucket(Bucket=f"portal-{self.made}")
        return f"http://key:secret%2F%2B@127.0.0.1:{self.port}/portal-{self.made}?region=us-east-1"

    def answers(self) -> bool:
        with socket.socket() as end:
            return end.connect_ex(("127.0.0.1", self.port)) == 0


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = Store(tmp_path_factory.mktemp("s3"))
    assert process.wait_until(made.answers, seconds=30)
    yield made
    process.stop(made.child)


@pytest.fixture
def bucket(store: Store, settings: Settings) -> Store:
    """Keep the files of this test in a bucket of its own."""
    settings.STORAGES = settings.STORAGES | {"default": _store(store.make())}
    return store


def letter() -> SimpleUploadedFile:
    return SimpleUploadedFile("نامه.pdf", LETTER, "application/pdf")


def kept() -> list[str]:
    return list(names_in(default_storage))


def verified() -> str:
    said = StringIO()
    call_command("verify_records", stdout=said)
    return said.getvalue()


@pytest.mark.django_db
def test_files_when_kept_in_a_bucket_then_they_come_are_looked_at_given_out_and_erased_as_on_a_disk(
    bucket: Store, client: Client, settings: Settings, django_capture_on_commit_callbacks: Any
) -> None:
    settings.FORM_MIN_SECONDS = 0
    make_basics()
    photo = SimpleUploadedFile("عکس.png", picture(), "image/png")
    page = text_of(send(client, {**opened(client), "body": "", "attachments": [photo]}))
    assert [name.partition("/")[0] for name in kept()] == ["held"]

    with django_capture_on_commit_callbacks(execute=True):
        services.forget_held(at=timezone.now() + timedelta(seconds=settings.HELD_SECONDS + 60))
    assert (HeldFile.objects.count(), kept(), "عکس.png" in page) == (0, [], True)

    photo.seek(0)
    sent = send(client, {**opened(client), "attachments": [photo, letter()]})
    assert sent.status_code == 303
    with django_capture_on_commit_callbacks(execute=True):
        for attachment in Attachment.objects.all():
            services.inspect_file(attachment_id=attachment.pk)
    rows = {str(row.file.name): row for row in Attachment.objects.all()}
    assert (sorted(rows), {row.state for row in rows.values()}) == (kept(), {"ready"})

    given = handed_out(
        Attachment.objects.get(name="نامه.pdf").file, name="نامه.pdf", content_type="application/pdf"
    )
    assert given is not None
    assert (b"".join(given), given["Content-Length"]) == (LETTER, str(len(LETTER)))
    assert "the record is whole" in verified()

    name = str(Attachment.objects.get(name="نامه.pdf").file.name)
    default_storage.delete(name)
    default_storage.save(name, ContentFile(LETTER + b"x"))
    assert [line for line in services.faults_of_record() if "it was changed" in line] != []

    default_storage.save("attachments/1/lost", ContentFile(b"x"))
    assert services.sweep_files(at=timezone.now()) == 0
    assert services.sweep_files(at=timezone.now() + timedelta(days=2)) == 1
    case = Case.objects.get()
    services.answer(case_id=case.pk, actor=make_user("officer", "CONT"), body="پاسخ", at=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        list(services.erase_expired(at=timezone.now() + timedelta(days=366 * 6)))
    assert kept() == []
    assert handed_out(Attachment(file=name).file, name="x", content_type="x/x") is None


@pytest.mark.django_db(transaction=True)
def test_backup_when_files_are_in_a_bucket_then_it_holds_them_and_they_are_restored_into_another(
    bucket: Store, settings: Settings, tmp_path: Path
) -> None:
    settings.BACKUP_ROOT = tmp_path
    make_basics()
    attachment = Attachment(
        message=make_case().messages.get(),
        name="رسید.pdf",
        content_type="application/pdf",
        size=len(LETTER),
        sha256=hashlib.sha256(LETTER).digest(),
        state="ready",
    )
    attachment.file.save("file", ContentFile(LETTER))
    before, said = kept(), StringIO()

    call_command("backup", stdout=said)
    call_command("rehearse_restore", stdout=said)
    settings.STORAGES = settings.STORAGES | {"default": _store(bucket.make())}
    with postgres.scratch() as scratch:
        address = environ["DATABASE_URL"].rpartition("/")[0] + "/" + scratch["dbname"]
        call_command("restore", backups(tmp_path)[-1], "--database", address, stdout=said)

    assert (before, kept()) == ([str(attachment.file.name)], before)
    assert "brings everything back" in said.getvalue()
    assert said.getvalue().endswith("Restored and verified.\n")


@pytest.mark.django_db
def test_submission_when_the_bucket_is_away_then_nothing_is_stored_and_the_words_come_back(
    bucket: Store, client: Client, settings: Settings
) -> None:
    settings.FORM_MIN_SECONDS = 0
    client.raise_request_exception = False
    make_basics()
    fields = opened(client)
    away = f"http://key:secret@127.0.0.1:{free_port()}/portal"
    settings.STORAGES = settings.STORAGES | {"default": _store(away)}

    answer = send(client, {**fields, "attachments": [letter()]})

    assert (answer.status_code, SUBJECT in text_of(answer), answer["Retry-After"]) == (503, True, "30")
    assert Case.objects.count() == 0
    with pytest.raises(StoreAway):
        default_storage.open("attachments/x")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("https://s3.example.ir/portal", "must look like https://key:secret@"),
        ("https://key:secret@s3.example.ir/", "must look like https://key:secret@"),
        ("s3://key:secret@s3.example.ir/portal", "must look like https://key:secret@"),
    ],
)
def test_settings_when_the_bucket_is_half_said_then_the_start_is_refused(address: str, says: str) -> None:
    with pytest.raises(SystemExit, match=says):
        _store(address)
