"""The working calendar as rows: the week, special days, days of single units, the import of holidays, absences."""

from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from directory.enums import DayWork, Role
from directory.models import Absence, ClosedDay, Membership, Unit, User, WeekdayRule
from directory.policy import leaves_work
from directory.selectors import Calendars, absent, working_calendar
from directory.services import load_reference
from portal.kernel import workdays
from portal.kernel.workdays import Calendar
from portal.tests.once import made_once

pytestmark = [pytest.mark.usefixtures("loaded"), pytest.mark.django_db]

FOLDER = "/admin/directory"
SATURDAY, WEDNESDAY, THURSDAY, FRIDAY = (
    date(2026, 6, 13),
    date(2026, 6, 10),
    date(2026, 6, 11),
    date(2026, 6, 12),
)


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, int]]:
    """Load the reference data once."""
    yield from made_once(load_reference, django_db_blocker)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def client() -> Client:
    return client_of(User.objects.create(username="admin", is_staff=True, is_superuser=True))


def unit(code: str) -> Unit:
    return Unit.objects.get(code=code)


# --- Calendars ----------------------------------------------------------------------------------------------------


def test_calendar_when_loaded_then_thursday_and_friday_are_off() -> None:
    calendar = working_calendar()

    assert [calendar.is_working(day) for day in (WEDNESDAY, THURSDAY, FRIDAY, SATURDAY)] == [
        True,
        False,
        False,
        True,
    ]
    assert not calendar.is_working(date(2026, 6, 4))


def test_calendar_when_thursday_becomes_a_half_day_then_only_from_that_day_on() -> None:
    WeekdayRule.objects.create(weekday=3, work=DayWork.HALF, valid_from=THURSDAY)

    calendar = working_calendar()

    assert calendar.halves(date(2026, 6, 18)) == calendar.halves(THURSDAY) == workdays.HALF
    assert calendar.halves(date(2026, 5, 28)) == 0


def test_calendar_when_a_unit_has_days_of_its_own_then_others_keep_theirs() -> None:
    ClosedDay.objects.create(unit=unit("CONT"), day=SATURDAY, title_fa="برف سنگین")
    ClosedDay.objects.create(unit=unit("CONT"), day=FRIDAY, title_fa="نوبت کاری", work=DayWork.FULL)
    ClosedDay.objects.create(day=WEDNESDAY, title_fa="نیمه‌روز همگانی", work=DayWork.HALF)

    own, general = working_calendar(unit("CONT").pk), working_calendar(unit("BUD").pk)

    assert [own.halves(day) for day in (WEDNESDAY, THURSDAY, FRIDAY, SATURDAY)] == [1, 0, 2, 0]
    assert [general.halves(day) for day in (WEDNESDAY, THURSDAY, FRIDAY, SATURDAY)] == [1, 0, 0, 2]
    assert own.fingerprint != general.fingerprint


def test_calendar_when_a_special_day_is_out_of_force_then_it_counts_again() -> None:
    ClosedDay.objects.filter(day=date(2027, 3, 10)).update(is_active=False)

    assert working_calendar().is_working(date(2027, 3, 10))


def test_calendars_when_many_units_are_asked_for_then_two_queries(
    django_assert_num_queries: Any,
) -> None:
    units = [one.pk for one in Unit.objects.all()]
    ClosedDay.objects.create(unit_id=units[0], day=SATURDAY, title_fa="برف")

    with django_assert_num_queries(2):
        calendars = Calendars()
        found = {calendars.of(one).fingerprint for one in units}

    assert len(found) == 2


