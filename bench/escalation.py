"""How long one pass of the escalation ladder takes over many late cases: `python bench/escalation.py [--cases 10000]`.

Starts private servers unless DATABASE_URL and REDIS_URL are set, stores overdue cases spread over all units, some of
them about a unit, confidential, or recused from; takes two passes as the worker does, tells time, steps and notices,
checks that nobody was told of a case he must not know, and rolls everything back.
"""

import argparse
import os
import random
import resource
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.results import keep
from portal.embedded.pytest_plugin import provide

SERVERS = provide()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F

from directory.models import Membership, Unit, User
from directory.services import load_reference
from feedback import services
from feedback.models import Case, CaseExclusion, Deadline, EscalationStep, Message, Notice, Recusal
from portal.kernel import codes
from portal.management.commands.seed_demo import seed_staff

#: A Saturday, ten in the morning in Tehran.
AT = datetime(2026, 6, 13, 6, 30, tzinfo=UTC)
OFFICERS_A_UNIT = 5


def staff() -> dict[str, list[User]]:
    """Make the demo's staff and some more officers; return those who can hold cases, by unit."""
    seed_staff("password")
    officers = {}
    for unit in Unit.objects.all():
        made = [
            User(
                username=f"{unit.code.lower()}.{number}",
                email=f"{unit.code}{number}@example.ir",
                is_staff=True,
            )
            for number in range(OFFICERS_A_UNIT)
        ]
        User.objects.bulk_create(made)
        Membership.objects.bulk_create(Membership(user=user, unit=unit) for user in made)
        officers[unit.code] = made
    return officers


def generate(count: int) -> None:
    """Store overdue cases: one in ten about a unit, one in twenty confidential, one in fifty recused from."""
    dice, officers = random.Random(7), staff()
    units = {unit.code: unit for unit in Unit.objects.all()}
    cases, rows, barred, recused, messages = [], [], [], [], []
    for number in range(count):
        is_confidential = dice.random() < 0.05
        unit = units["INSP"] if is_confidential else dice.choice(list(units.values()))
        late = dice.randrange(1, 40)
        at = AT - timedelta(days=25 + late)
        case = Case(
            number=codes.case_number(1405, number + 1), code_hash=number.to_bytes(32, "big"), code_key=1,
            token_digest=number.to_bytes(32, "big"), kind="misconduct" if is_confidential else "complaint",
            subject="پروندهٔ دیرشده", unit=unit, is_confidential=is_confidential, received_at=at,
            assigned_to=dice.choice([None, *officers[unit.code]]), due_on=AT.date() - timedelta(days=late),
        )  # fmt: skip
        cases.append(case)
        messages.append(Message(case=case, side="citizen", purpose="submission", body="متن", sent_at=at))
        rows.append(
            Deadline(
                case=case,
                policy="complaint-15",
                days=15,
                registered_on=at.date(),
                due_on=case.due_on,
                set_at=at,
            )
        )
        if dice.random() < 0.1:
            about = dice.choice([one for one in units.values() if one != unit])
            barred.append(CaseExclusion(case=case, unit=about))
        if dice.random() < 0.02:
            recused.append(Recusal(case=case, user=dice.choice(officers[unit.code]), at=at))
    for model, made in (
        (Case, cases),
        (Message, messages),
        (Deadline, rows),
        (CaseExclusion, barred),
        (Recusal, recused),
    ):
        model.objects.bulk_create(made, batch_size=2_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE feedback_case, feedback_deadline, feedback_caseexclusion, feedback_recusal")


def take(name: str) -> str:
    """Take one pass and return what it took."""
    wall, cpu = time.perf_counter(), time.process_time()
    done = services.escalate(at=AT)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    own = f"{name}: {wall:.1f} s, of it {cpu:.1f} s of our CPU"
    return f"{own}; {done.steps:,} steps, {done.notices:,} notices; peak memory {peak:.0f} MB"


def leaks() -> int:
    """Count the steps that told somebody of a case he must not know."""
    steps = EscalationStep.objects.exclude(recipient=None)
    excluded = steps.filter(case__exclusions__unit=F("recipient__memberships__unit"))
    recused = steps.filter(case__recusals__user=F("recipient"))
    handlers = Membership.objects.filter(unit__code="INSP").values("user")
    confidential = steps.filter(case__is_confidential=True).exclude(recipient__in=handlers)
    return excluded.count() + recused.count() + confidential.count()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    count = parser.parse_args().cases
    try:
        keep("escalation", "One pass of the escalation ladder over overdue cases", run(count))
    finally:
        connection.close()
        if SERVERS:
            SERVERS.stop()


def run(count: int) -> list[str]:
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        load_reference()
        services.load_deadline_rules()
        generate(count)
        said = [
            f"{count:,} overdue cases in {Unit.objects.count()} units",
            take("first pass"),
            take("second pass"),
        ]
        told = Notice.objects.filter(topic="late")
        people = told.values("recipient").distinct().count()
        said.append(f"{told.count():,} mails to {people:,} people; leaks {leaks()}")
        transaction.set_rollback(True)
    return [f"{line}\n" for line in said]


if __name__ == "__main__":
    main()
