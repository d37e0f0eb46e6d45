"""Both private servers together: where their files lie, starting, adopting and stopping them.

PostgreSQL and Valkey come as programs inside two wheels (`requirements/embedded.txt`); this launcher is for trying
the portal out and for its tests. A real installation sets DATABASE_URL and REDIS_URL instead.
"""

import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from portal.embedded.account import NOBODY
from portal.embedded.postgres import Postgres
from portal.embedded.valkey import Valkey

# A Unix socket's whole path holds at most 107 bytes, and it travels inside two URLs.
SOCKET_SAFE = re.compile(r"[A-Za-z0-9_./-]{1,80}")

SHORT_ROOM_NOTE = "sockets.txt"


@dataclass(frozen=True)
class Servers:
    """The two servers over one data directory."""

    postgres: Postgres
    valkey: Valkey
    data_dir: Path

    def start(self) -> list[str]:
        """Start both; return the names of those that were running already and were adopted."""
        return [server.name for server in (self.postgres, self.valkey) if not server.start()]

    def stop(self) -> None:
        """Stop both, the broker first, and leave nothing outside the data directory."""
        self.valkey.stop()
        self.postgres.stop()
        note = self.data_dir / SHORT_ROOM_NOTE
        room = _remembered(note)
        if room:
            shutil.rmtree(room)
            note.unlink()

    @property
    def environment(self) -> dict[str, str]:
        """Return the two addresses as the settings read them, and where the client programs of PostgreSQL are."""
        programs = str(self.postgres.programs)
        return {"DATABASE_URL": self.postgres.url, "REDIS_URL": self.valkey.url, "POSTGRES_BIN": programs}


def servers(data_dir: Path, *, durable: bool = True) -> Servers:
    """Lay out both servers in `data_dir`, an absolute path to an existing directory; nothing is started yet."""
    logs = data_dir / "log"
    room = socket_room(data_dir)
    broker_room = room / "broker"
    broker_room.mkdir(mode=0o700, exist_ok=True)
    return Servers(
        postgres=Postgres(data=data_dir / "postgres", room=room, log=logs / "postgres.log", durable=durable),
        valkey=Valkey(data=data_dir / "valkey", room=broker_room, log=logs / "valkey.log", durable=durable),
        data_dir=data_dir,
    )


def socket_room(data_dir: Path) -> Path:
    """Return the directory (0700) for the sockets: inside `data_dir`, else a short one that it remembers.

    A deep path, a space or a non-Latin letter sends the sockets to the system's directory for temporary files.
    """
    room = data_dir / "sockets"
    if not SOCKET_SAFE.fullmatch(str(room)):
        note = data_dir / SHORT_ROOM_NOTE
        room = _remembered(note) or _short_room(note)
    room.mkdir(mode=0o700, exist_ok=True)
    return room


def _remembered(note: Path) -> Path | None:
    try:
        room = Path(note.read_text(encoding="utf-8").strip())
    except FileNotFoundError:
        return None
    ours = not room.is_symlink() and room.is_dir() and room.stat().st_uid in (os.geteuid(), NOBODY)
    return room if ours else None


def _short_room(note: Path) -> Path:
    usual = tempfile.gettempdir()
    parent = usual if SOCKET_SAFE.fullmatch(f"{usual}/portal-12345678") else "/tmp"  # noqa: S108 - the one short path there always is
    room = Path(tempfile.mkdtemp(prefix="portal-", dir=parent))
    note.write_text(f"{room}\n", encoding="utf-8")
    return room
