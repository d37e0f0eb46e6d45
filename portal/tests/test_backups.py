"""Backups that are made, restored and verified with PostgreSQL's own programs; and faults that must be found."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from os import environ
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from pytest_django import Settings

from directory.enums import Role
from feedback.models import Attachment, Case, Export, HeldFile
from feedback.tests.factories import AT, make_case, make_user
from feedback.tests.pages import make_basics
from portal.backups import manifest, postgres
from portal.backups.make import backups, drop_old
from portal.management.commands.restore import database
from portal.outbox.models import Heartbeat
from portal.stores import Folder

CONTENT = "رسید رتبه‌بندی".encode()


@pytest.fixture
def place(transactional_db: None, settings: Settings, tmp_path: Path) -> Path:
    """Give a portal with two cases and a file, and a folder for its backups."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.BACKUP_ROOT = tmp_path / "backups"
    make_basics()
    make_case(subject="نخست")
    attachment = Attachment(
        message=make_case(subject="دوم").messages.get(),
        name="رسید.pdf",
        content_type="application/pdf",
        size=len(CONTENT),
        sha256=hashlib.sha256(CONTENT).digest(),
        state="ready",
    )
    attachment.file.save("file", ContentFile(CONTENT))
    return tmp_path


def run(name: str, *arguments: object) -> str:
    """Run a command; return what it said, complaints included."""
    said = StringIO()
    try:
        call_command(name, *map(str, arguments), stdout=said, stderr=said)
    except CommandError as fault:
        said.write(f"FAILED {fault}")
    return said.getvalue()


def back_up(place: Path) -> Path:
    said = run("backup")
    assert "FAILED" not in said
    return backups(place / "backups")[-1]


def told(folder: Path) -> dict[str, Any]:
    contents: dict[str, Any] = json.loads((folder / manifest.NAME).read_text())
    return contents


def change(folder: Path, **changes: object) -> None:
    (folder / manifest.NAME).write_text(json.dumps(told(folder) | changes))


def test_backup_when_restored_elsewhere_then_everything_is_back(place: Path) -> None:
    folder = back_up(place)

    with postgres.scratch() as scratch:
        address = environ["DATABASE_URL"].rpartition("/")[0] + "/" + scratch["dbname"]
        said = run("restore", folder, "--database", address, "--media", place / "back")
        again = run("restore", folder, "--database", address, "--media", place / "elsewhere")
        with postgres.opened(scratch) as cursor:
            cursor.execute("SELECT subject, portal_fold(subject) FROM feedback_case ORDER BY id")
            subjects = [row[0] for row in cursor.fetchall()]

    assert said == "Restored and verified.\n"
    assert subjects == ["نخست", "دوم"]
    assert [path.read_bytes() for path in (place / "back").rglob("*") if path.is_file()] == [CONTENT]
    assert "is not empty" in again


