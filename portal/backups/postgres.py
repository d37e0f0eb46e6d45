"""PostgreSQL's own programs for dump and restore, and scratch databases on the same server."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings
from django.db import connection
from psycopg2 import sql

from portal.backups.errors import BackupError

#: How long a dump or a restore may take, in seconds: a province's ten years fit into minutes.
PATIENCE = 6 * 3600
NO_PROGRAM = (
    "{name} was not found: install PostgreSQL's client programs of the server's version, or say with POSTGRES_BIN in "
    "which folder they are."
)

Connection = dict[str, Any]
#: What a connection is made of, in psycopg2's words, and where libpq's programs read it in the environment.
NAMES = {
    "dbname": "PGDATABASE",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "host": "PGHOST",
    "port": "PGPORT",
    # A dump that fell back to an unprotected line would send everything over it.
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}


def here() -> Connection:
    """Return how the portal reaches its database, in psycopg2's words."""
    known = connection.get_connection_params()
    return {name: known[name] for name in NAMES if known.get(name)}


def dump(*, target: Path, snapshot: str) -> None:
    """Write the whole database as of an exported snapshot. Raises BackupError."""
    run(
        "pg_dump",
        ["--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={target}"],
        into=here(),
    )


def restore(*, source: Path, into: Connection) -> None:
    """Fill an empty database from a dump, all or nothing. Raises BackupError."""
    options = [
        "--no-owner",
        "--exit-on-error",
        "--single-transaction",
        f"--dbname={into['dbname']}",
        str(source),
    ]
    run("pg_restore", options, into=into)


def run(name: str, arguments: list[str], *, into: Connection) -> None:
    """Run a client program; the password travels in the environment, never in the list of processes."""
    done = subprocess.run(
        [program(name), *arguments],
        env=os.environ | environment(into),
        check=False,
        text=True,
        timeout=PATIENCE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    if done.returncode:
        raise BackupError(" ".join(done.stderr.split()) or f"{name} failed with {done.returncode}.")


def program(name: str) -> str:
    """Return the path of a client program. Raises BackupError when there is none."""
    folder = settings.POSTGRES_BIN
    found = shutil.which(name, path=folder or None)
    if found is None:
        raise BackupError(NO_PROGRAM.format(name=name))
    return found


def environment(into: Connection) -> dict[str, str]:
    """Return the connection as libpq reads it from the environment."""
    return {NAMES[name]: str(value) for name, value in into.items()}


def tables_of(cursor: Any) -> dict[str, int]:
    """Count the rows of every table of the portal, by its name."""
    cursor.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename <> 'portal_cache' ORDER BY 1"
    )
    counts = {}
    for (name,) in cursor.fetchall():
        cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name)))
        counts[name] = cursor.fetchone()[0]
    return counts


def is_empty(into: Connection) -> bool:
    """Tell whether a database has no table yet. Raises BackupError when it cannot be reached."""
    with opened(into) as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        return bool(cursor.fetchone()[0] == 0)


@contextmanager
def opened(into: Connection) -> Iterator[Any]:
    """Give a cursor of a database of its own connection; what is written is kept at the end."""
    try:
        link = psycopg2.connect(**into)
    except psycopg2.OperationalError as fault:
        raise BackupError(
            f"The database “{into['dbname']}” cannot be reached: {str(fault).strip()}"
        ) from fault
    try:
        with link, link.cursor() as cursor:
            yield cursor
    finally:
        link.close()


@contextmanager
def scratch() -> Iterator[Connection]:
    """Make an empty database beside ours, and drop it whatever happens. Raises BackupError when it may not be made."""
    name = f"portal_rehearsal_{secrets.token_hex(4)}"
    _execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name)))
    try:
        yield {**here(), "dbname": name}
    finally:
        _execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _execute(statement: sql.Composed) -> None:
    link = psycopg2.connect(**here())
    link.autocommit = True
    try:
        with link.cursor() as cursor:
            cursor.execute(statement)
    except psycopg2.errors.InsufficientPrivilege as fault:
        raise BackupError(
            "The portal's role may not make a scratch database: allow it once with ALTER ROLE … CREATEDB, or name an "
            "empty database with --database."
        ) from fault
    finally:
        link.close()
