"""Reports of closed quarters: who reads them, what they hide, and that page and files hide the same."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pyreadstat
import pytest
import time_machine
from django.template.loader import render_to_string
from django.test import Client
from pytest_django import DjangoAssertNumQueries, DjangoDbBlocker

from directory.enums import Role
from directory.models import Membership, Service, Unit, User
from portal.tests.once import made_once
from surveys import services
from surveys.enums import VISIT_SURVEY, Decision, Mode
from surveys.models import (
    Closing,
    ImprovementAction,
    PaperBatch,
    Questionnaire,
    Version,
    VisitCount,
    VisitSheet,
)
from surveys.policy import Quarter
from surveys.reports import Effect, QuarterReport, coverage
from surveys.reports.places import Figure

pytestmark = pytest.mark.django_db

INSIDE = datetime(2026, 5, 1, 9, tzinfo=UTC)
AFTER = datetime(2026, 8, 1, 9, tzinfo=UTC)
PAGE = "/reports/surveys/service/1405-1/"
#: Unit code → answers of its two services, and how many of ten are content.
VISITS = {"BIG": (30, 25, 9), "MID": (24, 12, 8), "LOW": (60, 30, 3), "TINY": (4, 0, 10)}


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Fill a quarter in which one unit is too small to be shown and one differs, once."""
    yield from made_once(_fill, django_db_blocker)


@pytest.fixture
def running(filled: None) -> Version:
    return Version.objects.get(questionnaire__slug=VISIT_SURVEY)


def _fill() -> None:
    services.load_default_questionnaires()
    version = Version.objects.get(questionnaire__slug=VISIT_SURVEY)
    for code, (first, second, content) in VISITS.items():
        unit = Unit.objects.create(code=code, name_fa=f"واحد {code}", name_en=f"Unit {code}")
        for place, count in enumerate((first, second)):
            service = Service.objects.create(
                code=f"{code.lower()}{place}", title_fa=f"خدمت {code}{place}", unit=unit
            )
            _answer(version, service, count, content)


@pytest.fixture
def quarter(running: Version) -> Version:
    """Close that quarter."""
    services.close_quarter(quarter=Quarter(1405, 1), at=AFTER)
    return running


def _answer(version: Version, service: Service, count: int, content: int) -> None:
    dice = Random(service.code)
    for number in range(count):
        is_content = number % 10 < content
        match = dice.choice("54") if is_content else dice.choice("12")
        answers = {
            "S_SAT": ["5" if is_content else "2"],
            "S_FLOW": ["4" if is_content else "1"],
            "S_MATCH": [match],
        }
        if match in "12":
            answers["S_MATCH_WHAT"] = ["time"] if "time" in _details(version) else _details(version)[:1]
        services.submit_response(
            version=version,
            answers=answers,
            service=service,
            mode=Mode.TOKEN if number % 4 else Mode.PAPER,
            language="fa",
            token=f"{service.code} {number}",
            at=INSIDE,
        )


def _details(version: Version) -> list[str]:
    return list(next(q for q in version.questions if q.code == "S_MATCH_WHAT").values)


def sign_in(role: Role | None, unit: str = "BIG") -> Client:
    user = User.objects.create(username=f"{role}-{unit}", is_staff=True, is_superuser=role is None)
    if role:
        Membership.objects.create(user=user, unit=Unit.objects.get(code=unit), role=role)
    client = Client()
    client.force_login(user)
    return client


def text_of(response: Any) -> str:
    return response.content.decode()


def main_of(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


def table_of(page: str, label: str) -> str:
    return re.findall(rf'aria-label="{label}.*?</table>', page, re.DOTALL)[0]


# --- Who reads --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.MANAGER, 200),
        (Role.ADMINISTRATOR, 200),
        (Role.HEAD, 200),
        (Role.OFFICER, 403),
        (Role.CLERK, 403),
        (None, 200),
    ],
)
def test_reports_when_a_role_asks_then_managers_and_heads_may(
    quarter: Version, role: Role | None, status: int
) -> None:
    client = sign_in(role)

    paths = ("/reports/surveys/", PAGE, f"{PAGE}figures.csv", f"{PAGE}unit/BIG/")

    assert {client.get(path).status_code for path in paths} == {status}


