"""Take in a letter that a mail server sent back, from standard input, as a mail server hands it to a program."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from feedback import services
from feedback.notifications import notice_behind
from portal.kernel.bounces import read_bounce

#: Bytes that are read of a letter; a returned one is far smaller.
MOST = 1024 * 1024


class Command(BaseCommand):
    help = (
        "Read one returned e-mail from standard input and mark its notice, and the address if it never works."
    )

    def handle(self, *args: object, **options: Any) -> None:
        bounce = read_bounce(sys.stdin.buffer.read(MOST))
        notice_id = notice_behind(bounce.message_id) if bounce else None
        is_news = (
            bounce
            and notice_id
            and services.note_bounce(
                notice_id=notice_id, status=bounce.status, is_for_good=bounce.is_for_good, at=timezone.now()
            )
        )
        # Whatever the letter was, the mail server must not send it back to anybody.
        self.stdout.write("noted" if is_news else "nothing of ours came back")
