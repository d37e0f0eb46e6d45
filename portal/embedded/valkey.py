"""One private Valkey: the broker of Celery, on a Unix socket, no TCP port."""

import signal
import subprocess
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from portal.embedded import binaries, process
from portal.embedded.errors import StartError

PATIENCE = 20.0  # seconds for a start (reading the append-only file included) and for a stop


class Valkey:
    """A Valkey server over `data`, its socket in `room`; `durable=False` keeps nothing on disk."""

    name = "Valkey"

    def __init__(self, *, data: Path, room: Path, log: Path, durable: bool = True) -> None:
        self.data = data
        self.socket = room / "valkey.sock"
        self.log = log
        self.durable = durable
        self.child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return the broker address in Celery's form."""
        return f"redis+socket://{self.socket}"

    def start(self) -> bool:
        """Start the server; False when a running one was adopted. Raises StartError with its last words."""
        if self.answers():
            return False
        self.data.mkdir(mode=0o700, exist_ok=True)
        mark = process.size(self.log)
        child = process.spawn(self._command(), log=self.log)
        process.wait_until(lambda: child.poll() is not None or self.answers(), seconds=PATIENCE)
        if child.poll() is not None or not self.answers():
            process.stop(child)
            raise StartError(f"Valkey did not start; its last words:\n{process.tail(self.log, start=mark)}")
        self.child = child
        return True

    def answers(self) -> bool:
        """Say whether our own server, and not a stranger, answers on the socket."""
        try:
            with self._client() as client:
                return Path(client.config_get("dir")["dir"]).resolve() == self.data.resolve()
        except redis.RedisError:
            return False

    def alive(self) -> bool:
        """Cheap check for the supervisor: our child runs, or the adopted server answers."""
        return self.child.poll() is None if self.child else self.answers()

    def stop(self) -> None:
        """Stop the server; what it holds is written to its append-only file first."""
        if self.child:
            process.stop(self.child, ask=signal.SIGTERM, patience=PATIENCE)
            self.child = None
            return
        if self.answers():
            with self._client() as client:
                client.shutdown(nosave=True)
            process.wait_until(lambda: not self.answers(), seconds=PATIENCE)

    def _client(self) -> "redis.Redis":
        return redis.Redis(unix_socket_path=str(self.socket), socket_timeout=2, retry=Retry(NoBackoff(), 0))

    def _command(self) -> list[str]:
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "appendonly": "yes" if self.durable else "no",
            "save": "",
            "daemonize": "no",
        }
        flags = [part for key, value in settings.items() for part in (f"--{key}", value)]
        return [str(binaries.valkey_server()), *flags]