def test_reports_when_nobody_is_signed_in_then_the_way_leads_to_the_sign_in() -> None:
    answer = Client().get("/reports/surveys/")

    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]


def test_reports_when_a_head_reads_then_only_own_units_have_rows(quarter: Version) -> None:
    client = sign_in(Role.HEAD, "MID")

    page, file = text_of(client.get(PAGE)), text_of(client.get(f"{PAGE}figures.csv"))

    assert "واحد MID" in page
    assert "واحد BIG" not in page + file
    assert client.get(f"{PAGE}unit/BIG/").status_code == 404
    assert client.get(f"{PAGE}unit/MID/").status_code == 200


@pytest.mark.parametrize(
    "path", ["1404-1/", "1405-9/", "x/", "1405-1/figures.ods", "1405-1/unit/TINY2/", "../nothing/1405-1/"]
)
def test_reports_when_there_is_none_then_404(quarter: Version, path: str) -> None:
    assert sign_in(Role.MANAGER).get(f"/reports/surveys/service/{path}").status_code == 404


def test_comments_when_read_then_they_stand_alone_and_only_managers_see_them(quarter: Version) -> None:
    service = Service.objects.get(code="big0")
    for number in range(12):
        services.submit_response(
            version=quarter,
            answers={"S_SAT": ["3"], "S_COMMENT": [f"شمارهٔ من ۰۹۱۶۱۲۳۴۵۶۷ است، بار {number}"]},
            service=service,
            language="fa",
            token=f"words {number}",
            at=INSIDE,
            seconds=90,
        )

    page = text_of(sign_in(Role.MANAGER).get(f"{PAGE}comments/"))

    assert page.count("▪▪▪") == 12
    assert "۰۹۱۶" not in page
    assert "خدمت BIG0" not in page
    assert sign_in(Role.HEAD).get(f"{PAGE}comments/").status_code == 403


# --- What they say ----------------------------------------------------------------------------------------------


def test_report_when_read_then_every_figure_has_its_number_and_range(quarter: Version) -> None:
    page = text_of(sign_in(Role.MANAGER).get(PAGE))
    units = table_of(page, "واحد")

    assert re.search(r"واحد BIG.*?<b>۹۱٪</b>.*?۸۰٪ تا ۹۶٪.*?۵۵", units, re.DOTALL)
    assert re.search(r"واحد LOW.*?پایین‌تر", units, re.DOTALL)
    assert units.index("واحد BIG") < units.index("واحد LOW") < units.index("واحد MID")


@pytest.mark.parametrize("path", ["", "unit/LOW/", "half/", "comments/"])
def test_reports_when_they_show_a_share_then_its_range_stands_beside_it(quarter: Version, path: str) -> None:
    make_action(unit=Unit.objects.get(code="LOW"))
    VisitCount.objects.create(unit=Unit.objects.get(code="LOW"), day=INSIDE.date(), count=120)

    main = main_of(text_of(sign_in(None).get(f"{PAGE}{path}")))
    body = re.sub(
        r'<thead.*?</thead>|<svg.*?</svg>|aria-label="[^"]*"|<p class="note">.*?</p>',
        "",
        main,
        flags=re.DOTALL,
    )
    told = re.findall(r"<tr\b.*?</tr>|<dl\b.*?</dl>|<p\b.*?</p>", body, re.DOTALL)

    assert not [row for row in told if re.search("[۰-۹]٪", row) and not re.search("٪.? تا [۰-۹]+٪", row)]


def test_coverage_when_read_then_shares_have_ranges_cases_count_once_and_few_answers_are_hidden(
    quarter: Version,
) -> None:
    units = {unit.code: unit for unit in Unit.objects.all()}
    big, service = units["BIG"], Service.objects.get(code="big0")
    VisitCount.objects.create(unit=big, day=INSIDE.date(), count=100)
    sheet = VisitSheet(unit=big, service=service, count=60, expires_on=AFTER.date())
    services.issue_sheet(sheet=sheet, actor=None, at=INSIDE)
    for number in range(20):
        services.offer_survey(
            key=str(number), unit_id=big.pk, service_id=service.pk, has_code=True, at=INSIDE
        )

    rows = {row.name: row for row in coverage(Closing.objects.get(), quarter.questionnaire, units.values())}

    assert (rows["واحد BIG"].visits, rows["واحد BIG"].offered, rows["واحد BIG"].answered) == (120, 80, 55)
    assert (rows["واحد BIG"].offer_rate, rows["واحد BIG"].answer_rate) == (Figure(80, 120), Figure(55, 80))
    assert rows["واحد LOW"].offer_rate is None
    # Four answered about the smallest unit; the next smallest would tell of them.
    assert "واحد TINY" not in rows
    assert "واحد MID" not in rows