def test_backup_when_the_portals_own_database_is_away_then_it_is_restored_elsewhere(place: Path) -> None:
    folder = back_up(place)

    with postgres.scratch() as scratch:
        address = environ["DATABASE_URL"].rpartition("/")[0] + "/" + scratch["dbname"]
        command = [sys.executable, "manage.py", "restore", str(folder), "--database", address]
        done = subprocess.run(
            [*command, "--media", str(place / "back")],
            check=False,
            cwd=django_settings.BASE_DIR,
            env=environ | {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"},
            capture_output=True,
            text=True,
        )

    assert (done.stdout, done.stderr) == ("Restored and verified.\n", "")


def test_backup_when_it_is_of_other_migrations_then_the_restore_says_so(place: Path) -> None:
    folder = back_up(place)
    kept = told(folder)["migrations"]
    change(folder, migrations=kept | {"directory": "0001_initial"})

    said = run("rehearse_restore", folder)

    assert (
        f"The backup has directory at 0001_initial, this portal at {kept['directory']}: run migrate." in said
    )


def test_backup_when_made_then_neither_peppers_nor_secrets_are_in_it(place: Path, settings: Settings) -> None:
    folder = back_up(place)

    everything = b"".join(path.read_bytes() for path in folder.iterdir())
    secrets = [settings.SECRET_KEY.encode(), *settings.CODE_PEPPERS.values()]
    assert [secret for secret in secrets if secret in everything] == []
    assert (folder.stat().st_mode & 0o777, told(folder)["keys"] != {}) == (0o700, True)


def test_backup_when_it_fails_half_way_then_no_half_one_is_left(place: Path, settings: Settings) -> None:
    settings.POSTGRES_BIN = str(place)

    said = run("backup")

    assert "FAILED pg_dump was not found" in said
    assert list((place / "backups").iterdir()) == []


def keep_export() -> str:
    """Keep a list that was taken out, as the portal does; return the name of its file."""
    export = Export(
        asked_by=make_user("head", "CONT", Role.HEAD),
        asked_at=AT,
        made_at=AT,
        purpose="گزارش",
        total=2,
        state="ready",
    )
    export.file.save("list", ContentFile(CONTENT))
    return str(export.file.name)


def test_backup_when_files_that_rows_name_are_not_there_then_it_says_so_and_drops_no_older_one(
    place: Path, settings: Settings
) -> None:
    keep_export()
    good = back_up(place).rename(place / "backups" / "portal-20260101T000000Z")
    Heartbeat.objects.all().delete()
    settings.MEDIA_ROOT = place / "elsewhere"

    said = run("backup", "--keep", 1)

    assert [place for place in ("attachments/", "exports/") if place not in said] == []
    assert "FAILED This backup lacks 2 files that rows name" in said
    assert (len(backups(place / "backups")), good.exists()) == (2, True)
    assert not Heartbeat.objects.exists()


def test_rehearsal_when_the_file_of_a_list_is_lost_then_it_is_found(place: Path) -> None:
    name = keep_export()
    folder = back_up(place)
    lose_the_file(folder)

    said = run("rehearse_restore", folder)

    assert f"{name} is missing, and a row names it" in said
    assert "FAILED" in said


class Hasty(Folder):
    """A folder of which a form that is sent takes a file away at the moment when it is to be copied."""

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        told = super().listdir(path)
        for held in HeldFile.objects.all():
            held.delete()
            self.delete(str(held.file.name))
        return told


def test_backup_when_a_row_goes_with_its_file_meanwhile_then_nothing_is_lacking(
    place: Path, settings: Settings
) -> None:
    held = HeldFile(holder=b"x", name="رسید.pdf", content_type="application/pdf", size=1, held_at=AT)
    held.file.save("file", ContentFile(CONTENT))
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": f"{__name__}.Hasty"}}

    folder = back_up(place)

    assert "brings everything back" in run("rehearse_restore", folder)


def flip_a_byte(folder: Path) -> None:
    """Damage the stored file, and give the archive's hash to match, as a bad disk before the backup would."""
    archive = folder / "media.tar"
    damaged = archive.read_bytes().replace(CONTENT, CONTENT[:-1] + b"\x00")
    archive.write_bytes(damaged)
    change(folder, parts=told(folder)["parts"] | {"media.tar": manifest.sha256(archive)})


def cut_the_dump(folder: Path) -> None:
    dump = folder / "database.dump"
    dump.write_bytes(dump.read_bytes()[:-2000])


def lose_a_row(folder: Path) -> None:
    rows = told(folder)["rows"]
    change(folder, rows=rows | {"feedback_case": rows["feedback_case"] + 1})


def lose_the_file(folder: Path) -> None:
    change(folder, files={})
    archive = folder / "media.tar"
    archive.write_bytes(b"\x00" * 10_240)
    change(folder, parts=told(folder)["parts"] | {"media.tar": manifest.sha256(archive)})


def nothing(folder: Path) -> None:
    """Leave the backup as it is: the fault is in the settings, or there is none."""


FAULTS: list[tuple[Callable[[Path], None], dict[int, bytes] | None, str]] = [
    (nothing, None, r"brings everything back"),
    (flip_a_byte, None, r"attachments/\S+ is missing or changed"),
    (cut_the_dump, None, r"could not be verified. database.dump of this backup is damaged"),
    (lose_a_row, None, r"feedback_case has 2 rows, it had 3"),
    (lose_the_file, None, r"attachments/\S+ is not the file that its case names"),
    (nothing, {9: b"another pepper of thirty-two bytes"}, r"CODE_PEPPER has no key 1"),
    (nothing, {1: b"another pepper of thirty-two bytes"}, r"CODE_PEPPER has no key 1"),
]


def test_rehearsal_when_a_fault_is_seeded_then_it_is_found(place: Path, settings: Settings) -> None:
    good, ours, said = back_up(place), settings.CODE_PEPPERS, []
    for number, (spoil, peppers, _expected) in enumerate(FAULTS):
        folder = shutil.copytree(good, place / str(number))
        spoil(folder)
        settings.CODE_PEPPERS = peppers or ours
        said.append(run("rehearse_restore", folder))

    assert [bool(re.search(expected, words)) for words, (*_, expected) in zip(said, FAULTS, strict=True)] == [
        True
    ] * len(FAULTS), said
    assert ["FAILED" in words for words in said] == [False] + [True] * (len(FAULTS) - 1)
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {"backup", "backup.rehearsal"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'portal_rehearsal%'")
        assert cursor.fetchall() == []
    assert Case.objects.count() == 2


def test_old_backups_when_dropped_then_the_newest_stay(tmp_path: Path) -> None:
    for day in ("20261101T000000Z", "20261102T000000Z", "20261103T000000Z"):
        (tmp_path / f"portal-{day}").mkdir()
        (tmp_path / f"portal-{day}" / manifest.NAME).write_text("{}")
    (tmp_path / "portal-20261104T000000Z.partial").mkdir()

    drop_old(tmp_path, keep=2)

    assert [path.name for path in backups(tmp_path)] == ["portal-20261102T000000Z", "portal-20261103T000000Z"]


def test_rehearsal_when_there_is_no_backup_then_it_says_how_to_make_one(
    settings: Settings, tmp_path: Path
) -> None:
    settings.BACKUP_ROOT = tmp_path

    assert "make one with manage.py backup" in run("rehearse_restore")


# --- The line to the database --------------------------------------------------------------------------------------

ENCRYPTED = "postgres://portal:x@db.example.ir:5432/portal?sslmode=verify-full&sslrootcert=/etc/ca.pem"


def test_programs_when_the_address_asks_for_an_encrypted_line_then_they_are_told() -> None:
    script = (
        "import django; django.setup()\n"
        "from portal.backups import postgres\n"
        "print(postgres.environment(postgres.here())['PGSSLMODE'])"
    )
    env = environ | {"DJANGO_SETTINGS_MODULE": "portal.settings", "DATABASE_URL": ENCRYPTED}
    done = subprocess.run([sys.executable, "-c", script], check=True, env=env, capture_output=True, text=True)

    told = postgres.environment(database(ENCRYPTED))
    assert done.stdout == "verify-full\n"
    assert (told["PGSSLMODE"], told["PGSSLROOTCERT"]) == ("verify-full", "/etc/ca.pem")
