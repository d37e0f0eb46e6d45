"""The bell between those who write events and beat: a hint after the commit that the relay has work (decision 36)."""

import logging
import select
import threading
import time
from contextlib import closing

import psycopg2
from django.db import connection, transaction

logger = logging.getLogger(__name__)

CHANNEL = "outbox_event"
#: Seconds after which a lost line is laid anew. Until then the polling carries everything, as it always could.
REST = 2.0
#: Of a line on which nothing may be said for days: one that leads nowhere any more is noticed within two minutes.
LINE = {
    "application_name": "outbox bell",
    "connect_timeout": 5,
    "keepalives_idle": 60,
    "keepalives_interval": 15,
    "keepalives_count": 3,
}


def ring_after_commit() -> None:
    """Ring once the caller's transaction is committed, however many events it writes; never when it is rolled back.

    After the commit, because PostgreSQL lets only one transaction with a notice commit at a time, and that one waits
    for the disk. A ring that fails is logged and costs half a second.
    """
    # A savepoint that is rolled back takes along what was noted in it, and every event since that relied on it.
    if not any(noted[1] is _ring for noted in connection.run_on_commit):
        transaction.on_commit(_ring, robust=True)


def _ring() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")


class Bell(threading.Thread):
    """Listens on a line of its own to the database.

    A thread, so that a database that is frozen or cannot be reached holds up nothing but the hint.
    """

    def __init__(self) -> None:
        super().__init__(name="outbox bell", daemon=True)
        #: Set when somebody rings; whoever acts on it clears it first.
        self.rung = threading.Event()

    def run(self) -> None:
        """Listen for ever; what goes wrong is logged by its type, as its text may name accounts."""
        while True:
            try:
                self._listen()
            except Exception as error:  # noqa: BLE001 - a thread's outer edge
                logger.warning("outbox: nobody hears the bell for now: %s", type(error).__name__)
            time.sleep(REST)

    def _listen(self) -> None:
        with closing(psycopg2.connect(**LINE | connection.get_connection_params())) as line:
            line.autocommit = True
            with line.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}")
            while True:
                select.select([line], [], [])
                line.poll()
                if line.notifies:
                    line.notifies.clear()
                    self.rung.set()