def test_report_when_a_unit_is_small_then_it_and_the_next_smallest_are_hidden_everywhere(
    quarter: Version,
) -> None:
    client = sign_in(Role.MANAGER)

    units = table_of(text_of(client.get(PAGE)), "واحد")
    lines = list(csv.DictReader(io.StringIO(client.get(f"{PAGE}figures.csv").content.decode("utf-8-sig"))))
    workbook = zipfile.ZipFile(io.BytesIO(client.get(f"{PAGE}figures.xlsx").content))
    cells = workbook.read("xl/worksheets/sheet1.xml").decode() + str(workbook.namelist())

    assert not re.search(r"واحد (TINY|MID)[^%]*?<b>", units)
    assert {line["واحد"] for line in lines} == {"", "واحد BIG", "واحد LOW"}
    assert "واحد LOW" in cells
    assert "TINY" not in cells
    assert "واحد MID" not in cells
    assert 'rightToLeft="1"' in cells


def test_figures_when_taken_out_then_three_programs_read_the_same_rows(
    quarter: Version, tmp_path: Path
) -> None:
    client = sign_in(Role.MANAGER)
    lines = list(csv.reader(io.StringIO(client.get(f"{PAGE}figures.csv").content.decode("utf-8-sig"))))
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{PAGE}figures.xlsx").content)).worksheets[0]
    path = tmp_path / "figures.sav"
    path.write_bytes(client.get(f"{PAGE}figures.sav").content)

    data, meta = pyreadstat.read_sav(path, output_format="dict")
    units, services_ = (meta.variable_value_labels[name] for name in ("UNIT", "SERVICE"))
    read = [
        (code, units[unit] if unit else "", services_[service] if service else "", n, k, worst)
        for code, unit, service, n, k, worst in zip(
            *(data[name] for name in ("CODE", "UNIT", "SERVICE", "N", "CONTENT", "ANSWER_1")), strict=True
        )
    ]

    places = [lines[0].index(name) for name in ("کد", "واحد", "خدمت", "پاسخ (n)", "راضی (۴ و ۵)", "پاسخ ۱")]
    assert [tuple(line[place] for place in places) for line in lines[1:]] == [
        (code, unit, service, f"{n:.0f}", f"{k:.0f}", f"{worst:.0f}")
        for code, unit, service, n, k, worst in read
    ]
    cells = [["" if cell is None else str(cell) for cell in row] for row in book.iter_rows(values_only=True)]
    assert [[cell.removesuffix(".0") for cell in row] for row in cells] == [
        [cell.removesuffix(".0") for cell in line] for line in lines
    ]
    assert book.sheet_view.rightToLeft
    assert meta.column_names_to_labels["UNIT"] == "واحد"
    assert {unit for _code, unit, *_rest in read} == {"", "واحد BIG", "واحد LOW"}
    assert len(read) > 10


@pytest.mark.parametrize("file", ["figures.csv", "figures.xlsx", "figures.sav", "half.xlsx"])
def test_figures_when_the_last_proof_is_old_then_it_is_asked_for_before_they_are_taken_out(
    quarter: Version, settings: Any, file: str
) -> None:
    settings.STEP_UP_REQUIRED = True
    client = sign_in(Role.MANAGER)

    assert client.get(PAGE).status_code == 200
    assert client.get(f"{PAGE}{file}")["Location"].startswith("/accounts/reauthenticate/?next=")
    assert sign_in(Role.OFFICER).get(f"{PAGE}{file}").status_code == 403


