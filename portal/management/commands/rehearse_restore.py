"""Try the newest backup as if it were needed: `manage.py rehearse_restore [FOLDER]`, every night after `backup`."""

import tempfile
from contextlib import nullcontext
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.backups import manifest, postgres
from portal.backups.errors import BackupError
from portal.backups.make import backups
from portal.backups.restore import faults, unpack
from portal.management.commands.restore import database
from portal.outbox.models import Heartbeat
from portal.stores import Folder


class Command(BaseCommand):
    help = "Restore a backup into a scratch place, verify rows, files, keys and a look-up, and throw the place away."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("backup", type=Path, nargs="?", help="folder of the backup (else the newest)")
        parser.add_argument("--database", help="address of an empty database (else one is made and dropped)")

    def handle(self, *args: object, **options: object) -> None:
        try:
            folder = Path(str(options["backup"])) if options["backup"] else newest()
            wrong = rehearse(folder, options["database"])
        except BackupError as fault:
            raise CommandError(f"This backup could not be verified. {fault}") from fault
        for sentence in wrong:
            self.stderr.write(sentence)
        if wrong:
            raise CommandError("This backup would not bring everything back.")
        Heartbeat.objects.beat("backup.rehearsal", at=timezone.now())
        self.stdout.write(f"{folder.name} brings everything back.")


def newest() -> Path:
    """Return the newest backup. Raises BackupError when there is none."""
    found = backups(Path(settings.BACKUP_ROOT))
    if not found:
        raise BackupError(f"There is no backup in {settings.BACKUP_ROOT}: make one with manage.py backup.")
    return found[-1]


def rehearse(folder: Path, address: object) -> list[str]:
    """Restore into a scratch place and return what was wrong."""
    place = nullcontext(database(address)) if address else postgres.scratch()
    with tempfile.TemporaryDirectory(prefix="portal-rehearsal-") as room, place as into:
        media = Folder(location=room)
        unpack(folder, into=into, media=media)
        return faults(manifest.read(folder), into=into, media=media)
