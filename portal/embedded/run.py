"""The whole portal on one machine, for trying it out: servers, database, demo data, web, worker and beat.

`./run` starts it; `./run manage …` runs one management command with the same servers and secrets.
"""

import contextlib
import fcntl
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType
from urllib.parse import quote

from portal.embedded import checks, fonts, keys, process
from portal.embedded.errors import StartError
from portal.embedded.servers import Servers, servers
from portal.embedded.supervisor import Command, Keeper, Program

FIRST_ANSWER = 60.0  # seconds the web server has for its first answer
LOOK_EVERY = 0.25  # seconds between two looks at the children
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where to reach a server that listens on all addresses
NOTED = (
    *("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "CODE_PEPPER", "ALLOWED_HOSTS", "PUBLIC_URL"),
    *("DEMO", "DEMO_PASSWORD", "DATA_DIR", "EMAIL_URL", "SMS_BACKEND", "POSTGRES_BIN"),
)


class Stopped(Exception):
    """Ctrl-C or SIGTERM."""


def main() -> int:
    """Run until told to stop. Returns the exit code."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    checks.read_env_file()
    try:
        if sys.argv[1:2] == ["manage"]:
            return manage(sys.argv[2:])
        return serve()
    except StartError as error:
        print(error, file=sys.stderr)
        return 1
    except Stopped:
        return 0


def serve() -> int:
    """Start everything, say so, and keep it running. Raises Stopped in the end, StartError when it cannot."""
    problem = checks.complaint()
    if problem:
        raise StartError(problem)
    folder = checks.data_dir()
    started = time.monotonic()
    with only_one(folder), fonts.begun(folder) as font, private_servers(folder, owned=True) as kept:
        env = environment(folder, kept)
        note_environment(folder, env)
        say(fonts.end(font))
        prepare(folder, env)
        children = commands(folder, env)
        try:
            for child in children:
                child.start()
            wait_for_web(children[0])
            announce(folder, env, seconds=time.monotonic() - started)
            keep(children, kept)
        finally:
            hold_signals()
            say("Stopping …")
            for child in children:
                child.ask_to_stop()
            for child in children:
                child.stop()
    return 0


def manage(arguments: list[str]) -> int:
    """Run one management command, on the servers of a running portal or on its own for as long as it takes."""
    folder = checks.data_dir()
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    with private_servers(folder, owned=False) as kept:
        env = environment(folder, kept)
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, check=False, cwd=checks.CHECKOUT, env=env).returncode


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the data directory's lock; it falls with this process. Raises StartError when another start has it."""
    with (folder / "run.lock").open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartError(
                f"The portal is already running on {folder}: stop it first, or set DATA_DIR."
            ) from None
        yield


@contextlib.contextmanager
def private_servers(folder: Path, *, owned: bool) -> Iterator[Servers | None]:
    """Start the servers that no address was given for, and stop them in the end.

    Servers that a running portal has started are left to it, unless we are that portal (`owned`).
    """
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        yield None
        return
    both = servers(folder)
    adopted: list[str] = []
    try:
        adopted = both.start()
        yield both
    finally:
        hold_signals()
        if owned or not adopted:
            both.stop()


def environment(folder: Path, kept: Servers | None) -> dict[str, str]:
    """Return the environment of the portal's processes: what was set wins over what is made here."""
    host, port = checks.address()
    reach = EVERYWHERE.get(host, host)
    local = dict.fromkeys([bracketed(host), "localhost", "127.0.0.1", "[::1]"])
    defaults = {
        "ALLOWED_HOSTS": "*" if host in EVERYWHERE else ",".join(local),
        "PUBLIC_URL": f"http://{bracketed(reach)}:{port}",
        "DEMO": "1",
        # Notices go to files: the logs of the processes stay free of citizens' names and addresses.
        "EMAIL_URL": f"filemail:///{quote(str(folder / 'mail'))}",
        "SMS_BACKEND": "file",
        "LOG_LEVEL": "WARNING",  # the beat of the outbox would fill the disk
        "PYTHONUNBUFFERED": "1",
    }
    made = keys.keep(folder) | {"DATA_DIR": str(folder)}
    return defaults | (kept.environment if kept else {}) | _set() | made


def _set() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if value}


