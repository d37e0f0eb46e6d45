"""Show what is past its time of keeping, and erase it when told to."""

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from feedback import services


class Command(BaseCommand):
    help = "Show which settled cases are past their time of keeping; --apply erases their texts, names and files."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--apply", action="store_true", help="erase them; nothing can bring them back")

    def handle(self, *args: object, **options: object) -> None:
        at = timezone.now()
        for row in services.expired(at=at):
            oldest = f", the oldest of {row.oldest:%Y-%m-%d}" if row.oldest else ""
            kept = f", {row.held} more are kept longer" if row.held else ""
            self.stdout.write(f"{row.rule.kind}, {row.rule.months} months: {row.cases} cases{oldest}{kept}")
        if not options["apply"]:
            self.stdout.write("nothing was erased; --apply erases")
            return
        cases = texts = files = 0
        for erasure in services.erase_expired(at=at):
            cases, texts, files = cases + 1, texts + erasure.texts, files + erasure.files
        self.stdout.write(f"{cases} cases erased, with {texts} texts and {files} files")
