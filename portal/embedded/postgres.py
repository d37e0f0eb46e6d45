"""One private PostgreSQL: a cluster directory, a Unix socket, no TCP port."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2

from portal.embedded import account, binaries, process
from portal.embedded.errors import StartError

USER = "portal"
DATABASE = "portal"
PATIENCE = 60.0  # seconds for a start (recovery after a crash included) and for a stop
ATTEMPTS = 5

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "dynamic_shared_memory_type": "mmap",  # /dev/shm is tiny in many containers
    "shared_buffers": "64MB",
    "log_checkpoints": "off",
    "log_min_error_statement": "panic",  # statements and row values may hold citizens' words
    "log_error_verbosity": "terse",
}
THROW_AWAY = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}


class Postgres:
    """A PostgreSQL server over `data`, its socket in `room`, judged by connecting and never by a process id.

    `durable=False` switches off every write barrier and is for throw-away servers only.
    """

    name = "PostgreSQL"

    def __init__(self, *, data: Path, room: Path, log: Path, durable: bool = True) -> None:
        self.data = data
        self.room = room
        self.log = log
        self.durable = durable
        self.child: subprocess.Popen[bytes] | None = None

    @property
    def programs(self) -> Path:
        """Return the folder of the programs that fit the cluster. Raises StartError when there are none."""
        return binaries.postgres_home(self._version()) / "bin"

    @property
    def url(self) -> str:
        """Return the address in the form django-environ reads for a Unix socket."""
        return f"postgres://{USER}@/{self.room}/{DATABASE}"

    def start(self) -> bool:
        """Make the cluster if there is none, and start it; False when a running one was adopted.

        Raises StartError with the server's own last words when it does not come up.
        """
        if self.answers():
            return False
        home = binaries.postgres_home(self._version())
        runner = account.choose(home, folder=self.data.parent, room=self.room)
        if self._version() is None:
            self._initialise(runner)
        runner.own(self.data)
        runner.own(self.room)
        self._launch(runner)
        self._create_database()
        return True

    def answers(self) -> bool:
        """Say whether our own cluster, and not a stranger, answers on the socket."""
        try:
            with self.connection("postgres") as connection, connection.cursor() as cursor:
                cursor.execute("SHOW data_directory")
                row = cursor.fetchone()
        except psycopg2.Error:
            return False
        return row is not None and Path(row[0]).resolve() == self.data.resolve()

    def alive(self) -> bool:
        """Cheap check for the supervisor: our child runs, or the adopted server answers."""
        return self.child.poll() is None if self.child else self.answers()

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, everything committed is on disk."""
        if self.child:
            process.stop(self.child, ask=signal.SIGINT, patience=PATIENCE)
            self.child = None
            return
        pid = self._postmaster()
        if pid:
            os.kill(pid, signal.SIGINT)
            process.wait_until(lambda: self._postmaster() is None, seconds=PATIENCE)

    @contextlib.contextmanager
    def connection(self, database: str) -> Iterator["psycopg2.extensions.connection"]:
        """Open one autocommit connection and close it again."""
        connection = psycopg2.connect(
            host=str(self.room), user=USER, dbname=database, connect_timeout=5, application_name="launcher"
        )
        try:
            connection.autocommit = True
            yield connection
        finally:
            connection.close()

    def _version(self) -> str | None:
        try:
            return (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None

    def _initialise(self, runner: account.Account) -> None:
        # Built under another name, so that an interrupted first start leaves no half cluster.
        draft = self.data.with_name(self.data.name + ".new")
        for locale in ("C.UTF-8", "C"):
            shutil.rmtree(draft, ignore_errors=True)
            runner.own(draft)
            try:
                self._run(runner, "initdb", *self._initdb_arguments(runner, draft=draft, locale=locale))
            except StartError:
                if locale == "C":
                    raise
                continue
            break
        draft.rename(self.data)

    def _initdb_arguments(self, runner: account.Account, *, draft: Path, locale: str) -> list[str]:
        arguments = [
            f"--pgdata={draft}",
            f"--username={USER}",
            "--auth=trust",  # the socket's directory is the key: mode 0700
            "--encoding=UTF8",
            f"--locale={locale}",
            "--no-instructions",
        ]
        if _major(runner.home) >= 17:
            arguments += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if not self.durable:
            arguments.append("--no-sync")
        return arguments

    def _run(self, runner: account.Account, program: str, *arguments: str) -> None:
        process.run_quietly(
            runner.command(program, *arguments),
            log=self.log,
            env=_environment(),
            uid=runner.uid,
            gid=runner.gid,
        )

    def _launch(self, runner: account.Account) -> None:
        settings = SETTINGS | ({} if self.durable else THROW_AWAY)
        command = runner.command("postgres", "-D", str(self.data), "-k", str(self.room))
        command += [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        mark = process.size(self.log)
        for _attempt in range(ATTEMPTS):
            process.wait_until(lambda: self._postmaster() is None, seconds=PATIENCE)
            self._remove_stale_lock()
            if self._comes_up(command, runner):
                return
            time.sleep(0.3)  # after kill -9 the last backends hold the shared memory for a moment
        raise StartError(f"PostgreSQL did not start; its last words:\n{process.tail(self.log, start=mark)}")

    def _comes_up(self, command: list[str], runner: account.Account) -> bool:
        child = process.spawn(
            command,
            log=self.log,
            env=_environment(),
            uid=runner.uid,
            gid=runner.gid,
            last_signal=signal.SIGINT,
        )
        process.wait_until(lambda: child.poll() is not None or self.answers(), seconds=PATIENCE)
        if child.poll() is None and self.answers():
            self.child = child
            return True
        process.stop(child, ask=signal.SIGINT)
        return False

    def _create_database(self) -> None:
        with self.connection("postgres") as connection, connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f'CREATE DATABASE "{DATABASE}"')

    def _postmaster(self) -> int | None:
        """Return the process id of a live server over our cluster, whoever started it."""
        pid = self._recorded_pid()
        if pid is None or process.state(pid) in ("", "Z", "X"):
            return None
        try:
            return pid if Path(f"/proc/{pid}/cwd").samefile(self.data) else None
        except OSError:
            return None

    def _recorded_pid(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
        except (OSError, ValueError):
            return None

    def _remove_stale_lock(self) -> None:
        # PostgreSQL believes the recorded id as long as any process has it, a zombie included.
        for lock in (self.data / "postmaster.pid", self.room / ".s.PGSQL.5432.lock"):
            lock.unlink(missing_ok=True)


def _major(home: Path) -> int:
    return int(home.name.removeprefix("pginstall") or binaries.UNNUMBERED)


def _environment() -> dict[str, str]:
    """Return our environment without the variables that would steer PostgreSQL or break its locale."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_"))}
    return kept | {"LANG": "C.UTF-8"}
