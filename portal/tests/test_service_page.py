"""Pages made of several apps: a service with what was measured, its sheet, and the message that an entry is wrong."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from directory.models import Service, Unit
from directory.services import load_cards
from feedback.enums import Kind, Status
from feedback.models import Case
from feedback.services import tell_times
from feedback.tests.factories import make_case
from feedback.tests.pages import make_basics
from portal.tests.once import made_once
from routing.services import decide, facts_of

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture(scope="module")
def basics(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Load the reference data with the first cards once."""
    yield from made_once(_cards, django_db_blocker)


def _cards() -> None:
    make_basics()
    load_cards(at=NOW)


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def answered(days: int, **changes: Any) -> Case:
    """Make a case of s01 that came in some calendar days ago and was answered now."""
    came = NOW - timedelta(days=days)
    case = make_case(service=Service.objects.get(code="s01"), at=came, **changes)
    Case.objects.filter(pk=case.pk).update(answered_at=NOW, status=Status.ANSWERED)
    tell_times(size=1)
    return case


# --- What was measured --------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("basics")
def test_service_when_ten_cases_were_answered_then_the_median_stands_beside_the_announced_time(
    client: Client,
) -> None:
    for _number in range(9):
        answered(7)
    assert "به کمتر از ده پروندهٔ" in page(client, "/services/s01/")

    answered(300)
    answered(7, kind=Kind.MISCONDUCT)  # of which nobody is to learn

    html = page(client, "/services/s01/")
    assert "میانهٔ ۱۰ پروندهٔ" in html
    assert re.search(r"<dd>۱۵ <small>روز کاری</small>", html)
    assert "به کمتر از ده" not in html


@pytest.mark.usefixtures("basics")
@pytest.mark.parametrize(
    "changes",
    [
        {"status": Status.REOPENED},
        {"status": Status.REOPENED, "answered_at": None, "answered_in": None, "answered_late": None},
        {"answered_at": NOW - timedelta(days=400)},
    ],
)
def test_service_when_a_case_is_open_or_long_ago_then_it_does_not_count(
    client: Client, changes: dict[str, object]
) -> None:
    cases = [answered(7) for _number in range(10)]
    assert "میانهٔ ۱۰" in page(client, "/services/s01/")

    Case.objects.filter(pk=cases[0].pk).update(**changes)

    assert "میانهٔ" not in page(client, "/services/s01/")


@pytest.mark.usefixtures("basics")
@pytest.mark.parametrize("cases", [1, 3])
def test_service_when_it_has_more_of_everything_then_the_queries_are_the_same(
    client: Client, django_assert_num_queries: Any, cases: int
) -> None:
    for _number in range(cases):
        answered(7)

    page(client, "/services/s01/")  # draws what is kept of it
    with django_assert_num_queries(4):
        page(client, "/services/s01/")
    with django_assert_num_queries(4):
        page(client, "/services/s01/sheet/")


# --- For machines, for paper --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("basics")
def test_service_when_machines_read_it_then_it_speaks_cpsv(client: Client) -> None:
    html = page(client, "/en/services/s01/")

    block = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    data = json.loads(block[0])
    assert data["@type"] == "cpsv:PublicService"
    assert data["@id"].endswith("/en/services/s01/")
    assert data["dct:title"] == {"@value": "Qualification and ranking of contractors", "@language": "en"}
    assert data["cv:processingTime"] == {"@value": "P15D", "@type": "xsd:duration"}
    assert len(data["cpsv:hasInput"]) == 4
    assert data["cv:hasCost"][0]["cv:value"] == 0
    assert data["cv:contactPoint"]["cv:hasTelephone"] == "06600000108"


@pytest.mark.usefixtures("basics")
def test_sheet_when_there_is_no_card_then_it_is_missing(client: Client) -> None:
    unit = Unit.objects.get(code="PR")
    Service.objects.create(code="s90", title_fa="خدمت بی‌شناسنامه", unit=unit)

    assert client.get("/services/s90/").status_code == 200
    assert client.get("/services/s90/sheet/").status_code == 404
    assert client.get("/services/s99/sheet/").status_code == 404


@pytest.mark.usefixtures("basics")
def test_sheet_when_printed_then_it_names_the_address_of_the_service(
    client: Client, settings: LazySettings
) -> None:
    host = settings.PUBLIC_URL.partition("//")[2]

    assert f">{host}/services/s01/</bdi>" in page(client, "/services/s01/sheet/")
    assert f">{host}/en/services/s01/</bdi>" in page(client, "/en/services/s01/sheet/")


@pytest.mark.usefixtures("basics")
@pytest.mark.parametrize("address", ["/services/s01/", "/services/s01/sheet/"])
def test_service_when_a_stage_is_reached_by_phone_then_the_number_can_be_called(
    client: Client, address: str
) -> None:
    stages = page(client, address).partition("میز خدمت")[2]

    assert '<a href="tel:06600000102"><bdi class="code" dir="ltr">066 0000 0102</bdi></a>' in stages


# --- A wrong entry ------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("basics")
@pytest.mark.parametrize(
    ("prefix", "body"),
    [("", "شماره‌ای که نوشته‌اید کس دیگری برمی‌دارد."), ("/en", "Somebody else answers that number.")],
)
def test_wrong_entry_when_told_then_those_who_keep_the_directory_get_it(
    client: Client, prefix: str, body: str
) -> None:
    got = {}
    for code in [*Unit.objects.values_list("code", flat=True), "contacts"]:
        html = page(client, f"{prefix}/feedback/new/request/?entry={code}")
        subject = unescape(re.findall(r'name="subject"[^>]*value="([^"]*)"', html)[0])
        got[code] = decide(facts_of(kind="request", subject=subject, body=body, at=NOW)).unit

    assert {code: unit for code, unit in got.items() if unit != "PR"} == {}


@pytest.mark.usefixtures("basics")
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_wrong_page_when_told_then_the_subject_names_it_and_those_who_keep_the_site_get_it(
    client: Client, prefix: str
) -> None:
    link = re.findall(r'href="([^"]*entry=[^"]*)"', page(client, f"{prefix}/contact/BUD/"))[-1]
    html = page(client, unescape(link))

    subject = unescape(re.findall(r'name="subject"[^>]*value="([^"]*)"', html)[0])
    assert subject.endswith(f": {prefix}/contact/BUD/")
    assert decide(facts_of(kind="request", subject=subject, body="…", at=NOW)).unit == "IT"


@pytest.mark.usefixtures("basics")
@pytest.mark.parametrize("entry", ["/buy-here/", "//example.com/", "/contact/\n", "/" + "x" * 3000])
def test_wrong_page_when_there_is_none_then_the_subject_is_empty(client: Client, entry: str) -> None:
    html = client.get("/feedback/new/request/", {"entry": entry}).content.decode()

    assert not re.search(r'<input[^>]*name="subject"[^>]*value="[^"]', html)
