"""Fill the portal with demo staff and some sixty cases in every state, so that no page is empty."""

import csv
import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from directory.enums import Role
from directory.models import County, Membership, Service, Unit, User
from directory.services import load_reference, seed_demo_pages
from feedback import services
from feedback.enums import Channel, Kind, Status, Target
from feedback.models import Case
from portal.kernel import codes, jalali
from portal.kernel.text import persian_digits
from routing.services import load_rules, seed_demo_draft
from surveys.services import (
    load_default_questionnaires,
    seed_demo_quarters,
    seed_demo_responses,
    seed_demo_themes,
)

SAMPLES = Path(__file__).parent / "demo_cases.csv"
#: The demo's cases come in over these days before today.
SPREAD_DAYS = 70


class Known(NamedTuple):
    """What the sample file names by codes, read once."""

    services: dict[str, Service]
    counties: dict[str, County]
    units: dict[str, Unit]
    officers: dict[str, User]


class Command(BaseCommand):
    help = "Add demo staff and cases (once; running it again adds nothing). DEMO_PASSWORD sets the password of all."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--password", default=os.environ.get("DEMO_PASSWORD", ""))

    def handle(self, *args: object, **options: object) -> None:
        load_reference()
        load_rules()
        services.load_deadline_rules()
        load_default_questionnaires()
        password = str(options["password"]) or secrets.token_urlsafe(9)
        staff = seed_staff(password)
        made = seed_cases(now=timezone.now())
        services.seed_answering(timezone.now())
        services.seed_demo_deadlines(timezone.now())
        seed_demo_responses(timezone.now())
        services.count_figures(at=timezone.now())
        seed_reads(now=timezone.now())
        services.seed_demo_recognition(timezone.now())
        services.seed_demo_records(username="tech.head", at=timezone.now())
        seed_demo_pages(timezone.now())
        seed_demo_draft(at=timezone.now())
        kiosk = seed_demo_quarters(timezone.now())
        seed_demo_themes(timezone.now())
        self.stdout.write(f"{staff} members of staff and {made} cases added")
        if staff:
            self.stdout.write(f"password of new demo staff: {password}")
        for number, code in demo_codes():
            self.stdout.write(f"answered case {number}, tracking code {code}")
        if kiosk:
            self.stdout.write(f"survey kiosk at /surveys/kiosk/{kiosk}/")


def seed_staff(password: str) -> int:
    """Make `admin`, `manager`, `inspector` and an officer and a head for each unit; return how many were new.

    The password is hashed once for all: a good hash is slow, and the demo's staff share it anyway.
    """
    units = {unit.code: unit for unit in Unit.objects.order_by("order")}
    names = {"admin": "مدیر سامانه", "manager": "مدیر گزارش‌ها", "inspector": "بازرس نمونه"}
    held = [("manager", "HEAD", Role.MANAGER), ("inspector", "INSP", Role.INSPECTOR)]
    for number, code in enumerate(units, start=1):
        officer, head = f"{code.lower()}.officer", f"{code.lower()}.head"
        names |= {
            officer: persian_digits(f"کارشناس نمونه {number}"),
            head: persian_digits(f"مدیر نمونه {number}"),
        }
        held += [(officer, code, Role.INSPECTOR if code == "INSP" else Role.OFFICER), (head, code, Role.HEAD)]
    held += [("pr.officer", "PR", Role.EDITOR), ("pr.head", "PR", Role.EDITOR)]
    before = User.objects.count()
    _make_users(names, make_password(password))
    users = User.objects.in_bulk(names, field_name="username")
    Membership.objects.bulk_create(
        (Membership(user=users[name], unit=units[code], role=role) for name, code, role in held),
        ignore_conflicts=True,
    )
    return User.objects.count() - before


def _make_users(names: dict[str, str], password: str) -> None:
    """Make the users that are not there yet, of usernames and Persian names; `admin` may do everything."""
    User.objects.bulk_create(
        (
            User(
                username=username,
                name_fa=name,
                email=f"{username}@example.ir",
                is_staff=True,
                is_superuser=username == "admin",
                password=password,
            )
            for username, name in names.items()
        ),
        ignore_conflicts=True,
    )