def test_special_days_when_a_unit_has_one_of_its_own_then_it_stands_for_that_of_all(
    django_assert_num_queries: Any,
) -> None:
    ClosedDay.objects.create(unit=unit("CONT"), day=SATURDAY, title_fa="برف سنگین")
    ClosedDay.objects.create(unit=unit("BUD"), day=FRIDAY, title_fa="نوبت کاری", work=DayWork.FULL)
    ClosedDay.objects.create(day=SATURDAY, title_fa="نیمه‌روز همگانی", work=DayWork.HALF)
    ClosedDay.objects.create(day=THURSDAY, title_fa="دیگر نیست", is_active=False)
    units = [unit(code).pk for code in ("CONT", "BUD", "TECH")]

    with django_assert_num_queries(1):
        calendars = Calendars()
        told = [calendars.special_days(one, WEDNESDAY, SATURDAY) for one in units]

    assert [[day.title_fa for day in days] for days in told] == [
        ["برف سنگین"],
        ["نوبت کاری", "نیمه‌روز همگانی"],
        ["نیمه‌روز همگانی"],
    ]
    assert calendars.special_days(units[0], SATURDAY, SATURDAY) == []


@pytest.mark.parametrize(
    "values",
    [{"day": SATURDAY, "title_fa": "دوباره"}, {"day": SATURDAY, "title_fa": "نادرست", "work": "odd"}],
)
def test_closed_day_when_twice_or_odd_then_the_database_refuses(values: dict[str, Any]) -> None:
    ClosedDay.objects.create(day=SATURDAY if "work" not in values else FRIDAY, title_fa="برف")

    with pytest.raises(IntegrityError), transaction.atomic():
        ClosedDay.objects.create(**values)


def test_load_reference_when_an_estimate_was_moved_then_it_is_not_loaded_again() -> None:
    ClosedDay.objects.filter(day=date(2027, 1, 24)).update(day=date(2027, 1, 25))
    WeekdayRule.objects.filter(weekday=3).update(valid_from=date(2020, 1, 1))

    assert load_reference()["holidays.csv"] == load_reference()["week.csv"] == 0


# --- A calendar without a working day -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("calendar", "is_enough"),
    [
        (Calendar(), True),
        (Calendar(weekend=frozenset(range(6))), True),
        (Calendar(weekend=frozenset(range(7))), False),
        (Calendar(weekend=frozenset(range(6)), short_weekdays=frozenset({6})), False),
    ],
)
def test_leaves_work_when_asked_then_thirty_days_fit_into_a_year(calendar: Calendar, is_enough: bool) -> None:
    assert leaves_work(calendar, SATURDAY) == is_enough


def test_week_when_no_day_would_be_left_then_says_so_and_saves_nothing(client: Client) -> None:
    for weekday in (0, 1, 2, 5):
        WeekdayRule.objects.create(weekday=weekday, work=DayWork.NONE, valid_from=date(2020, 1, 1))

    answer = client.post(
        f"{FOLDER}/weekdayrule/add/", {"weekday": 6, "work": "none", "valid_from": "۱۴۰۴/۱/۱"}
    )

    assert "روز کاری نمی‌ماند" in answer.content.decode()
    assert not WeekdayRule.objects.filter(weekday=6).exists()


def test_week_when_changed_then_says_that_open_deadlines_stay(client: Client) -> None:
    answer = client.post(
        f"{FOLDER}/weekdayrule/add/",
        {"weekday": 3, "work": "half", "valid_from": "۱۴۰۵/۷/۱"},
        follow=True,
    )

    assert WeekdayRule.objects.get(weekday=3, work="half").valid_from == date(2026, 9, 23)
    assert "مهلت‌های باز همان می‌ماند" in answer.content.decode()
    assert "/admin/feedback/promisedtime/recount/" in answer.content.decode()


# --- Import -------------------------------------------------------------------------------------------------------


def import_holidays(*arguments: str) -> str:
    out = StringIO()
    call_command("import_holidays", *arguments, stdout=out)
    return out.getvalue()


