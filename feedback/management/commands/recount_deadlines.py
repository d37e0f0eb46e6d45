"""Count the open deadlines again after the calendar changed: first the preview, then `--apply`."""

from collections import Counter

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from feedback import services
from portal.kernel import jalali


class Command(BaseCommand):
    help = "Show which open deadlines the calendar of today would move; --apply moves them, each with its record."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--apply", action="store_true", help="move them")

    def handle(self, *, apply: bool, **_options: object) -> None:
        moves = services.preview_recount()
        for unit, count in Counter(move.unit for move in moves).most_common():
            self.stdout.write(f"{count:6}  {unit}")
        for (before, after), count in sorted(Counter((move.before, move.after) for move in moves).items()):
            self.stdout.write(f"{count:6}  {jalali.short(before)} → {jalali.short(after)}")
        self.stdout.write(f"{len(moves)} open cases have another last day by the calendar of today")
        if apply:
            self.stdout.write(f"{services.recount_deadlines(at=timezone.now())} moved")
        elif moves:
            self.stdout.write("nothing was changed; --apply moves them")