def seed_cases(*, now: datetime) -> int:
    """Make the cases of the sample file, each moved to the state its row names; return how many were new."""
    with SAMPLES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    known = Known(
        services={one.code: one for one in Service.objects.all()},
        counties={one.code: one for one in County.objects.all()},
        units={one.code: one for one in Unit.objects.all()},
        officers={one.username: one for one in User.objects.filter(username__endswith=".officer")},
    )
    return sum(_case(number, row, known, now, len(rows)) for number, row in enumerate(rows))


def _case(number: int, row: dict[str, str], known: Known, now: datetime, total: int) -> int:
    token = f"demo-{number}"
    if services.receipt_again(token=token):
        return 0
    at = _moment(now, number, total, int(row["days_ago"] or 0))
    receipt = services.submit(submission=_submission(row, known), token=token, at=at)
    _live(receipt.case, row, known, at, now)
    return 1


def _moment(now: datetime, number: int, total: int, days_ago: int) -> datetime:
    """Spread the cases over the past weeks, each within office hours."""
    days = days_ago or round(SPREAD_DAYS * (total - number) / total)
    day = jalali.local(now - timedelta(days=days))
    return min(day.replace(hour=8 + number % 6, minute=number * 7 % 60, second=0), now)


def _submission(row: dict[str, str], known: Known) -> services.Submission:
    return services.Submission(
        kind=Kind(row["kind"]),
        subject=row["subject"],
        body=row["body"],
        target=Target(row["target"]) if row["target"] else "",
        full_name=row["full_name"],
        phone=row["phone"],
        is_anonymous=not row["full_name"],
        channel=Channel(row["channel"] or "web"),
        service=known.services.get(row["service"]),
        county=known.counties.get(row["county"]),
        addressed_unit=row["addressed_unit"],
        about_unit=known.units.get(row["about_unit"]),
    )


def _live(case: Case, row: dict[str, str], known: Known, at: datetime, now: datetime) -> None:
    """Let the unit's officer work on the case as far as the row says."""
    officer = known.officers.get(f"{case.unit.code.lower()}.officer")
    if officer is None or row["state"] == Status.RECEIVED:
        return
    services.assign(case_id=case.pk, at=at + timedelta(minutes=1))
    taken = min(at + timedelta(days=1), now)
    services.take(case_id=case.pk, actor=officer, at=taken)
    if row["note"]:
        services.note(case_id=case.pk, actor=officer, body=row["note"], at=taken)
    if row["question"]:
        services.ask(case_id=case.pk, actor=officer, body=row["question"], at=taken)
    if row["reply"]:
        services.reply(case_id=case.pk, body=row["reply"], at=min(at + timedelta(days=2), now))
    _finish(case, row, known, officer, min(at + timedelta(days=int(row["answer_after"] or 6)), now))


def _finish(case: Case, row: dict[str, str], known: Known, officer: User, at: datetime) -> None:
    if row["state"] == "redirected":
        unit = known.units[row["moved_to"]]
        services.redirect(case_id=case.pk, actor=officer, unit=unit, reason=row["answer"], at=at)
    elif row["state"] == Status.REFERRED_OUT:
        services.refer_out(case_id=case.pk, actor=officer, body=row["answer"], at=at)
    elif row["state"] == Status.ANSWERED:
        services.answer(case_id=case.pk, actor=officer, body=row["answer"], at=at)


def seed_reads(*, now: datetime) -> None:
    """Let the inspector look into the demo's reports of misconduct, so that the head of inspection finds rows."""
    inspector = User.objects.get(username="inspector")
    for case in Case.objects.visible_to(inspector).filter(is_confidential=True):
        services.note_read(case=case, reader=inspector, at=min(case.received_at + timedelta(hours=3), now))


def demo_codes(count: int = 3) -> list[tuple[str, str]]:
    """Return (case number, tracking code) of some answered demo cases, for trying out the citizen's side."""
    receipts = (services.receipt_again(token=f"demo-{number}") for number in range(200))
    answered = (one for one in receipts if one and one.case.status == Status.ANSWERED)
    return [
        (one.case.number, codes.grouped(one.code))
        for one, _limit in zip(answered, range(count), strict=False)
    ]