def test_import_when_read_from_a_file_then_adds_confirms_and_names_what_it_does_not_know(
    tmp_path: Path,
) -> None:
    source = tmp_path / "days.csv"
    source.write_text(
        "date,title_fa,estimated\n2027-03-10,عید سعید فطر,0\n2027-03-17,تعطیلی تازه,0\n", encoding="utf-8"
    )

    told = import_holidays("1405", "--csv", str(source))

    assert ClosedDay.objects.get(day=date(2027, 3, 17)).title_fa == "تعطیلی تازه"
    assert not ClosedDay.objects.get(day=date(2027, 3, 10)).is_estimated
    assert "1 added" in told
    assert "1 confirmed" in told
    assert "1405/12/20" in told  # the day after, which is not in the file
    assert "recount_deadlines" in told


def test_import_when_done_again_then_adds_nothing() -> None:
    before = ClosedDay.objects.count()

    told = import_holidays("1405", "1406")

    assert ClosedDay.objects.count() == before
    assert "0 added" in told


def test_import_when_the_calendar_is_empty_then_the_package_gives_it_with_estimates_marked() -> None:
    ClosedDay.objects.all().delete()

    import_holidays("1405", "1406")

    loaded = set(ClosedDay.objects.values_list("day", "is_estimated"))
    ClosedDay.objects.all().delete()
    load_reference()
    assert loaded == set(
        ClosedDay.objects.filter(day__gte=date(2026, 3, 21)).values_list("day", "is_estimated")
    )


@pytest.mark.parametrize("arguments", [("2026",), ("1405", "--csv", "/nowhere.csv")])
def test_import_when_it_cannot_be_read_then_says_so(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        import_holidays(*arguments)


# --- Absences -----------------------------------------------------------------------------------------------------


def head_and_officer() -> tuple[User, User]:
    head = User.objects.create(username="h", name_fa="مدیر نمونه", is_staff=True)
    officer = User.objects.create(username="o", name_fa="کارشناس نمونه", is_staff=True)
    Membership.objects.create(user=head, unit=unit("TECH"), role=Role.HEAD)
    Membership.objects.create(user=officer, unit=unit("CONT"), role=Role.OFFICER)
    return head, officer


def test_absent_when_asked_then_names_deputies_who_are_there() -> None:
    head, officer = head_and_officer()
    Absence.objects.create(user=officer, from_on=SATURDAY, until_on=SATURDAY, deputy=head)

    assert absent(SATURDAY) == {officer.pk: head.pk}
    assert absent(FRIDAY) == {}
    Absence.objects.create(user=head, from_on=SATURDAY, until_on=SATURDAY)
    assert absent(SATURDAY) == {officer.pk: None, head.pk: None}


def test_absence_when_a_head_enters_it_then_only_for_his_people() -> None:
    head, officer = head_and_officer()
    stranger = User.objects.create(username="s", name_fa="کارشناس بیگانه", is_staff=True)
    Membership.objects.create(user=stranger, unit=unit("BUD"), role=Role.OFFICER)
    client, days = client_of(head), {"from_on": "۱۴۰۵/۳/۲۳", "until_on": "۱۴۰۵/۳/۲۵"}

    page = client.get(f"{FOLDER}/absence/add/").content.decode()
    client.post(f"{FOLDER}/absence/add/", {"user": stranger.pk, **days})
    client.post(f"{FOLDER}/absence/add/", {"user": officer.pk, **days})

    assert "کارشناس نمونه" in page
    assert "کارشناس بیگانه" not in page
    assert [(row.user, row.from_on) for row in Absence.objects.all()] == [(officer, SATURDAY)]


def test_absence_when_it_ends_before_it_begins_then_says_so() -> None:
    head, officer = head_and_officer()

    answer = client_of(head).post(
        f"{FOLDER}/absence/add/",
        {"user": officer.pk, "from_on": "۱۴۰۵/۳/۲۳", "until_on": "۱۴۰۵/۳/۲۲", "deputy": officer.pk},
    )

    assert "پیش از نخستین روز است" in answer.content.decode()
    assert "جانشین خودش" in answer.content.decode()
    assert not Absence.objects.exists()
