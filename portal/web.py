"""The process of the web server (`deploy/gunicorn.conf.py`): gunicorn's own, fair to the other one (decision 39)."""

import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

#: Seconds of waiting before another connection is taken, for each that is held, and at most.
FOR_EACH = 0.0001
AT_MOST = 0.001


def hesitation(held: int) -> float:
    """Return for how many seconds a process that holds so many connections leaves a new one to the others."""
    return min(held * FOR_EACH, AT_MOST)


class FairWorker(ThreadWorker):
    """Takes a new connection the later, the more it holds, so that the process which holds fewest is there first.

    Connections of browsers and proxies last. The system wakes all processes for a new one, and one that is awake
    already would take most of them, and then answer them alone on its one core.
    """

    def accept(self, listener: Any) -> None:
        """Take a connection; another process may have taken it meanwhile, which gunicorn is used to."""
        time.sleep(hesitation(self.nr_conns))
        super().accept(listener)