def test_codebook_when_taken_out_then_every_question_and_value_has_its_words(quarter: Version) -> None:
    client = sign_in(Role.MANAGER)
    address = "/reports/surveys/service/codebook-1"
    lines = list(csv.reader(io.StringIO(client.get(f"{address}.csv").content.decode("utf-8-sig"))))
    rows = [(line[0], line[7]) for line in lines[1:]]

    asked = [(item.code, [option.value for option in item.options.all()]) for item in quarter.asked]
    assert rows == [(code, value) for code, values in asked for value in values or [""]]
    assert openpyxl.load_workbook(io.BytesIO(client.get(f"{address}.xlsx").content)).worksheets[0]["A2"].value
    assert client.get("/reports/surveys/service/codebook-9.csv").status_code == 404
    assert sign_in(Role.CLERK).get(f"{address}.csv").status_code == 403


def test_report_when_two_questions_are_crossed_then_small_answers_and_what_tells_of_them_are_hidden(
    running: Version,
) -> None:
    statuses = ["done"] * 20 + ["partly"] * 12 + ["not_done"] * 4
    for number, status in enumerate(statuses):
        services.submit_response(
            version=running,
            answers={"S_SAT": ["5" if number % 4 else "2"], "S_STATUS": [status]},
            service=Service.objects.get(code="big0"),
            mode=Mode.TOKEN,
            language="fa",
            token=f"status {number}",
            at=INSIDE,
        )
    services.close_quarter(quarter=Quarter(1405, 1), at=AFTER)

    page = text_of(sign_in(Role.MANAGER).get(PAGE))
    status, ways = table_of(page, "کاری که برایش"), table_of(page, "راه رسیدن پاسخ‌ها")

    assert re.search(r"انجام شد</th><td><b>۷۵٪</b></td>.*?<td>۲۰", status)
    assert status.count("<b>") == 1
    assert "در جریان" not in status
    assert ways.count("<b>") == 2


@pytest.mark.parametrize(("skippers", "rows"), [(0, 1), (3, 0), (10, 1)])
def test_report_when_few_left_a_question_out_then_its_difference_in_contentment_is_not_shown(
    running: Version, skippers: int, rows: int
) -> None:
    """A few who answered on the whole only would come out as the whole minus both groups."""
    for number in range(skippers):
        services.submit_response(
            version=running,
            answers={"S_SAT": ["2"], "S_MATCH": ["4"]},
            service=Service.objects.get(code="big0"),
            mode=Mode.TOKEN,
            language="fa",
            token=f"skipper {number}",
            at=INSIDE,
        )
    closing = services.close_quarter(quarter=Quarter(1405, 1), at=AFTER)

    drivers = QuarterReport(closing, running.questionnaire, {}).drivers

    assert [driver.item.code for driver in drivers].count("S_FLOW") == rows
    assert all(driver.content.n >= 10 and driver.others.n >= 10 for driver in drivers)


def test_report_when_a_service_card_is_found_wrong_then_it_is_to_be_looked_at(quarter: Version) -> None:
    page = text_of(sign_in(Role.MANAGER).get(PAGE))
    cards = table_of(page, "شناسنامهٔ خدمت درست است؟")

    assert re.search(r"خدمت LOW0.*?بازبینی", cards, re.DOTALL)
    assert not re.search(r"خدمت BIG0(?:(?!</tr>).)*?بازبینی", cards, re.DOTALL)


def test_report_when_paper_forms_were_keyed_then_it_says_how_often_two_people_differed(
    quarter: Version,
) -> None:
    unit, user = Unit.objects.get(code="BIG"), User.objects.create(username="clerk")
    sheet = VisitSheet(unit=unit, count=30, expires_on=AFTER.date())
    PaperBatch.objects.create(
        sheet=services.issue_sheet(sheet=sheet, actor=None, at=INSIDE),
        day=INSIDE.date(),
        keyed=20,
        checked=4,
        compared=50,
        differed=3,
        spoiled=2,
        closed_at=AFTER,
        closed_by=user,
    )

    page = text_of(sign_in(Role.MANAGER).get(PAGE))

    assert re.search(r"<dd>۲۰ <span[^>]*>۴ فرم دو بار", page)
    assert re.search(r"یکی نبود</dt><dd>۶٪", page)


def test_report_when_read_in_english_then_everything_is_there(quarter: Version) -> None:
    page = text_of(sign_in(Role.MANAGER).get(f"/en{PAGE}"))

    assert "Spring 1405" in page or "spring 1405" in page
    assert "Unit LOW" in page


