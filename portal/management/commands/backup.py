"""Back the portal up: `manage.py backup [--into FOLDER] [--keep 14]`."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.backups.errors import BackupError, some
from portal.backups.make import drop_old, make
from portal.outbox.models import Heartbeat

LACKING = (
    "This backup lacks {count} files that rows name: look whether DATA_DIR, MEDIA_ROOT and BUCKET_URL are the portal’s "
    "own. It is kept, and no older one was removed."
)


class Command(BaseCommand):
    help = "Write database and files into a new folder. The peppers and SECRET_KEY are not in it: keep them elsewhere."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--into", type=Path, default=settings.BACKUP_ROOT, help="folder of the backups")
        parser.add_argument(
            "--keep", type=int, default=0, help="remove all but so many of the newest (0: keep all)"
        )

    def handle(self, *args: object, **options: object) -> None:
        root, now = Path(str(options["into"])), timezone.now()
        try:
            folder, missing = make(root=root, at=now)
        except BackupError as fault:
            raise CommandError(str(fault)) from fault
        if missing:
            self.stdout.write(f"{folder}")
            for sentence in some(missing, "{} is not there, and a row names it."):
                self.stderr.write(sentence)
            raise CommandError(LACKING.format(count=len(missing)))
        Heartbeat.objects.beat("backup", at=now)
        self.stdout.write(f"{folder}")
        for old in drop_old(root, keep=int(str(options["keep"]))):
            self.stdout.write(f"removed {old.name}")
        self.stdout.write("Not in it, keep them elsewhere: SECRET_KEY, CODE_PEPPER.")
