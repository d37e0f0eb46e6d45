"""Keep the Persian catalogue in step with the sources, without GNU gettext."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.management.catalogue import review, store
from portal.management.catalogue.extract import texts_of


class Command(BaseCommand):
    help = "Merge the texts of the sources into the Persian catalogue; --check only looks, --compile makes .mo files."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        only = parser.add_mutually_exclusive_group()
        only.add_argument("--check", action="store_true", help="change nothing; fail and list what is wrong")
        only.add_argument("--compile", action="store_true", help="make the .mo files that are missing or old")
        parser.add_argument("--root", type=Path, default=settings.BASE_DIR, help="the checkout to read")

    def handle(self, *args: object, **options: object) -> None:
        root = Path(str(options["root"]))
        locale = root / "portal" / "locale"
        if options["compile"]:
            self.stdout.write(f"{store.compile_all(locale)} catalogues compiled")
            return
        path = locale / "fa" / "LC_MESSAGES" / "django.po"
        stored = store.read(path)
        wanted = store.merged(stored, texts_of(root))
        if options["check"]:
            self.report(list(review.faults(stored, wanted)))
            return
        store.write(wanted, path)
        self.stdout.write(f"{len(wanted)} texts, {len(wanted.untranslated_entries())} without a translation")

    def report(self, faults: list[str]) -> None:
        """Write the faults, one a line. Raises CommandError when there are any."""
        for fault in sorted(faults):
            self.stdout.write(fault)
        if faults:
            raise CommandError(
                f"{len(faults)} faults in the Persian catalogue; `manage.py messages` merges new texts."
            )
        self.stdout.write("The Persian catalogue is complete.")