def test_report_when_drawn_then_charts_are_small_and_without_style(quarter: Version) -> None:
    page = text_of(sign_in(Role.MANAGER).get(PAGE))

    assert " style=" not in page
    for table in re.findall(r"<table.*?</table>", page, re.DOTALL):
        drawn = re.findall(
            r'<svg class="(?:dot|bar).*?</svg></g></svg>|<svg class="bar.*?</svg>', table, re.DOTALL
        )
        assert sum(len(svg.encode()) for svg in drawn) < 10_000
        assert all("aria-label=" in svg for svg in drawn)


def test_report_when_read_then_it_takes_few_queries(
    quarter: Version, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(Role.MANAGER)

    with django_assert_max_num_queries(28):
        client.get(PAGE)


def test_report_when_read_again_then_it_is_the_same_with_fewer_queries_until_something_in_it_changes(
    quarter: Version, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(Role.MANAGER)
    first = text_of(client.get(PAGE))

    with django_assert_max_num_queries(14):
        again = text_of(client.get(PAGE))
    Unit.objects.filter(code="BIG").update(name_fa="واحد نو")
    renamed = text_of(client.get(PAGE))
    services.close_quarter(
        quarter=Quarter(1405, 1), at=AFTER, actor=User.objects.create(is_superuser=True), reason="بازبینی"
    )
    recounted = text_of(client.get(PAGE))

    assert main_of(again) == main_of(first)
    assert "واحد BIG" not in renamed
    assert "واحد نو" in renamed
    assert "نوبت ۲" in recounted
    assert "واحد نو" not in text_of(sign_in(Role.HEAD, "MID").get(PAGE))


def test_report_when_it_has_many_actions_then_it_takes_no_more_queries(
    quarter: Version, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(Role.MANAGER)
    owner = User.objects.create(username="owner", is_staff=True)
    for code in ("S_SAT", "S_FLOW", "S_MATCH"):
        for unit in ("LOW", "BIG"):
            make_action(owner=owner, code=code, unit=Unit.objects.get(code=unit), done_on=AFTER.date())
    client.get(PAGE)

    with django_assert_max_num_queries(15):
        page = text_of(client.get(PAGE))

    assert page.count("صف طولانی است") == 6
    assert "۳۰٪ (۲۲٪ تا ۴۰٪) از ۹۰ پاسخ" in page


def test_half_year_when_read_then_both_pages_and_file_show_its_closed_quarters(quarter: Version) -> None:
    client = sign_in(Role.MANAGER)
    VisitCount.objects.create(unit=Unit.objects.get(code="LOW"), day=INSIDE.date(), count=120)

    page = text_of(client.get(f"{PAGE}half/"))
    file = client.get(f"{PAGE}half.xlsx")

    assert "نیمهٔ نخست ۱۴۰۵" in page
    assert "بهار ۱۴۰۵" in page
    about = dict(openpyxl.load_workbook(io.BytesIO(file.content)).worksheets[1].values)
    assert about["بهار ۱۴۰۵، واحد LOW"].startswith("۱۲۰ مراجعه؛ پیشنهاد به ۰: ۰٪ (۰٪ تا ۳٪)؛ پاسخ ۹۰")
    assert client.get("/reports/surveys/service/1405-3/half.xlsx").status_code == 404


def test_results_when_a_quarter_is_closed_then_everybody_reads_the_whole_and_no_unit(
    quarter: Version,
) -> None:
    page = text_of(Client().get("/surveys/results/service/1405-1/"))

    assert "بهار ۱۴۰۵" in page
    assert "واحد" not in page.partition("<main")[2].partition("</main>")[0]
    assert "/surveys/results/service/1405-1/" in text_of(Client().get("/surveys/results/"))
    assert Client().get("/surveys/results/service/1405-2/").status_code == 404


# --- What followed ----------------------------------------------------------------------------------------------


def make_action(**changes: Any) -> ImprovementAction:
    owner = User.objects.get_or_create(username="owner", defaults={"is_staff": True})[0]
    fields = {
        "questionnaire": Questionnaire.objects.get(slug=VISIT_SURVEY),
        "code": "S_SAT",
        "unit": Unit.objects.get(code="LOW"),
        "year": 1405,
        "quarter": 1,
        "said_fa": "صف طولانی است",
        "done_fa": "باجهٔ دوم باز شد",
        "decision": Decision.PROCESS,
        "owner": owner,
        "due_on": AFTER.date(),
        "is_public": True,
        **changes,
    }
    return ImprovementAction.objects.create(**fields)


@pytest.mark.parametrize(
    ("day", "unit", "is_reminded"),
    [("2026-07-20", "", 0), ("2026-08-01", "", 1), ("2026-08-01", "LOW", 0), ("2027-08-01", "", 0)],
    ids=["within thirty days", "later", "an action is there", "long ago"],
)
def test_reports_when_a_quarter_has_no_action_after_thirty_days_then_they_remind(
    quarter: Version, day: str, unit: str, is_reminded: int
) -> None:
    if unit:
        make_action(unit=Unit.objects.get(code=unit))

    with time_machine.travel(f"{day}T09:00:00Z"):
        page = text_of(sign_in(Role.MANAGER).get("/reports/surveys/"))
        other = text_of(sign_in(Role.HEAD, "MID").get("/reports/surveys/"))

    assert page.count("بی اقدام") == is_reminded
    assert other.count("بی اقدام") == (1 if unit else is_reminded)


def test_unit_page_when_its_link_is_followed_then_the_form_of_an_action_names_the_figure(
    quarter: Version,
) -> None:
    client, unit = sign_in(Role.HEAD, "LOW"), Unit.objects.get(code="LOW")
    page = text_of(client.get(f"{PAGE}unit/LOW/"))

    link = re.findall(r'href="([^"]*improvementaction/add/\?kind=survey[^"]*code=S_FLOW[^"]*)"', page)[0]
    form = text_of(client.get(link.replace("&amp;", "&")))

    assert f'value="{quarter.questionnaire_id}" selected' in form
    assert f'<option value="{unit.pk}" selected>واحد LOW</option>' in form
    assert re.search(r'name="code" value="S_FLOW"', form)
    assert re.search(r'name="year" value="1405"', form)


def test_actions_when_published_then_everybody_reads_figures_before(quarter: Version) -> None:
    make_action()

    page = text_of(Client().get("/surveys/results/actions/"))

    assert "صف طولانی است" in page
    assert "۳۰٪ (۲۲٪ تا ۴۰٪) از ۹۰ پاسخ" in page
    assert "نمونهٔ کم" not in page


def test_actions_when_a_figure_rests_on_few_then_it_is_marked_as_in_the_tables(quarter: Version) -> None:
    action = make_action()
    few, many = Figure(8, 24), Figure(27, 90)

    marked = [
        "نمونهٔ کم" in render_to_string("surveys/reports/effect.html", {"effect": effect})
        for effect in (
            Effect(action, before=few, after=None, after_name="", days_late=0),
            Effect(action, before=many, after=few, after_name="تابستان ۱۴۰۵", days_late=0),
            Effect(action, before=many, after=many, after_name="تابستان ۱۴۰۵", days_late=0),
            Effect(action, before=None, after=few, after_name="تابستان ۱۴۰۵", days_late=0),
        )
    ]

    assert marked == [True, True, False, False]


def test_actions_when_done_and_measured_again_then_the_difference_is_shown(quarter: Version) -> None:
    service = Service.objects.get(code="low0")
    for number in range(40):
        services.submit_response(
            version=quarter,
            answers={"S_SAT": ["5" if number % 10 < 8 else "2"]},
            service=service,
            mode=Mode.TOKEN,
            language="fa",
            token=f"later {number}",
            at=datetime(2026, 10, 1, 9, tzinfo=UTC),
        )
    services.close_settled_quarters(at=datetime(2027, 1, 10, 9, tzinfo=UTC))
    action = make_action()
    services.finish_action(action_id=action.pk, at=AFTER)

    page = text_of(Client().get("/surveys/results/actions/"))

    assert "۸۰٪ (۶۵٪ تا ۹۰٪) از ۴۰ پاسخ" in page
    assert "+۵۰ واحد درصد" in page


@pytest.mark.parametrize(
    ("changes", "unit"), [({"is_public": False}, "LOW"), ({}, "TINY")], ids=["unpublished", "small unit"]
)
def test_actions_when_hidden_or_of_a_small_unit_then_no_figure_is_shown(
    quarter: Version, changes: dict[str, Any], unit: str
) -> None:
    make_action(unit=Unit.objects.get(code=unit), **changes)

    assert "٪) از" not in text_of(Client().get("/surveys/results/actions/"))
