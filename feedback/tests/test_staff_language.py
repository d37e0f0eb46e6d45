"""The workplace has one address a page; its language is the one its reader chose, and what citizens get is theirs."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from directory.enums import Role
from directory.models import User
from feedback.models import CannedAnswer
from feedback.tests.factories import make_case, make_user
from feedback.tests.pages import text_of

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]

PAGES = (
    *("", "feedback/case/", "feedback/case/entry/", "feedback/case/export/", "feedback/case/handover/"),
    *("operation/", "help/officer/", "feedback/case/{case}/change/", "feedback/case/{case}/history/"),
    *(
        "feedback/case/{case}/deadline/",
        "feedback/case/{case}/contact/",
        "directory/unit/",
        "routing/ruleset/",
    ),
)


@pytest.fixture
def user() -> User:
    user = make_user("cont.head", "CONT", Role.HEAD)
    user.is_superuser, user.name_fa = True, "مدیر نمونه ۱"
    user.save()
    return user


@pytest.fixture
def client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def in_english(client: Client, back: str = "/admin/") -> str:
    return str(client.post("/admin/language/", {"language": "en", "back": back})["Location"])


def test_workplace_when_english_is_chosen_then_its_pages_are_english(client: Client, user: User) -> None:
    case = make_case(full_name="فرستندهٔ نمونه", phone="09160000001")
    before = text_of(client.get("/admin/"))

    assert in_english(client, "/admin/feedback/case/?due=late") == "/admin/feedback/case/?due=late"
    for page in PAGES:
        response = client.get(f"/admin/{page.format(case=case.pk)}")
        shown = text_of(response)

        assert '<html lang="en" dir="ltr"' in re.sub(r"\s+", " ", shown), page
        assert response["Content-Language"] == "en"
        ours = re.sub(r'<(bdi|option|button lang="fa"|button)\b.*?</\1>|<[^>]+>', " ", shown, flags=re.DOTALL)
        # Names that rows have in Persian alone stay Persian; what stands between them is ours.
        assert not re.search(r"\s،|[a-z0-9>]،", ours), page
    assert 'lang="fa" dir="rtl"' in re.sub(r"\s+", " ", before)


def test_language_when_chosen_then_it_stays_with_its_user_and_goes_back_again(
    user: User, client: Client
) -> None:
    in_english(client)
    another_day = Client()
    another_day.force_login(user)

    assert "See the site" in text_of(another_day.get("/admin/"))
    another_day.post("/admin/language/", {"language": "fa", "back": "/admin/"})
    assert "See the site" not in text_of(another_day.get("/admin/"))


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example/", "", "javascript:0"])
def test_language_when_told_to_go_elsewhere_then_it_stays_here(client: Client, back: str) -> None:
    assert in_english(client, back) == "/admin/"
    assert client.get("/admin/language/").status_code == 405


def test_ready_answer_when_its_officer_works_in_english_then_its_blanks_are_persian(
    client: Client, user: User
) -> None:
    case = make_case()
    CannedAnswer.objects.create(
        unit=case.unit, title="روز", text="تا {due_date} پاسخ می‌دهیم، {unit}، {case_number}."
    )
    in_english(client)

    page = text_of(client.get(f"/admin/feedback/case/{case.pk}/change/"))

    (text,) = re.findall(r'data-text="([^"]*)"', page)
    assert not re.search(r"[A-Za-z0-9]", re.sub(r"\{[^}]*\}", "", text))


@pytest.mark.parametrize(("role", "status"), [(Role.ADMINISTRATOR, 200), (Role.CLERK, 403)])
def test_reports_when_opened_then_whoever_reads_figures_may(role: Role, status: int) -> None:
    client = Client()
    client.force_login(make_user("somebody", "CONT", role))

    for address in ("/reports/", "/reports/cases/", "/en/reports/"):
        assert client.get(address).status_code == status


def test_reports_when_english_then_session_and_second_factor_are_asked_for_too(
    client: Client, settings: Settings
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True

    assert client.get("/en/reports/")["Location"] == "/accounts/2fa/"


def test_sign_in_when_english_is_chosen_before_it_then_page_and_workplace_are_english(user: User) -> None:
    stranger = Client()
    address = "/accounts/login/?next=/admin/feedback/case/"
    button = re.search(
        r'<form[^>]*action="/admin/language/".*?</form>', text_of(stranger.get(address)), re.DOTALL
    )
    assert button
    back = re.search(r'name="back" value="([^"]*)"', button[0])
    assert back
    assert 'value="en" lang="en"' in button[0]

    assert in_english(stranger, back[1]) == address
    assert "Staff sign-in" in text_of(stranger.get(address))
    stranger.force_login(user)
    assert "See the site" in text_of(stranger.get("/admin/"))
