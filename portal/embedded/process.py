"""Start, watch and stop child processes that never outlive their launcher."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from portal.embedded.errors import StartError

PR_SET_PDEATHSIG = 1  # prctl(2)
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
TAIL_LINES = 8


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path = Path("/"),
    uid: int | None = None,
    gid: int | None = None,
    last_signal: signal.Signals = signal.SIGTERM,
    show: bool = False,
) -> "subprocess.Popen[bytes]":
    """Start a child in its own session, its output appended to `log`; `show` leaves its stdout on the terminal.

    The own session keeps a Ctrl-C of the terminal away from the child: the launcher stops its children in
    order. On Linux the kernel sends `last_signal` to the child when the launcher dies, even by kill -9.

    Call it from the main thread: the kernel watches the thread that started the child, not the process.
    """
    log.parent.mkdir(mode=0o700, exist_ok=True)
    with log.open("ab") as sink:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=None if show else sink,
            stderr=sink,
            cwd=cwd,
            env=env,
            user=uid,
            group=gid,
            extra_groups=None if uid is None else [],
            start_new_session=True,
            preexec_fn=_die_with_parent(last_signal),  # noqa: PLW1509 - the launcher has one thread
        )


def _die_with_parent(last_signal: signal.Signals) -> Callable[[], None] | None:
    # The kernel forgets the request when the process changes its user, so it comes after that change:
    # subprocess calls preexec_fn last.
    if LIBC is None:
        return None
    libc, launcher = LIBC, os.getpid()

    def ask_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(last_signal), 0, 0, 0)
        if os.getppid() != launcher:  # it died before the request was made
            os._exit(1)

    return ask_kernel


def stop(
    child: "subprocess.Popen[bytes]", *, ask: signal.Signals = signal.SIGTERM, patience: float = 10
) -> None:
    """Ask a child to end, wait `patience` seconds, then kill it with its whole process group."""
    if child.poll() is None:
        child.send_signal(ask)
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            kill_group(child.pid)
            child.wait()


def kill_group(pid: int) -> None:
    """Kill a child's process group; silent when nothing of it is left."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def state(pid: int) -> str:
    """Return the letter of proc(5) for a process, `Z` for a zombie, or an empty text when there is none."""
    try:
        line = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    return line.rpartition(")")[2].split()[0]


def wait_until(condition: Callable[[], bool], *, seconds: float, pause: float = 0.02) -> bool:
    """Poll a condition; False when it did not come true within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def run_quietly(
    command: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path = Path("/"),
    uid: int | None = None,
    gid: int | None = None,
    show: bool = False,
    what: str = "",
) -> None:
    """Run a command to its end. Raises StartError with the last lines of its log when it fails."""
    mark = size(log)
    child = spawn(command, log=log, env=env, cwd=cwd, uid=uid, gid=gid, show=show)
    try:
        code = child.wait()
    except BaseException:
        stop(child)
        raise
    if code:
        raise StartError(
            f"{what or Path(command[0]).name} failed:\n{tail(log, start=mark)}\nThe whole story: {log}"
        )


def size(log: Path) -> int:
    """Return the bytes in a log, zero when it is not there yet."""
    return log.stat().st_size if log.exists() else 0


def tail(log: Path, *, start: int = 0) -> str:
    """Return the last lines written to a log after byte `start`."""
    with log.open("rb") as source:
        source.seek(start)
        lines = source.read().decode(errors="replace").splitlines()
    return "\n".join(lines[-TAIL_LINES:])
