"""Counters in reports and in the recognition file: twenty answers, the direct head alone, two quarters that agree."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker

from directory.enums import Role, Source
from directory.models import Membership, Recognition, Unit, User
from portal.tests.once import made_once
from surveys import services
from surveys.enums import Mode
from surveys.models import Counter, CounterTally, Questionnaire, Response
from surveys.policy import Quarter

pytestmark = pytest.mark.django_db

QUARTERS = {
    Quarter(1405, 1): (datetime(2026, 5, 1, 9, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC)),
    Quarter(1405, 2): (datetime(2026, 8, 1, 9, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)),
}
#: Counter → answers of a quarter, and how many of them find the staff respectful.
ANSWERS = {"kind": (40, 40), "plain": (80, 56), "curt": (40, 8), "other": (25, 18), "small": (19, 19)}


@pytest.fixture(scope="module")
def closed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Close two quarters with the answers at five counters of a unit, once; somebody works at each since the first."""
    yield from made_once(_close, django_db_blocker)


@pytest.fixture
def counters(closed: None) -> dict[str, Counter]:
    return {counter.name: counter for counter in Counter.objects.filter(name__in=ANSWERS)}


def _close() -> None:
    services.load_default_questionnaires()
    unit = Unit.objects.create(code="CONT", name_fa="امور پیمانکاران")
    made = {}
    for name in ANSWERS:
        person = User.objects.create(username=name, is_staff=True)
        made[name] = Counter.objects.create(
            unit=unit, name=name, person=person, person_since=date(2026, 3, 1)
        )
    made["plain"].person_since = date(2026, 6, 1)
    made["plain"].save()
    for quarter, (inside, after) in QUARTERS.items():
        for name, (count, respectful) in ANSWERS.items():
            _answer(made[name], inside, count, respectful)
        services.close_quarter(quarter=quarter, at=after)


def _answer(counter: Counter, at: datetime, count: int, respectful: int) -> None:
    version = Questionnaire.objects.get(slug="service").versions.get()
    for number in range(count):
        services.submit_response(
            version=version,
            answers={"S_SAT": ["4"], "S_RESPECT": ["5" if number < respectful else "2"]},
            service=None,
            unit=counter.unit,
            counter=counter,
            mode=Mode.TOKEN,
            language="fa",
            token=f"{counter} {at} {number}",
            at=at,
        )


def page_for(role: Role, unit: str = "CONT") -> str:
    user = User.objects.create(username=f"{role}-{unit}", is_staff=True)
    Membership.objects.create(user=user, unit=Unit.objects.get(code=unit), role=role)
    client = Client()
    client.force_login(user)
    return client.get("/reports/surveys/service/1405-2/unit/CONT/").content.decode()


def test_counters_when_the_direct_head_reads_then_small_ones_and_what_tells_of_them_are_hidden(
    counters: dict[str, Counter],
) -> None:
    page = page_for(Role.HEAD)
    rows = dict.fromkeys(ANSWERS, "")
    for name in rows:
        rows[name] = page.partition(f'<th scope="row">{name}</th>')[2].partition("</tr>")[0]

    # 19 answers are too few, and the unit minus the others would tell of them.
    assert {name for name, row in rows.items() if "<b>" in row} == {"kind", "plain", "curt"}
    assert "کمتر از ۲۰ پاسخ" in rows["small"]
    assert rows["small"] == rows["other"]


def test_counters_when_others_read_then_they_are_not_there(counters: dict[str, Counter]) -> None:
    top = Unit.objects.create(code="TOP", name_fa="معاونت")
    Unit.objects.filter(code="CONT").update(parent=top)

    assert "curt" not in page_for(Role.MANAGER)
    assert "curt" not in page_for(Role.HEAD, "TOP")


def test_recognition_when_two_quarters_agree_then_it_is_entered_for_whoever_held_the_counter_in_both(
    counters: dict[str, Counter],
) -> None:
    entered = Recognition.objects.values_list("person__username", "is_praise", "source", "reference")

    assert {(row[0], row[1]) for row in entered} == {("kind", True), ("curt", False)}
    assert {(row[2], row[3]) for row in entered} == {(Source.SURVEY, "service/1405-2/S_RESPECT")}
    assert "در سه‌ماههٔ ۲ سال ۱۴۰۵" in Recognition.objects.all()[0].finding_fa


def test_quarter_when_counted_anew_then_nobody_is_entered_twice(counters: dict[str, Counter]) -> None:
    before = Recognition.objects.count()
    editor = User.objects.create(username="editor", is_superuser=True)

    again = services.close_quarter(
        quarter=Quarter(1405, 2), at=QUARTERS[Quarter(1405, 2)][1], actor=editor, reason="بازبینی"
    )

    assert Recognition.objects.count() == before
    assert not Response.objects.exclude(counter=None).exists()
    assert CounterTally.objects.filter(closing=again, code="S_RESPECT", value="").count() == 5
