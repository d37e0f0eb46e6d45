"""How long the rehearsal of a draft takes over many past cases: `python bench/rehearsal.py [--cases 100000]`.

Starts private servers unless DATABASE_URL and REDIS_URL are set, generates cases of some 400 letters from the labelled
messages of the project, rehearses a draft of the delivered rules with a dozen more keywords part by part as the worker
does, tells the time, and rolls everything back.
"""

import argparse
import csv
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
from django.utils import timezone

from directory.models import County, Service, Unit, User
from directory.services import load_reference
from feedback.models import Case, CaseExclusion, Message, RoutingDecision
from feedback.services import rehearse_part
from portal.kernel import codes
from portal.outbox.models import Event
from routing import services as routing
from routing.models import Rehearsal, RuleSet
from routing.policy import choose
from routing.selectors import rules_in_force

MESSAGES = (
    "routing/data/routing-cases.csv",
    "routing/tests/data/more-cases.csv",
    "routing/tests/data/held-out.csv",
)
LETTERS = 400
AT = datetime(2026, 5, 20, 6, 54, tzinfo=UTC)


def texts() -> list[tuple[str, str, str]]:
    """Return kind, subject and body of every labelled message."""
    rows = []
    for name in MESSAGES:
        with (ROOT / name).open(encoding="utf-8-sig", newline="") as file:
            rows += [(row["kind"], row["subject"], row["body"]) for row in csv.DictReader(file)]
    return rows


def generate(count: int) -> None:
    """Store cases with what a submission stores of them; one in twelve was redirected, one in ten is about a unit."""
    dice, rows = random.Random(7), texts()
    units = {unit.code: unit for unit in Unit.objects.all()}
    services, counties = list(Service.objects.select_related("unit")), list(County.objects.all())
    staff, rules = User.objects.create_user("bench"), rules_in_force()
    for start in range(0, count, 5_000):
        cases, bodies, exclusions, decisions = [], [], [], []
        for number in range(start, min(start + 5_000, count)):
            kind, subject, body = dice.choice(rows)
            while len(body) < LETTERS * dice.uniform(0.3, 1.7):
                body += " " + dice.choice(rows)[2]
            service = dice.choice(services) if dice.random() < 0.3 else None
            about = dice.choice(list(units)) if dice.random() < 0.1 else None
            at = AT - timedelta(minutes=count - number)
            facts = routing.facts_of(
                kind=kind, subject=subject, body=body, at=at,
                service=service.code if service else None,
                service_unit=service.unit.code if service else None,
                excluded=frozenset({about}) if about else frozenset(),
            )  # fmt: skip
            decision = choose(rules, facts)
            case = Case(
                number=codes.case_number(1405, number + 1), code_hash=number.to_bytes(32, "big"), code_key=1,
                token_digest=number.to_bytes(32, "big"), kind=kind, subject=subject[:120] or "بی‌عنوان",
                service=service, county=dice.choice(counties), unit=units[decision.unit],
                is_confidential=kind == "misconduct", received_at=at, due_on=at.date() + timedelta(days=30),
            )  # fmt: skip
            cases.append(case)
            bodies.append(Message(case=case, side="citizen", purpose="submission", body=body, sent_at=at))
            if about:
                exclusions.append(CaseExclusion(case=case, unit=units[about]))
            known = {
                "ruleset_version": rules.version,
                "rule_code": decision.rule or "",
                "stage": decision.stage,
            }
            decisions.append(RoutingDecision(case=case, unit=case.unit, decided_at=at, **known))
            if dice.random() < 1 / 12:
                moved = {"overridden_by": staff, "override_reason": "نمونه", "stage": "override"}
                unit = dice.choice(list(units.values()))
                decisions.append(RoutingDecision(case=case, unit=unit, decided_at=at + timedelta(1), **moved))
        for model, made in zip(
            (Case, Message, CaseExclusion, RoutingDecision),
            (cases, bodies, exclusions, decisions),
            strict=True,
        ):
            model.objects.bulk_create(made, batch_size=2_000)
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE feedback_case, feedback_message, feedback_routingdecision, feedback_caseexclusion"
        )


def rehearse() -> list[str]:
    """Rehearse a draft over all cases and return what it took."""
    now = timezone.now()
    draft = routing.new_draft(source=RuleSet.objects.in_force().get(), name="bench", at=now)
    for word in (
        "مناقصه",
        "پروژه",
        "کارشناس",
        "سامانه",
        "گزارش",
        "برنامه",
        "شهرستان",
        "مدیریت",
        "اعتبار",
        "پرداخت",
    ):
        rule = routing.first_rule_of(draft.pk, "BUD")
        routing.add_word(ruleset_id=draft.pk, code=rule, phrase=word, weight=9, actor=None, at=now)
    wall, cpu = time.perf_counter(), time.process_time()
    row = routing.rehearse(ruleset_id=draft.pk, actor=None, at=now)
    while event := Event.objects.filter(name="rehearsal.asked").order_by("id").first():
        event.delete()
        rehearse_part(**event.payload, at=timezone.now())
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    row = Rehearsal.objects.get(pk=row.pk)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    own = f"{wall:.1f} s, of it {cpu:.1f} s of our CPU ({1e6 * wall / max(row.done, 1):.0f} µs a case)"
    found = f"would change {row.result['changed']:,}; breaches {row.breaches}"
    return [
        f"{row.done:,} past cases in {row.part} parts, {row.state}: {own}; peak memory {peak:.0f} MB",
        f"{found}; redirected {row.result['redirected']:,}",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    count = parser.parse_args().cases
    try:
        keep("rehearsal", "Rehearsing a draft of the rules over past cases", run(count))
    finally:
        connection.close()
        if SERVERS:
            SERVERS.stop()


def run(count: int) -> list[str]:
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        load_reference()
        routing.load_rules()
        began = time.perf_counter()
        generate(count)
        said = [f"{count:,} cases generated in {time.perf_counter() - began:.0f} s", *rehearse()]
        transaction.set_rollback(True)
    return [f"{line}\n" for line in said]


if __name__ == "__main__":
    main()
