"""The public pages of the directory and the catalogue of services."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from directory import selectors
from directory.models import Position, Service, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> dict[str, Unit]:
    """Return a small organization: a head, a deputy under it, a group under the deputy."""
    head = Unit.objects.create(code="HEAD", name_fa="دفتر ریاست", name_en="Office of the Head", order=1)
    tech = Unit.objects.create(
        code="TECH", name_fa="معاونت فنی", name_en="Technical Deputy", parent=head, order=2
    )
    cont = Unit.objects.create(
        code="CONT", name_fa="امور پیمانکاران و مشاوران", purpose_fa="گواهینامه", parent=tech, order=3
    )
    Position.objects.create(unit=head, title_fa="رئیس سازمان", title_en="Head", holder_fa="مدیر نمونه ۱")
    Position.objects.create(
        unit=cont,
        title_fa="رئیس گروه",
        holder_fa="مدیر نمونه ۸",
        phone="066-00000108",
        email="contractors@example.ir",
        hours_fa="شنبه تا چهارشنبه، 7:30 تا 14:30",
    )
    Service.objects.create(
        code="s01",
        title_fa="تشخیص صلاحیت و رتبه‌بندی پیمانکاران",
        title_en="Ranking of contractors",
        category_fa="پیمان",
        summary_fa="گواهینامهٔ پایهٔ ۵، ۴ یا ۳",
        unit=cont,
    )
    return {unit.code: unit for unit in (head, tech, cont)}


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_directory_when_opened_then_units_hang_below_their_parents(tree: dict[str, Unit]) -> None:
    branches = selectors.unit_tree()

    assert [(b.unit.code, [c.unit.code for c in b.branches]) for b in branches] == [("HEAD", ["TECH"])]
    assert [branch.unit.code for branch in branches[0].branches[0].branches] == ["CONT"]


def test_directory_when_a_parent_is_withdrawn_then_its_units_are_not_lost(tree: dict[str, Unit]) -> None:
    Unit.objects.filter(code="TECH").update(is_active=False)

    assert [branch.unit.code for branch in selectors.unit_tree()] == ["HEAD", "CONT"]


def test_directory_when_opened_then_phone_and_mail_are_links(client: Client, tree: dict[str, Unit]) -> None:
    html = page(client, "/contact/")

    assert '<a href="tel:06600000108"><bdi class="code" dir="ltr">066 0000 0108</bdi></a>' in html
    assert '<a href="mailto:contractors@example.ir">' in html
    assert re.findall(r'id="u-(\w+)"', html) == ["HEAD", "TECH", "CONT"]


@pytest.mark.parametrize(
    "asked", ["رتبه بندی", "رتبه‌بندی", "رتبهبندي", "گواهینامه", "نمونه ۸", "ranking", "CONTRACTORS"]
)
def test_search_when_spelled_otherwise_then_the_unit_is_found(
    client: Client, tree: dict[str, Unit], asked: str
) -> None:
    html = client.get("/contact/", {"q": asked}).content.decode()

    assert re.findall(r'id="u-(\w+)"', html) == ["CONT"]


def test_search_when_nothing_is_found_then_the_desk_is_offered(client: Client, tree: dict[str, Unit]) -> None:
    html = client.get("/contact/", {"q": "<b>آسفالت</b>"}).content.decode()

    assert "&lt;b&gt;آسفالت&lt;/b&gt;" in html
    assert "<b>آسفالت" not in html
    assert "از میز خدمت بپرسید" in html


@pytest.mark.parametrize("asked", ["\x00", "%", "_", "\u202e", "ا" * 5000])
def test_search_when_the_question_is_odd_then_the_page_stands(
    client: Client, tree: dict[str, Unit], asked: str
) -> None:
    assert client.get("/contact/", {"q": asked}).status_code == 200


def test_unit_when_opened_then_it_can_be_written_to(client: Client, tree: dict[str, Unit]) -> None:
    html = page(client, "/contact/CONT/")

    assert 'href="/feedback/new/?unit=CONT"' in html
    assert 'href="/services/s01/"' in html
    assert "شنبه تا چهارشنبه، ۷:۳۰ تا ۱۴:۳۰" in html


def test_unit_when_english_has_no_name_then_the_persian_one_is_marked(
    client: Client, tree: dict[str, Unit]
) -> None:
    html = page(client, "/en/contact/CONT/")

    assert '<h1><bdi class="said" dir="rtl" lang="fa">امور پیمانکاران و مشاوران</bdi></h1>' in html
    assert "Technical Deputy" in html


@pytest.mark.parametrize(
    "address", ["/contact/NONE/", "/contact/cont%00/", "/services/s99/", "/en/contact/x'/"]
)
def test_entry_when_there_is_none_then_the_page_is_missing(
    client: Client, tree: dict[str, Unit], address: str
) -> None:
    assert client.get(address).status_code == 404


def test_entry_when_withdrawn_then_the_page_is_missing(client: Client, tree: dict[str, Unit]) -> None:
    Unit.objects.filter(code="CONT").update(is_active=False)
    Service.objects.filter(code="s01").update(is_active=False)

    assert client.get("/contact/CONT/").status_code == 404
    assert client.get("/services/s01/").status_code == 404


def test_services_when_listed_then_they_stand_under_their_category(
    client: Client, tree: dict[str, Unit]
) -> None:
    html = page(client, "/services/")

    category = '<h2><bdi class="said" dir="rtl">پیمان</bdi></h2>'
    assert html.index('id="c1"') < html.index(category) < html.index("تشخیص صلاحیت و رتبه‌بندی پیمانکاران")


def test_service_when_opened_then_one_can_ask_complain_and_thank(
    client: Client, tree: dict[str, Unit]
) -> None:
    html = page(client, "/services/s01/")

    kinds = re.findall(r'/feedback/new/(\w+)/\?service=s01"', html)
    assert kinds == ["request", "complaint", "praise"]
    assert "گواهینامهٔ پایهٔ ۵، ۴ یا ۳" in html


@pytest.mark.parametrize("address", ["/contact/", "/contact/CONT/", "/services/", "/services/s01/"])
def test_page_when_only_read_then_posting_is_refused(
    client: Client, tree: dict[str, Unit], address: str
) -> None:
    assert client.post(address).status_code == 405


def test_directory_when_it_grows_then_the_queries_do_not(
    client: Client, tree: dict[str, Unit], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        unit = Unit.objects.create(code=f"U{number}", name_fa=f"واحد {number}", parent=tree["HEAD"])
        Position.objects.create(unit=unit, title_fa="مسئول")

    page(client, "/contact/")  # draws what is kept of it
    with django_assert_max_num_queries(2):
        page(client, "/contact/")
    with django_assert_max_num_queries(4):
        page(client, "/contact/?q=مسئول")
