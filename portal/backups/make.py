"""Making a backup: the database first, then the files, which are written once, so that every row has its file."""

import os
import shutil
import tarfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from portal.backups import manifest, named, postgres
from portal.backups.errors import BackupError
from portal.ui.stored import names_in

PREFIX = "portal-"
DATABASE, MEDIA = "database.dump", "media.tar"
#: Added while a backup is being written: what ends so is not a backup.
PARTIAL = ".partial"


def make(*, root: Path, at: datetime) -> tuple[Path, list[str]]:
    """Write a backup into a new folder below `root`; a broken one is never left under a good name.

    Returns the folder, and which files that rows name are not there: without them a backup is better than none.
    Raises BackupError.
    """
    folder = root / f"{PREFIX}{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    partial = folder.with_name(folder.name + PARTIAL)
    try:
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial.mkdir(mode=0o700)
    except OSError as fault:
        raise BackupError(f"The folder {partial} cannot be made: {fault.strerror}") from fault
    try:
        missing = _fill(partial, at)
        partial.rename(folder)
    except OSError as fault:
        raise BackupError(f"The backup could not be written: {fault.strerror or fault}") from fault
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder, missing


def backups(root: Path) -> list[Path]:
    """Return the finished backups below a folder, oldest first."""
    found = (path for path in root.glob(f"{PREFIX}*") if (path / manifest.NAME).exists())
    return sorted(path for path in found if not path.name.endswith(PARTIAL))


def drop_old(root: Path, *, keep: int) -> list[Path]:
    """Remove all but the newest `keep` backups; return those removed."""
    old = backups(root)[:-keep] if keep else []
    for folder in old:
        shutil.rmtree(folder)
    return old


def _fill(folder: Path, at: datetime) -> list[str]:
    rows, keys, wanted = _dump(folder / DATABASE)
    files = _collect(folder / MEDIA)
    lacking = wanted.difference(files)
    with connection.cursor() as cursor:
        missing = lacking & named.files(cursor)
    contents = manifest.Manifest(
        made_at=at.astimezone(UTC).isoformat(timespec="seconds"),
        rows=rows,
        files=files,
        parts={name: manifest.sha256(folder / name) for name in (DATABASE, MEDIA)},
        keys=keys,
        migrations=applied(),
        gone=sorted(lacking - missing),
    )
    manifest.write(contents, folder)
    _to_disk(folder)
    return sorted(missing)


def _dump(target: Path) -> tuple[dict[str, int], dict[str, str], set[str]]:
    """Dump the database; return its rows by table, its keys and the files it names, all of one and the same moment."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        postgres.dump(target=target, snapshot=snapshot)
        cursor.execute("SELECT DISTINCT code_key FROM feedback_case ORDER BY 1")
        used = [key for (key,) in cursor.fetchall()]
        marks = {str(key): _fingerprint(key) for key in used}
        return postgres.tables_of(cursor), marks, named.files(cursor)


def _fingerprint(key: int) -> str:
    pepper = settings.CODE_PEPPERS.get(key)
    if pepper is None:
        raise BackupError(
            f"CODE_PEPPER lacks key {key}, under which codes of citizens are stored: add it first."
        )
    return manifest.fingerprint(pepper)


def applied() -> dict[str, str]:
    """Return the newest applied migration of every app."""
    return dict(sorted(MigrationRecorder(connection).applied_migrations()))


def _collect(target: Path) -> dict[str, str]:
    """Pack the files of cases, wherever they are kept; return the hash of every one."""
    files = {}
    with tarfile.open(target, "w") as archive:
        for name in names_in(default_storage):
            with suppress(FileNotFoundError), default_storage.open(name) as source:  # swept up in this moment
                files[name] = manifest.digest(source)
                source.seek(0)
                entry = tarfile.TarInfo(name)
                entry.size, entry.mode = source.size, 0o600
                archive.addfile(entry, source)
    return files


def _to_disk(folder: Path) -> None:
    for path in [*folder.iterdir(), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
