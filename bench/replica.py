"""Reports from a real standby: `python bench/replica.py [--rounds 20]`.

Starts a private PostgreSQL, copies it with pg_basebackup into a second one that follows it by streaming, and runs the
portal with REPLICA_DATABASE_URL. Tells how far the standby is behind after each message, that the report is read there,
and what becomes of the report when the standby is killed and comes back.
"""

import argparse
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.faults import BODY, FORM, House, ask, listens, multipart, put_up
from bench.load import PASSWORD, SUBJECT, form_of
from bench.results import keep, table
from portal.embedded import process
from portal.embedded.postgres import DATABASE, USER, Postgres

REPORT = "/reports/cases/"
CASES = "SELECT count(*) FROM feedback_case"
MANAGER = f"""
import django; django.setup()
from directory.models import User
user = User.objects.create_superuser("bench.manager", password="{PASSWORD}")
"""


def follow(house: House, folder: Path) -> Postgres:
    """Copy the database and let the copy follow it."""
    room = folder / "standby-room"
    room.mkdir()
    standby = Postgres(data=folder / "standby", room=room, log=folder / "standby.log")
    command = [house.postgres.programs / "pg_basebackup", "-h", house.postgres.room, "-U", USER]
    subprocess.run([*command, "-D", standby.data, "--write-recovery-conf", "--checkpoint=fast"], check=True)
    standby.data.chmod(0o700)
    standby.start()
    return standby


def count(standby: Postgres) -> int:
    with standby.connection(DATABASE) as link, link.cursor() as cursor:
        cursor.execute(CASES)
        return int(cursor.fetchone()[0])


def reads(standby: Postgres) -> int:
    """Return how many rows of cases the standby was asked for."""
    with standby.connection(DATABASE) as link, link.cursor() as cursor:
        cursor.execute("SELECT xact_commit FROM pg_stat_database WHERE datname = %s", [DATABASE])
        return int(cursor.fetchone()[0])


def write(house: House, number: int) -> None:
    page = ask(house.port, "GET", FORM)
    fields = form_of(page.body, "subject") | {"subject": SUBJECT, "body": f"{BODY} {number}"}
    body, kind = multipart(fields, None)
    if ask(house.port, "POST", FORM, body, **{"Content-Type": kind}).status != 303:
        raise SystemExit("a message was not taken in")


def sign_in(house: House) -> str:
    page = ask(house.port, "GET", "/accounts/login/")
    jar = "; ".join(value.partition(";")[0] for value in page.head.get_all("Set-Cookie", []))
    fields = form_of(page.body, "login") | {"login": "bench.manager", "password": PASSWORD}
    body, kind = multipart(fields, None)
    answer = ask(house.port, "POST", "/accounts/login/", body, Cookie=jar, **{"Content-Type": kind})
    more = "; ".join(value.partition(";")[0] for value in answer.head.get_all("Set-Cookie", []))
    return f"{jar}; {more}"


def report(house: House, cookie: str) -> tuple[int, float]:
    begun = time.monotonic()
    status = ask(house.port, "GET", REPORT, Cookie=cookie).status
    return status, 1000 * (time.monotonic() - begun)


def drill(house: House, standby: Postgres, cookie: str, rounds: int) -> list[list[str]]:
    behind = []
    for number in range(rounds):
        write(house, number)
        begun, wanted = time.monotonic(), house.sql(CASES)[0][0]
        process.wait_until(lambda wanted=wanted: count(standby) >= wanted, seconds=30, pause=0.002)  # type: ignore[misc]
        behind.append(1000 * (time.monotonic() - begun))
    before = reads(standby)
    there = [report(house, cookie) for _number in range(10)]
    rows = [
        [
            "standby behind a message",
            f"median {statistics.median(behind):.0f} ms, longest {max(behind):.0f} ms",
        ],
        ["report from the standby", told(there) + f"; it was asked {reads(standby) - before} times"],
    ]
    process.kill_group(standby.child.pid)  # type: ignore[union-attr]
    standby.child = None
    write(house, rounds)
    rows.append(["standby killed", told([report(house, cookie) for _number in range(3)])])
    standby.start()
    time.sleep(31)
    before = reads(standby)
    again = told([report(house, cookie) for _number in range(3)])
    rows.append(
        ["standby back, half a minute later", f"{again}; it was asked {reads(standby) - before} times"]
    )
    said = len(re.findall("the replica is away", (house.folder / "web.log").read_text()))
    return [*rows, ["lines in the log that it was away", str(said)]]


def told(seen: list[tuple[int, float]]) -> str:
    statuses = sorted({status for status, _wait in seen})
    return f"{len(seen)} × {statuses}, longest {max(wait for _status, wait in seen):.0f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    folder = Path(tempfile.mkdtemp(prefix="replica-"))
    folder.chmod(0o711)
    standby = None
    try:
        with put_up(folder) as house:
            house.python(MANAGER)
            standby = follow(house, folder)
            house.end("web")
            house.env |= {
                "REPLICA_DATABASE_URL": f"postgres://{USER}@/{standby.room}/{DATABASE}",
                "SECOND_FACTOR": "0",
            }
            house.start("web")
            process.wait_until(lambda: listens(house.port), seconds=60, pause=0.2)
            time.sleep(1)
            rows = drill(house, standby, sign_in(house), rounds)
    finally:
        if standby:
            standby.stop()
        shutil.rmtree(folder, ignore_errors=True)
    keep("replica", "Reports from a standby", [table(["what", "measured"], rows)])


if __name__ == "__main__":
    main()
