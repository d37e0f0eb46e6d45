"""Restoring a backup into an empty place, and proving that what came back is what was put away."""

import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import Storage
from django.db.migrations.loader import MigrationLoader

from portal.backups import manifest, named, postgres
from portal.backups.errors import BackupError, some
from portal.backups.make import DATABASE, MEDIA
from portal.backups.postgres import Connection
from portal.kernel import codes
from portal.ui.stored import names_in


def unpack(folder: Path, *, into: Connection, media: Storage) -> None:
    """Restore a backup into an empty database and an empty place of files.

    Raises BackupError, before anything is written where one of them is not empty or the backup is damaged.
    """
    contents = manifest.read(folder)
    if broken := list(broken_parts(folder, contents)):
        raise BackupError(f"{', '.join(broken)} of this backup is damaged: its hash is another one.")
    if not postgres.is_empty(into):
        raise BackupError(
            f"The database “{into['dbname']}” is not empty: a backup is restored into an empty one."
        )
    if next(names_in(media), None):
        raise BackupError("The place of the files is not empty: they are restored into an empty one.")
    postgres.restore(source=folder / DATABASE, into=into)
    with tarfile.open(folder / MEDIA) as archive:
        for entry in archive:
            if entry.isfile() and (content := archive.extractfile(entry)):
                _put_back(entry.name, File(content), media)


def _put_back(name: str, content: "File[bytes]", media: Storage) -> None:
    try:
        kept = media.save(name, content)
    except OSError as fault:
        raise BackupError(f"{name} could not be restored: {fault}") from fault
    if kept != name:
        raise BackupError(f"{name} could only be restored as {kept}: something else writes there.")


def broken_parts(folder: Path, contents: manifest.Manifest) -> Iterator[str]:
    """Give the files of a backup that are missing or not as they were written."""
    for name, told in contents.parts.items():
        path = folder / name
        if not path.exists() or manifest.sha256(path) != told:
            yield name


def faults(contents: manifest.Manifest, *, into: Connection, media: Storage) -> list[str]:
    """Say in plain sentences what of a restored backup is not as it should be; an empty list is a good backup."""
    with postgres.opened(into) as cursor:
        return [
            *_keys(contents),
            *_schema(contents),
            *_rows(contents, cursor),
            *_files(contents, media),
            *_named(contents, cursor, media),
            *_attachments(cursor, media),
            *_look_up(cursor),
        ]


def _keys(contents: manifest.Manifest) -> Iterator[str]:
    for key in manifest.missing_keys(contents.keys, settings.CODE_PEPPERS):
        yield f"CODE_PEPPER has no key {key}, or another secret under it: the codes of citizens would open nothing."


def _schema(contents: manifest.Manifest) -> Iterator[str]:
    """Hold the backup against the migrations of this code: the portal's own database may be what was lost."""
    for app, name in dict(sorted(MigrationLoader(None).disk_migrations)).items():
        kept = contents.migrations.get(app, "nothing")
        if kept != name:
            yield f"The backup has {app} at {kept}, this portal at {name}: run migrate."


def _rows(contents: manifest.Manifest, cursor: Any) -> Iterator[str]:
    found = postgres.tables_of(cursor)
    for table in sorted(contents.rows.keys() | found.keys()):
        if contents.rows.get(table) != found.get(table):
            yield f"{table} has {found.get(table, 'no')} rows, it had {contents.rows.get(table, 'no')}."


def _files(contents: manifest.Manifest, media: Storage) -> Iterator[str]:
    wrong = [name for name, told in contents.files.items() if _hash(media, name) != told]
    yield from some(wrong, "{} is missing or changed.")


def _named(contents: manifest.Manifest, cursor: Any, media: Storage) -> Iterator[str]:
    """Look for every file that a row names, but for those that were gone when the backup was ready."""
    lacking = named.files(cursor).difference(contents.gone, names_in(media))
    yield from some(sorted(lacking), "{} is missing, and a row names it.")


def _attachments(cursor: Any, media: Storage) -> Iterator[str]:
    """Hold every stored file against the hash in its own row: the manifest may be wrong, too."""
    cursor.execute("SELECT file, sha256 FROM feedback_attachment WHERE file <> '' ORDER BY id")
    wrong = [name for name, told in cursor.fetchall() if _hash(media, name) != bytes(told).hex()]
    yield from some(wrong, "{} is not the file that its case names.")


def _hash(media: Storage, name: str) -> str:
    try:
        with media.open(name) as source:
            return manifest.digest(source)
    except FileNotFoundError:
        return ""


def _look_up(cursor: Any) -> Iterator[str]:
    """Give one case a fresh code and find it again by the code, as /track/ does; nothing of it is kept."""
    key, pepper = next(iter(settings.CODE_PEPPERS.items()))
    cursor.execute("SELECT id FROM feedback_case ORDER BY id DESC LIMIT 1")
    newest = cursor.fetchone()
    if newest is None:
        return
    digest = codes.digest(codes.draw(), pepper)
    cursor.execute("SAVEPOINT look_up")
    cursor.execute(
        "UPDATE feedback_case SET code_hash = %s, code_key = %s WHERE id = %s", (digest, key, *newest)
    )
    cursor.execute("SELECT id FROM feedback_case WHERE code_hash = %s", (digest,))
    if cursor.fetchone() != newest:
        yield "A case could not be found by its code."
    cursor.execute("ROLLBACK TO look_up")
