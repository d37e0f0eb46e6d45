"""Beat's clock with an ear: it sends the relay on time, and at once when somebody rings (decision 36)."""

import time
from functools import cached_property
from typing import Any

from celery.beat import PersistentScheduler, ScheduleEntry

from portal.outbox.bell import Bell

RELAY = "outbox.relay"
#: Seconds from a message to the relay until one that the bell asks for: by then the relay before has let go of its
#: lock, which would turn this one away. They double while the bell goes on ringing, up to the longest, so that neither
#: a busy hour nor one without a worker makes a heap of messages.
SHORTEST, LONGEST = 0.02, 0.32


class ListeningScheduler(PersistentScheduler):
    """Does all that Celery's own does; where that one sleeps until something is due, this one listens, too."""

    _pause = SHORTEST
    _sent = _rung = float("-inf")

    @cached_property
    def bell(self) -> Bell:
        """Begin to listen. Not when it is made: Celery makes another one to write its name on the screen."""
        bell = Bell()
        bell.start()
        return bell

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due; with nothing due, sleep until something is or the bell rings. Return 0: it has slept."""
        if (free := super().tick(*args, **kwargs) or 0.0) > 0 and self._rings_within(free):
            self._pause = min(2 * self._least_pause(), LONGEST)
            self._rung = time.monotonic()
            self.apply_entry(self.schedule[RELAY], producer=self.producer)
        return 0.0

    def _rings_within(self, seconds: float) -> bool:
        pause = max(0.0, self._sent + self._least_pause() - time.monotonic())
        time.sleep(min(pause, seconds))
        return pause < seconds and self.bell.rung.wait(seconds - pause)

    def _least_pause(self) -> float:
        is_busy = time.monotonic() - self._rung < 2 * self._pause
        return self._pause if is_busy else SHORTEST

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        """Send a message; whoever rang before one to the relay is served by it."""
        if entry.name == RELAY:
            self.bell.rung.clear()
            self._sent = time.monotonic()
        super().apply_entry(entry, producer=producer)
