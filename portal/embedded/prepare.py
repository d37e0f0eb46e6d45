"""Bring database, translations and static files up to date before the portal starts; nothing is done twice.

Runs as `python -m portal.embedded.prepare` in a process of its own, so that the launcher stays small. Its stdout
is the terminal, its stderr the log.
"""

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOBase
from multiprocessing import get_context
from pathlib import Path
from typing import cast

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from portal.embedded.checks import CHECKOUT
from portal.management.catalogue.store import compile_all

# The names seed_demo gives: admin, manager, inspector, cont.officer, cont.head and so on.
DEMO_STAFF = r"^(admin|manager|inspector)$|^[a-z0-9_-]+\.(officer|head)$"


def main() -> None:
    """Do what is missing, in the order in which one step needs the other."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    # Before the first text is looked up: a catalogue that is read once is not read again in this process.
    compile_all(CHECKOUT / "portal" / "locale")
    django.setup()
    with static_files_collected():
        migrate()
        quietly("load_reference")
        if settings.DEMO:
            seed()


def quietly(name: str, *arguments: str) -> None:
    """Run a management command with its words in the log."""
    call_command(name, *arguments, stdout=cast(TextIOBase, sys.stderr))


def migrate() -> None:
    """Apply migrations when the database, not a stamp, says that some are missing."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Preparing the database …")
        quietly("migrate", "--no-input")
    else:
        executor.check_replacements()  # as `migrate` does: note a first migration whose chain is there already
    quietly("createcachetable")


@contextmanager
def static_files_collected() -> Iterator[None]:
    """Collect and compress the static files beside what is done meanwhile, when one changed since the last time.

    The process beside is forked, so that it need not load everything again; nothing is connected to yet. Raises
    `RuntimeError` when the files cannot be collected.
    """
    stamp = Path(settings.DATA_DIR) / "collected.stamp"
    now = digest(static_files())
    if stamp.exists() and stamp.read_text(encoding="ascii") == now:
        yield
        return
    say("Collecting static files …")
    collecting = get_context("fork").Process(target=quietly, args=("collectstatic", "--no-input"))
    collecting.start()
    try:
        yield
    finally:
        collecting.join()
    if collecting.exitcode:
        raise RuntimeError("The static files could not be collected.")
    stamp.write_text(now, encoding="ascii")


def seed() -> None:
    """Load the demo data once; let the demo staff have the password that is printed; leave their names in a file."""
    folder = Path(settings.DATA_DIR)
    stamp, password = folder / "demo.stamp", os.environ["DEMO_PASSWORD"]
    fingerprint = hashlib.sha256(f"{this_database()}{password}".encode()).hexdigest()
    if not stamp.exists() or stamp.read_text(encoding="ascii") != fingerprint:
        say("Loading demo data …")
        quietly("seed_demo")
        staff = get_user_model().objects.filter(username__regex=DEMO_STAFF)
        staff.update(password=make_password(password))
        names = staff.order_by("id").values_list("username", flat=True)
        (folder / "demo-staff.txt").write_text("\n".join(names) + "\n", encoding="utf-8")
        stamp.write_text(fingerprint, encoding="ascii")


def this_database() -> str:
    """Return what tells this database from every other, wherever its socket lies today."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT system_identifier, current_database() FROM pg_control_system()")
        return repr(cursor.fetchone())


def static_files() -> Iterator[Path]:
    """Yield every static file of the project and its packages."""
    for finder in get_finders():
        for name, storage in finder.list([]):
            yield Path(storage.path(name))


def digest(files: Iterator[Path]) -> str:
    """Return one value that changes when a file is added, removed or written to."""
    rows = sorted((str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files)
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def say(line: str) -> None:
    """Print one line for the person at the terminal, at once."""
    print(line, flush=True)


if __name__ == "__main__":
    main()
