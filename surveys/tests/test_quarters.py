"""Closed quarters: their sums equal a full count, nothing changes them, and a recount is another edition."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from directory.models import Unit, User
from surveys import policy, services
from surveys.enums import ASSURED, BEST, EXCLUDING, Flag, Mode
from surveys.models import AnswerValue, Closing, Response, Tally, Version
from surveys.policy import Quarter
from surveys.tests.factories import make_published, make_service

pytestmark = pytest.mark.django_db

SPRING = Quarter(1405, 1)
INSIDE = datetime(2026, 5, 1, 9, tzinfo=UTC)
AFTER = datetime(2026, 8, 1, 9, tzinfo=UTC)


def fill(version: Version, count: int = 60, *, at: datetime = INSIDE, seed: int = 1) -> None:
    """Store responses of every mode, some of them odd, with and without a service."""
    dice = Random(seed)
    offices = [make_service("s01"), make_service("s02"), None]
    other = Unit.objects.get_or_create(code="TECH", defaults={"name_fa": "معاونت فنی"})[0]
    for number in range(count):
        satisfied = dice.choice("54321")
        answers = {
            "SAT": [satisfied],
            "WAY": [dice.choice(["desk", "phone"])],
            "AGAIN": [dice.choice(["yes", "no"])],
        }
        if satisfied in "12":
            answers["WHY"] = dice.choice([["time"], ["time", "cost"], []])
        services.submit_response(
            version=version,
            answers=answers,
            service=dice.choice(offices),
            unit=other,
            mode=dice.choice(list(Mode)),
            language="fa",
            token=f"{seed}-{number}",
            at=at + timedelta(days=dice.randint(0, 20)),
            seconds=dice.choice([1, 90, 90, 90]),
        )


def full_count() -> Counter[tuple[object, ...]]:
    """Count everything once more, response by response, in plain Python."""
    found: Counter[tuple[object, ...]] = Counter()
    for response in Response.objects.select_related("version"):
        place = (
            response.version.questionnaire_id,
            response.version.series,
            response.unit_id,
            response.service_id,
            response.mode in ASSURED,
        )
        odd = [flag for flag in response.flags if flag in EXCLUDING]
        for flag in odd:
            found[(*place, "", f"flag:{flag}")] += 1
        answers = list(AnswerValue.objects.filter(response=response).select_related("item", "option"))
        if odd:
            found[(*place, "", "left_out")] += 1
            found.update((*place, "SAT!", a.option.value) for a in answers if a.item.code == "SAT")
            continue
        found[(*place, "", "counted")] += 1
        found[(*place, "", f"mode:{response.mode}")] += 1
        found.update((*place, answer.item.code, answer.option.value) for answer in answers)
        found.update((*place, code, "") for code in {answer.item.code for answer in answers})
        signs = "/+" if any(a.item.code == "SAT" and a.option.value in BEST for a in answers) else "/"
        for sign in signs:
            found[(*place, sign, response.mode)] += 1
            crossed = [answer for answer in answers if answer.item.code in ("WAY", "AGAIN")]
            found.update((*place, f"{answer.item.code}{sign}", answer.option.value) for answer in crossed)
    return found


def stored(closing: Closing) -> Counter[tuple[object, ...]]:
    names = ("questionnaire_id", "series", "unit_id", "service_id", "is_assured", "code", "value")
    return Counter({row[:-1]: row[-1] for row in closing.tallies.values_list(*names, "count")})


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_quarter_when_closed_then_its_sums_equal_the_full_count(seed: int) -> None:
    version = make_published("visit", asks_service=True)
    fill(version, seed=seed)

    closing = services.close_quarter(quarter=SPRING, at=AFTER)

    assert stored(closing) == full_count()
    assert closing.snapshot_hash == services.snapshot_hash(
        closing.tallies.values_list(
            *("questionnaire_id", "series", "unit_id", "service_id", "is_assured", "code", "value", "count")
        )
    )


def test_quarter_when_it_has_pairs_of_scales_then_they_are_crossed_with_the_headline() -> None:
    services.load_default_questionnaires()
    version = Version.objects.get(questionnaire__slug="service")
    given = [("5", "4"), ("5", "2"), ("2", "1"), ("4", "5"), ("1", "97")]
    for number, (overall, flow) in enumerate(given):
        services.submit_response(
            version=version,
            answers={"S_SAT": [overall], "S_FLOW": [flow]},
            service=None,
            language="fa",
            token=str(number),
            at=INSIDE,
            seconds=90,
        )

    closing = services.close_quarter(quarter=SPRING, at=AFTER)

    pairs = Counter(f"{int(flow in BEST)}{int(overall in BEST)}" for overall, flow in given if flow != "97")
    assert Counter(dict(closing.tallies.filter(code="S_FLOW*").values_list("value", "count"))) == pairs


def test_quarter_when_days_of_others_are_there_then_only_its_own_are_counted() -> None:
    version = make_published("visit", asks_service=True)
    for number, day in enumerate([SPRING.first, SPRING.last, SPRING.last + timedelta(days=1)]):
        services.submit_response(
            version=version,
            answers={"SAT": ["5"]},
            service=None,
            language="fa",
            token=str(number),
            at=datetime(day.year, day.month, day.day, 9, tzinfo=UTC),
            seconds=90,
        )

    closing = services.close_quarter(quarter=SPRING, at=AFTER)

    assert closing.tallies.get(code="", value="counted").count == 2


def test_quarter_when_running_or_just_over_then_it_is_not_closed() -> None:
    with pytest.raises(services.QuarterRunning):
        services.close_quarter(quarter=SPRING, at=datetime(2026, 6, 23, 9, tzinfo=UTC))


def test_quarter_when_closed_then_sql_changes_nothing() -> None:
    fill(make_published("visit", asks_service=True), 5)
    closing = services.close_quarter(quarter=SPRING, at=AFTER)

    for change in (
        lambda: Tally.objects.update(count=9),
        lambda: Tally.objects.all()._raw_delete("default"),
        lambda: Closing.objects.filter(pk=closing.pk).update(snapshot_hash="x"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_recount_when_an_editor_gives_a_reason_then_it_is_another_edition() -> None:
    fill(make_published("visit", asks_service=True), 5)
    first = services.close_quarter(quarter=SPRING, at=AFTER)
    same = services.close_quarter(quarter=SPRING, at=AFTER)
    editor = User.objects.create(username="editor", is_superuser=True)
    Response.objects.update(flags=[Flag.BURST.value])

    with pytest.raises(PermissionDenied):
        services.close_quarter(
            quarter=SPRING, at=AFTER, actor=User.objects.create(username="other"), reason="بررسی شد"
        )
    again = services.close_quarter(quarter=SPRING, at=AFTER, actor=editor, reason="بررسی شد")

    assert same == first
    assert (again.edition, again.tallies.filter(value="counted").exists()) == (2, False)
    assert first.tallies.filter(value="counted").exists()


def test_closing_when_run_then_every_settled_quarter_with_responses_is_counted_once() -> None:
    fill(make_published("visit", asks_service=True), 5, at=INSIDE - timedelta(days=200))

    assert services.close_settled_quarters(at=AFTER) == 3
    assert services.close_settled_quarters(at=AFTER) == 0
    assert policy.last_settled(AFTER.date()) == SPRING


def test_seed_demo_quarters_when_run_twice_then_four_quarters_are_closed_once() -> None:
    services.load_default_questionnaires()
    make_service()

    key = services.seed_demo_quarters(AFTER)
    again = services.seed_demo_quarters(AFTER)

    assert key
    assert again == ""
    assert Closing.objects.count() == 4
    assert Response.objects.filter(mode=Mode.TOKEN).count() > 20
