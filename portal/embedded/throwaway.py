"""Servers for one test run: in a temporary directory, gone with the process that asked for them."""

import subprocess
import tempfile
from pathlib import Path

from portal.embedded.servers import Servers, servers

# Waits for the end of its standard input, which is the end of the test run however it came; gives PostgreSQL, which
# the kernel tells of it too, five seconds to leave; removes the directory.
GUARD = """
read -r _
tries=0
while [ -e "$1/postgres/postmaster.pid" ] && [ "$tries" -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
rm -rf -- "$(cat "$1/sockets.txt" 2>/dev/null || echo "$1")" "$1"
"""


class ThrowAway:
    """Servers without write barriers, and a guard that removes their directory whatever happens to us."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="portal-test-"))
        self.folder.chmod(0o711)  # PostgreSQL may have to run as another user
        self.servers: Servers = servers(self.folder, durable=False)
        self.guard: subprocess.Popen[bytes] | None = self._set_guard()

    def start(self) -> dict[str, str]:
        """Start both servers and return their addresses as environment variables."""
        self.servers.start()
        return self.servers.environment

    def stop(self) -> None:
        """Stop the servers and wait until their directory is gone; safe to call twice."""
        guard, self.guard = self.guard, None
        if guard is None or guard.stdin is None:
            return
        self.servers.stop()
        guard.stdin.close()
        guard.wait()

    def _set_guard(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            ["sh", "-c", GUARD, "portal-test-guard", str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )
