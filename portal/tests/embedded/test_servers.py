"""The private PostgreSQL and Valkey: starting, dying, coming back, leaving nothing."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import redis

from portal.embedded import account, binaries, process
from portal.embedded.checks import CHECKOUT
from portal.embedded.errors import StartError
from portal.embedded.servers import Servers, servers, socket_room

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="the choice of an account is root's")

THROW_AWAY = """
import time
from portal.embedded.throwaway import ThrowAway
throwaway = ThrowAway()
throwaway.start()
children = throwaway.servers.postgres.child, throwaway.servers.valkey.child
print(throwaway.folder, *(child.pid for child in children), flush=True)
time.sleep(60)
"""


def query(both: Servers, statement: str) -> list[tuple[object, ...]]:
    with both.postgres.connection("portal") as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def program(folder: Path, version: str = "18") -> Path:
    """Make what looks like an installed PostgreSQL."""
    home = folder / "package" / f"pginstall{version}"
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "postgres").write_text("#!/bin/sh\necho fake\n")
    (home / "bin" / "postgres").chmod(0o755)
    return home


def test_servers_when_the_path_is_deep_and_has_a_space_then_rows_outlive_kill_minus_nine(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "پوشه با فاصله" / ("deep" * 25)
    folder.mkdir(parents=True)
    both = servers(folder)
    room = socket_room(folder)
    try:
        assert both.start() == []
        query(both, "CREATE TABLE letters (body text)")
        query(both, "INSERT INTO letters VALUES ('نامه')")
        for server in (both.postgres, both.valkey):
            assert server.child
            os.kill(server.child.pid, signal.SIGKILL)

        again = servers(folder)
        assert again.start() == []

        assert query(again, "SELECT body, lower('ÀÉ') FROM letters") == [("نامه", "àé")]
        assert servers(folder).start() == ["PostgreSQL", "Valkey"]
    finally:
        servers(folder).stop()
    assert (both.postgres.answers(), both.valkey.answers()) == (False, False)
    assert not room.is_relative_to(folder)
    assert not room.exists()


def test_servers_when_stopped_then_the_broker_has_kept_its_queue(tmp_path: Path) -> None:
    valkey = servers(tmp_path).valkey
    valkey.start()
    with redis.Redis(unix_socket_path=str(valkey.socket)) as client:
        client.rpush("deliveries", "one")
    valkey.stop()

    valkey.start()

    with redis.Redis(unix_socket_path=str(valkey.socket)) as client:
        assert client.lrange("deliveries", 0, -1) == [b"one"]
    valkey.stop()


def test_throw_away_when_its_owner_is_killed_then_servers_and_files_go_too() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    with subprocess.Popen(
        [sys.executable, "-c", THROW_AWAY], cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout
        folder, *pids = owner.stdout.readline().split()

        owner.kill()

    assert process.wait_until(lambda: all(process.state(int(pid)) in ("", "Z") for pid in pids), seconds=10)
    assert process.wait_until(lambda: not Path(folder).exists(), seconds=10)


@pytest.mark.parametrize(
    ("folder", "inside"),
    [("data", True), ("with space", False), ("d" * 100, False), ("داده", False)],
)
def test_socket_room(folder: str, inside: bool, tmp_path_factory: pytest.TempPathFactory) -> None:
    base = tmp_path_factory.mktemp("r")
    data = base / folder
    data.mkdir()

    room = socket_room(data)

    assert (room == data / "sockets") is inside
    assert socket_room(data) == room
    assert room.stat().st_mode & 0o777 == 0o700
    assert len(str(room / ".s.PGSQL.5432").encode()) < 107
    room.rmdir()


def test_socket_room_when_the_remembered_one_is_a_link_then_another_is_made(tmp_path: Path) -> None:
    data = tmp_path / "with space"
    data.mkdir()
    trap = tmp_path / "trap"
    trap.symlink_to("/")
    (data / "sockets.txt").write_text(f"{trap}\n")

    room = socket_room(data)

    assert room != trap
    room.rmdir()


@as_root
def test_account_when_nobody_can_enter_then_a_user_namespace_is_used(tmp_path: Path) -> None:
    home = program(tmp_path)
    tmp_path.chmod(0o700)

    chosen = account.choose(home, folder=tmp_path, room=tmp_path)

    assert chosen == account.Account(home, prefix=account.USER_NAMESPACE)


@as_root
def test_account_when_nothing_fits_then_the_refusal_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")  # no unshare
    tmp_path.chmod(0o700)

    with pytest.raises(StartError, match="Choose another DATA_DIR, or start as an ordinary user"):
        account.choose(program(tmp_path), folder=tmp_path, room=tmp_path)


def test_copy_of_when_the_package_has_libraries_beside_it_then_both_are_copied(tmp_path: Path) -> None:
    home = program(tmp_path)
    libraries = tmp_path / "package.libs"
    libraries.mkdir()
    (libraries / "libpq.so").touch()

    copied = account.copy_of(home, tmp_path / "room")

    assert (copied / "bin" / "postgres").exists()
    assert (copied.parent.with_name("package.libs") / "libpq.so").exists()


def test_postgres_home_when_the_data_has_another_version_then_it_is_named() -> None:
    with pytest.raises(StartError, match="PostgreSQL 12 is not installed"):
        binaries.postgres_home("12")


def test_postgres_home_when_there_is_a_choice_then_the_newest_is_taken() -> None:
    assert binaries.postgres_home().name == "pginstall18"
    assert binaries.postgres_home("16").name == "pginstall"
