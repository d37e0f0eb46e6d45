"""How fast the reports of the surveys are over many responses: `python bench/surveys.py [--responses 100000]`.

Starts private servers unless DATABASE_URL and REDIS_URL are set, generates responses of four quarters to the service
survey in thirty services of ten units, counts the quarters, holds the sums against a full count, measures the report
page, a submission and the memory of the process, and rolls everything back.
"""

import argparse
import os
import random
import resource
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from portal.embedded.pytest_plugin import provide

SERVERS = provide()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Sum
from django.test import Client, override_settings

from directory.models import Service, Unit, User
from surveys import services
from surveys.enums import VISIT_SURVEY, Mode
from surveys.models import AnswerValue, Closing, Response, Tally
from surveys.policy import Quarter, quarter_slug
from surveys.selectors import published
from surveys.services.defaults import load_default_questionnaires

FIRST = Quarter(1404, 2)
NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
BATCH = 5_000
MODES = (Mode.TOKEN,) * 6 + (Mode.PAPER,) * 2 + (Mode.KIOSK, Mode.WEB)


def places() -> list[Service]:
    """Make ten units with three services each."""
    made = []
    for number in range(10):
        unit = Unit.objects.create(code=f"U{number}", name_fa=f"واحد {number}")
        made += [
            Service.objects.create(code=f"v{number}{place}", title_fa=f"خدمت {number} {place}", unit=unit)
            for place in range(3)
        ]
    return made


def generate(count: int) -> None:
    """Store responses with thirteen answers each, spread evenly over four quarters."""
    dice, offices = random.Random(7), places()
    version = published(VISIT_SURVEY)
    scales = [item for item in version.asked if item.kind == "five_point"]
    options = {item.pk: {option.value: option for option in item.options.all()} for item in scales}
    days = (FIRST.next.next.next.last - FIRST.first).days
    for start in range(0, count, BATCH):
        responses, answers = [], []
        for number in range(start, min(start + BATCH, count)):
            service = dice.choice(offices)
            response = Response(
                version=version, service=service, unit_id=service.unit_id, mode=dice.choice(MODES), language="fa",
                day=FIRST.first + timedelta(days=dice.randint(0, days)), hour=dice.randint(8, 13),
                flags=["speeding"] if dice.random() < 0.01 else [], token_digest=number.to_bytes(32, "big"),
            )  # fmt: skip
            responses.append(response)
            for item in scales:
                value = dice.choice("5554443321")
                answers.append(AnswerValue(response=response, item=item, option=options[item.pk][value]))
        Response.objects.bulk_create(responses)
        AnswerValue.objects.bulk_create(answers, batch_size=10_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE surveys_response, surveys_answervalue")


def count_quarters() -> None:
    """Count the four quarters and hold the sums against a full count."""
    began = time.perf_counter()
    closed = services.close_settled_quarters(at=NOW)
    took = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE surveys_tally, surveys_closing")
    say(f"{closed} quarters counted in {took:.1f} s into {Tally.objects.count():,} sums")
    summed = (
        Tally.objects.exclude(code="").exclude(value="").filter(code="S_SAT").aggregate(n=Sum("count"))["n"]
    )
    counted = AnswerValue.objects.filter(
        item__code="S_SAT", response__in=Response.objects.counted(), option__isnull=False
    ).count()
    say(f"answers to the main question: {summed:,} in the sums, {counted:,} counted one by one")
    if summed != counted:
        raise SystemExit("the sums differ from the full count")


def measure() -> None:
    """Print the time of the report page and of its reads, of a submission, and the growth of the process."""
    client = Client()
    client.force_login(User.objects.create(username="bench", is_staff=True, is_superuser=True))
    slug = quarter_slug(Closing.objects.latest("year", "quarter").period)
    address = f"/reports/surveys/{VISIT_SURVEY}/{slug}/"
    with override_settings(ALLOWED_HOSTS=["*"], SECOND_FACTOR_REQUIRED=False):
        client.get(address)
        before = memory()
        times = [timed(lambda: client.get(address)) for _repeat in range(20)]
    say(f"report page: median {statistics.median(times):.0f} ms, slowest {max(times):.0f} ms")
    say(f"growth of the process over 20 pages: {memory() - before:.1f} MB")
    version, service = published(VISIT_SURVEY), Service.objects.filter(code="v00").get()
    times = [timed(lambda n=n: submit(version, service, n)) for n in range(50)]
    say(f"submission: median {statistics.median(times):.0f} ms")


def submit(version: object, service: Service, number: int) -> None:
    services.submit_response(
        version=version, answers={"S_SAT": ["5"], "S_FLOW": ["4"]}, service=service, language="fa",
        token=f"bench {number}", at=NOW, seconds=60,
    )  # fmt: skip


def timed(step: object) -> float:
    began = time.perf_counter()
    step()
    return 1000 * (time.perf_counter() - began)


def memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--responses", type=int, default=100_000)
    count = parser.parse_args().responses
    try:
        run(count)
    finally:
        connection.close()
        if SERVERS:
            SERVERS.stop()


def run(count: int) -> None:
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        load_default_questionnaires()
        began = time.perf_counter()
        generate(count)
        say(f"{count:,} responses generated in {time.perf_counter() - began:.0f} s")
        count_quarters()
        measure()
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
