"""Figures for heads and managers: the formulas, who counts what, and that small groups show nothing."""

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest
import time_machine
from django.test import Client

from directory.enums import Role
from directory.models import ClosedDay, County, Unit, User
from directory.selectors import working_calendar
from feedback import services
from feedback.enums import Kind
from feedback.models import Case
from feedback.reports import Line, case_report, hide_small, rank, reportable
from feedback.tests.factories import AT, make_case, make_user
from feedback.tests.pages import text_of
from portal.kernel import jalali, workdays
from portal.kernel.text import persian_digits

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]

SINCE, TODAY = date(2026, 5, 1), date(2026, 7, 25)


@pytest.fixture
def officer() -> User:
    return make_user("officer", "CONT")


def answered(officer: User, days: int, **changes: object) -> Case:
    case = make_case(**changes)
    services.answer(case_id=case.pk, actor=officer, body="پاسخ", at=AT + timedelta(days=days))
    return case


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [([], 50, None), ([3], 90, 3), ([1, 2, 3, 4], 50, 2), (list(range(1, 11)), 90, 9), ([5, 1, 9], 50, 5)],
)
def test_rank_when_asked_then_is_the_nearest_rank(
    values: list[int], percent: int, expected: int | None
) -> None:
    assert rank(Counter(values), percent) == expected


def test_report_when_some_are_late_then_open_late_ones_are_in_the_denominator(officer: User) -> None:
    head = make_user("head", "CONT", Role.HEAD)
    for days in (3, 4, 10):
        answered(officer, days)
    answered(officer, 40)
    for _case in range(4):
        make_case()
    waiting = make_case()
    services.ask(case_id=waiting.pk, actor=officer, body="کدام سال؟", at=AT)

    line = case_report(head, by="unit", since=SINCE, today=TODAY).lines[0]

    assert (line.received, line.due, line.late, line.overdue) == (9, 8, 5, 4)
    assert line.on_time_percent == 38
    assert (line.median, line.p90) == (2, 26)


def test_report_when_the_database_counts_days_then_they_are_those_of_each_unit_s_calendar() -> None:
    dice, head = Random(7), make_user("head", "CONT", Role.HEAD)
    own = Unit.objects.get(code="CONT")
    ClosedDay.objects.create(day=date(2026, 5, 27), unit=own, title_fa="سیل")
    for number in range(25):
        came = AT + timedelta(hours=dice.randrange(-400, 400))
        case = make_case(at=came)
        if number % 5:
            gone = came + timedelta(hours=dice.randrange(1000))
            Case.objects.filter(pk=case.pk).update(answered_at=gone, status="answered")
    services.tell_times(size=100)

    counted = case_report(head, by="unit", since=SINCE, today=TODAY).whole

    calendar, rows = working_calendar(own.pk), Case.objects.filter(answered_at__isnull=False)
    days = [(jalali.local(row.received_at).date(), jalali.local(row.answered_at).date()) for row in rows]
    assert counted.days == Counter(workdays.count(*span, calendar) for span in days)
    assert (counted.received, counted.days.total()) == (25, 20)


def test_report_when_nothing_is_for_him_then_it_is_empty() -> None:
    make_case()

    report = case_report(make_user("nobody"), by="unit", since=SINCE, today=TODAY)

    assert (report.lines, report.whole.received) == ([], 0)


def test_report_when_told_apart_then_by_kind_county_and_service(officer: User) -> None:
    head, county = make_user("head", "CONT", Role.HEAD), County.objects.get(code="borujerd")
    make_case(county=county)
    make_case(kind=Kind.REQUEST)
    make_case()

    found = {
        by: [(line.name, line.received) for line in case_report(head, by=by, since=SINCE, today=TODAY).lines]
        for by in ("kind", "county", "service")
    }

    assert found["kind"] == [(str(Kind.COMPLAINT.label), 2), (str(Kind.REQUEST.label), 1)]
    assert found["county"] == [("", 2), (str(county), 1)]
    assert found["service"] == [("", 3)]


def test_report_when_a_case_was_sent_on_then_the_redirect_is_counted(officer: User) -> None:
    case = make_case()
    services.redirect(case_id=case.pk, actor=officer, unit=Unit.objects.get(code="BUD"), reason="آنجا", at=AT)

    services.redirect(case_id=case.pk, actor=make_user("budget", "BUD"), unit=case.unit, reason="باز", at=AT)

    report = case_report(make_user("head", "CONT", Role.HEAD), by="unit", since=SINCE, today=TODAY)

    assert report.whole.redirected == 2


