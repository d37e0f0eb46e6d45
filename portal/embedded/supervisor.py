"""Keep child processes running: whatever dies comes back, later and later when it keeps dying."""

import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from portal.embedded import process

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds before a restart; doubled each time
CALM = 60.0  # seconds of life after which a death counts as the first again
LOG_LIMIT = 5_000_000  # bytes after which a log is set aside at the next start


class Program(Protocol):
    """Something that can be started, asked whether it lives, and stopped."""

    name: str

    def start(self) -> bool: ...
    def alive(self) -> bool: ...
    def stop(self) -> None: ...


class Command:
    """One program of the portal, its output in a log file."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: Path,
        log: Path,
        patience: float,
    ) -> None:
        self.name = name
        self.command = command
        self.env = env
        self.cwd = cwd
        self.log = log
        self.patience = patience
        self.child: subprocess.Popen[bytes] | None = None

    def start(self) -> bool:
        """Start it. What a killed predecessor left of its process group is removed first."""
        if self.child:
            process.kill_group(self.child.pid)
        elif process.size(self.log) > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".old.log"))
        self.child = process.spawn(self.command, log=self.log, env=self.env, cwd=self.cwd)
        return True

    def alive(self) -> bool:
        """Say whether the process runs."""
        return self.child is not None and self.child.poll() is None

    def ask_to_stop(self) -> None:
        """Send SIGTERM and return at once, so that several programs can end at the same time."""
        if self.child and self.alive():
            self.child.terminate()

    def stop(self) -> None:
        """Wait for a clean end, `patience` seconds at most."""
        if self.child:
            process.stop(self.child, patience=self.patience)
            process.kill_group(self.child.pid)
            self.child = None


class Keeper:
    """Watches one program and starts it again after its death."""

    def __init__(self, program: Program, *, first_pause: float = FIRST_PAUSE) -> None:
        self.program = program
        self.first_pause = self.pause = first_pause
        self.started = time.monotonic()
        self.due: float | None = None

    def look(self) -> str:
        """Restart the program when its time has come; return a line for the terminal, or an empty text."""
        now = time.monotonic()
        if self.due is None:
            return "" if self.program.alive() else self._plan(now)
        if now < self.due:
            return ""
        self.due, self.started = None, now
        self.program.start()
        return f"{self.program.name} is running again."

    def _plan(self, now: float) -> str:
        if now - self.started > CALM:
            self.pause = self.first_pause
        pause, self.pause = self.pause, min(self.pause * 2, LONGEST_PAUSE)
        self.due = now + pause
        return f"{self.program.name} ended unexpectedly; starting it again in {pause:.0f} s."
