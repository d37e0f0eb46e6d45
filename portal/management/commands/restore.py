"""Restore a backup into an empty place: `manage.py restore FOLDER [--media FOLDER] [--database URL]`."""

from pathlib import Path

import environ
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.backups import manifest, postgres
from portal.backups.errors import BackupError
from portal.backups.restore import faults, unpack
from portal.stores import Folder


class Command(BaseCommand):
    help = "Restore a backup into an empty database and an empty folder, and verify what came back."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("backup", type=Path, help="folder of the backup")
        parser.add_argument("--database", help="address of an empty database (else DATABASE_URL's)")
        parser.add_argument(
            "--media", type=Path, help="empty folder for the files (else where the portal keeps them)"
        )

    def handle(self, *args: object, **options: object) -> None:
        folder = Path(str(options["backup"]))
        media = Folder(location=str(options["media"])) if options["media"] else default_storage
        try:
            into = database(options["database"])
            unpack(folder, into=into, media=media)
            wrong = faults(manifest.read(folder), into=into, media=media)
        except BackupError as fault:
            raise CommandError(str(fault)) from fault
        for sentence in wrong:
            self.stderr.write(sentence)
        if wrong:
            raise CommandError("Restored, and not as it was.")
        self.stdout.write("Restored and verified.")


def database(address: object) -> postgres.Connection:
    """Return the connection that an address names, else the portal's own."""
    if not address:
        return postgres.here()
    told = environ.Env.db_url_config(str(address))
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    said = {name: told[key] for key, name in names.items() if told.get(key)}
    return said | {name: value for name, value in told.get("OPTIONS", {}).items() if name in postgres.NAMES}
