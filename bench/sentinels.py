"""A broker that is watched: `python bench/sentinels.py [--faults 4] [--messages 20]`.

Starts two Valkeys that keep nothing, one copying the other, and three sentinels over them (the same program, told to
watch), then the portal with `BROKER_URL=sentinel://…`. In turn the leading Valkey is killed or frozen, and only comes
back when everything that citizens wrote meanwhile has followed by way of the other one.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import redis

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.faults import Citizens, House, free_port, listens, p99, put_up, said, settle
from bench.results import keep, table
from portal.embedded import binaries, process

NAME = "portal"
#: Milliseconds of silence after which a sentinel calls the leader dead, and within which a change must be over.
DEAD_AFTER, CHANGED_WITHIN = 2000, 10_000


class Watched:
    """Two Valkeys and their three sentinels, with the handles of a single broker."""

    def __init__(self, room: Path) -> None:
        self.room = room
        self.servers: dict[int, Any] = {}
        self.sentinels: dict[int, Any] = {}

    @property
    def url(self) -> str:
        return ";".join(f"sentinel://127.0.0.1:{port}/0" for port in self.sentinels)

    def start(self) -> None:
        first = free_port()
        self.start_server(first)
        self.start_server(free_port(), follows=first)
        for port in (free_port(), free_port(), free_port()):
            file = self.room / f"sentinel-{port}.conf"
            file.write_text(
                f"port {port}\nbind 127.0.0.1\ndir {self.room}\n"
                f"sentinel monitor {NAME} 127.0.0.1 {first} 2\n"
                f"sentinel down-after-milliseconds {NAME} {DEAD_AFTER}\n"
                f"sentinel failover-timeout {NAME} {CHANGED_WITHIN}\n"
            )
            self.sentinels[port] = self._spawn(port, str(file), "--sentinel")

    def start_server(self, port: int, *, follows: int = 0) -> None:
        told = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        told += ["--dir", str(self.room), "--repl-diskless-load", "on-empty-db"]
        told += ["--replicaof", f"127.0.0.1 {follows}"] if follows else []
        self.servers[port] = self._spawn(port, *told)

    def _spawn(self, port: int, *told: str) -> "subprocess.Popen[bytes]":
        child = process.spawn([str(binaries.valkey_server()), *told], log=self.room / f"valkey-{port}.log")
        if not process.wait_until(lambda: listens(port), seconds=30, pause=0.05):
            raise SystemExit(process.tail(self.room / f"valkey-{port}.log"))
        return child

    def leader(self) -> int:
        """Return the port of the Valkey that the sentinels lead clients to."""
        with redis.Redis(port=next(iter(self.sentinels)), socket_timeout=3) as one:
            return int(one.sentinel_get_master_addr_by_name(NAME)[1])

    def followers(self) -> int:
        """Return how many Valkeys copy the leader."""
        with redis.Redis(port=self.leader(), socket_timeout=3) as one:
            return int(one.info("replication")["connected_slaves"])

    def stop(self) -> None:
        for child in [*self.servers.values(), *self.sentinels.values()]:
            if child:
                child.send_signal(signal.SIGCONT)
                process.stop(child)


def lose(house: House, citizens: Citizens, *, freeze: bool, messages: int) -> list[str]:
    """Take the leader away until all that came meanwhile has followed; return what happened."""
    watched, lost = house.broker, house.broker.leader()
    before, citizens.waits = len(citizens.accepted), []
    child, begun = watched.servers[lost], time.monotonic()
    os.killpg(child.pid, signal.SIGSTOP if freeze else signal.SIGKILL)
    citizens.write_many(messages)
    if not process.wait_until(lambda: watched.leader() != lost, seconds=60, pause=0.1):
        raise SystemExit("the sentinels chose no other leader")
    changed = time.monotonic() - begun
    _took, left = settle(house, citizens)
    drained = time.monotonic() - begun
    if freeze:
        os.killpg(child.pid, signal.SIGCONT)
    else:
        child.wait()
        watched.start_server(lost, follows=watched.leader())
    process.wait_until(lambda: watched.followers() == 1, seconds=60, pause=0.2)
    return [
        "frozen (SIGSTOP)" if freeze else "killed (SIGKILL)",
        str(len(citizens.accepted) - before),
        p99(citizens.waits),
        f"{changed:.1f} s",
        f"{drained:.1f} s",
        said(left),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=4)
    parser.add_argument("--messages", type=int, default=20)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="sentinels-"))
    folder.chmod(0o711)
    try:
        with put_up(folder, broker=Watched(folder), BROKER_MASTER=NAME) as house:
            citizens = Citizens(house, [house.port])
            citizens.write_many(10)
            settle(house, citizens)
            rows = [
                lose(house, citizens, freeze=bool(number % 2), messages=options.messages)
                for number in range(options.faults)
            ]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    head = ["the leader is", "accepted", "p99", "another leads after", "all has followed after", "wrong"]
    keep("sentinels", "A broker watched by three sentinels loses its leader", [table(head, rows)])


if __name__ == "__main__":
    main()