def test_report_when_a_manager_reads_it_then_small_groups_and_confidential_cases_are_not_told() -> None:
    manager = make_user("m", "HEAD", Role.MANAGER)
    for _case in range(11):
        make_case()
    make_case(kind=Kind.REQUEST, subject="تخصیص اعتبار بودجه", body="تخصیص اعتبار بودجه")
    make_case(kind=Kind.MISCONDUCT)

    report = case_report(manager, by="unit", since=SINCE, today=TODAY)

    assert report.whole.received == 12
    assert [line.is_hidden for line in report.lines] == [True, True]  # one alone could be told from the sum


def test_report_when_few_of_many_cases_were_answered_then_a_manager_is_told_no_share_and_no_days(
    officer: User,
) -> None:
    for _case in range(9):
        make_case()
    for days in (3, 4, 5):
        answered(officer, days)

    report = case_report(
        make_user("m", "HEAD", Role.MANAGER), by="unit", since=SINCE, today=date(2026, 5, 26)
    )
    own = case_report(make_user("head", "CONT", Role.HEAD), by="unit", since=SINCE, today=date(2026, 5, 26))

    for line in (*report.lines, report.whole):
        assert (line.received, line.due, line.answered, line.is_hidden) == (12, 3, 3, False)
        assert (line.is_on_time_hidden, line.are_days_hidden) == (True, True)
    for line in (*own.lines, own.whole):
        assert (line.is_on_time_hidden, line.are_days_hidden) == (False, False)


def test_report_when_one_share_alone_is_hidden_then_the_next_small_one_is_hidden_too() -> None:
    large, small, none = (Line(name, received=40) for name in "abc")
    large.due, small.due, none.due = 30, 9, 0
    whole = Line("", received=120, due=39)

    hide_small([large, small, none], whole)

    assert [line.is_on_time_hidden for line in (large, small, none, whole)] == [True, True, True, False]
    assert not any(line.is_hidden for line in (large, small, none, whole))


def test_report_page_when_a_manager_reads_it_then_every_figure_has_its_number_or_is_too_few(
    officer: User,
) -> None:
    client, own = Client(), Client()
    client.force_login(make_user("m", "HEAD", Role.MANAGER))
    own.force_login(make_user("head", "CONT", Role.HEAD))
    with time_machine.travel(AT + timedelta(days=6), tick=False):
        for _case in range(9):
            make_case()
        for _case in range(3):
            answered(officer, 3)

        told, of_own = text_of(client.get("/reports/cases/")), text_of(own.get("/reports/cases/"))
        for _case in range(9):
            answered(officer, 3)
        later = text_of(client.get("/reports/cases/"))

    assert "۱۰۰٪" not in told
    assert told.count("کمتر از ۱۰") >= 3
    assert "۱۰۰٪" in of_own
    assert "۳ از ۳" in of_own
    assert "۱۲ از ۱۲" in later
    assert "پروندهٔ کم" in later


def test_report_when_somebody_is_kept_out_of_a_case_then_he_does_not_count_it() -> None:
    manager = make_user("m", "BUD", Role.MANAGER)
    make_case(about_unit=Unit.objects.get(code="BUD"))
    recused = make_case()
    make_case()
    recused.recusals.create(user=manager, at=AT)

    assert reportable(manager).count() == 1


@pytest.mark.parametrize(
    ("role", "status"), [(None, 302), (Role.OFFICER, 403), (Role.HEAD, 200), (Role.MANAGER, 200)]
)
def test_report_page_when_opened_by_a_role_then_only_heads_and_managers_read_it(
    role: Role | None, status: int
) -> None:
    client = Client()
    if role:
        client.force_login(make_user("somebody", "CONT", role))

    for page in (
        "/reports/",
        "/reports/cases/",
        "/en/reports/cases/?by=county&days=30",
        "/reports/cases/?by=%00&days=9",
    ):
        assert client.get(page).status_code == status


def test_report_page_when_shown_then_figures_and_no_text(officer: User) -> None:
    client = Client()
    client.force_login(make_user("head", "CONT", Role.HEAD))
    with time_machine.travel(AT + timedelta(days=50), tick=False):
        for _case in range(3):
            answered(officer, 3)

        page = text_of(client.get("/reports/cases/"))

    assert persian_digits("100") + "٪" in page
    assert "رتبه‌بندی" not in page
    assert "noindex" in page
    assert 'href="/reports/cases/"' in text_of(client.get("/reports/"))