def note_environment(folder: Path, env: Mapping[str, str]) -> None:
    """Leave the settings of this start in `run.env`, so that plain `manage.py` finds the running portal."""
    lines = [f"{name}={env[name]}" for name in NOTED if name in env]
    keys.write_private(folder / "run.env", "\n".join(lines) + "\n")


def prepare(folder: Path, env: Mapping[str, str]) -> None:
    """Bring database, translations and static files up to date."""
    command = [sys.executable, "-m", "portal.embedded.prepare"]
    log = folder / "log" / "prepare.log"
    process.run_quietly(
        command, log=log, env=env, cwd=checks.CHECKOUT, show=True, what="Preparing the portal"
    )


def commands(folder: Path, env: Mapping[str, str]) -> list[Command]:
    """Return web, worker and beat, in the order in which they start and stop."""
    host, port = checks.address()
    celery = ["-m", "celery", "--app=portal.celery:app", "--quiet"]
    worker = ["worker", "--pool=prefork", "--concurrency=2", "--without-mingle", "--without-gossip"]
    # As on a server, but for the address, and what a demo owes to requests under way when it stops.
    web = ["-m", "gunicorn", "portal.wsgi:application", "--config=deploy/gunicorn.conf.py"]
    web += [f"--bind={bracketed(host)}:{port}", "--graceful-timeout=8"]
    table = {
        "web": web,
        "worker": [*celery, *worker, "--loglevel=INFO"],
        "beat": [*celery, "beat", "--pidfile=", "--loglevel=INFO"],
    }
    return [
        Command(
            name,
            [sys.executable, *arguments],
            env=env,
            cwd=checks.CHECKOUT,
            log=folder / "log" / f"{name}.log",
            patience=10,
        )
        for name, arguments in table.items()
    ]


def wait_for_web(web: Command) -> None:
    """Wait for the first answer to /healthz. Raises StartError with the log's end when none comes."""
    mark = process.size(web.log)
    answered = process.wait_until(lambda: not web.alive() or answers(), seconds=FIRST_ANSWER, pause=0.1)
    if not answered or not web.alive():
        raise StartError(
            f"The web server did not start; its last words:\n{process.tail(web.log, start=mark)}"
        )


def answers() -> bool:
    """Say whether the web server gives a sound answer to /healthz."""
    host, port = checks.address()
    connection = http.client.HTTPConnection(EVERYWHERE.get(host, host), port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def announce(folder: Path, env: Mapping[str, str], *, seconds: float) -> None:
    """Print the addresses, who can sign in, and as the last line that the portal is ready."""
    host, port = checks.address()
    base = f"http://{bracketed(host)}:{port}"
    say(
        f"Started in {seconds:.1f} s. Site {base}/ and {base}/en/, staff {base}/admin/; logs in {folder / 'log'}"
    )
    names = folder / "demo-staff.txt"
    if env["DEMO"] not in ("0", "false", "no", "off") and names.exists():
        say(f"Demo staff: {' '.join(names.read_text(encoding='utf-8').split())}")
        say(f"Password of all: {env['DEMO_PASSWORD']}")
    else:
        say("No demo data. The first account: ./run manage createsuperuser")
    say(f"ready {base}/")


def keep(children: list[Command], kept: Servers | None) -> None:
    """Watch over all processes until a signal comes."""
    servers: tuple[Program, ...] = (kept.postgres, kept.valkey) if kept else ()
    programs: list[Program] = [*children, *servers]
    keepers = [Keeper(program) for program in programs]
    while True:
        for keeper in keepers:
            say(keeper.look())
        time.sleep(LOOK_EVERY)


def bracketed(host: str) -> str:
    """Return an IPv6 address as it stands in a URL."""
    return f"[{host}]" if ":" in host else host


def say(line: str) -> None:
    """Print one line at once; an empty one is nothing, and so is a terminal that was closed."""
    if line:
        with contextlib.suppress(OSError):
            print(line, flush=True)


def hold_signals() -> None:
    """Finish stopping undisturbed by a second Ctrl-C."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


if __name__ == "__main__":
    sys.exit(main())
