"""Announcements and activities: who sees them when, the list, the feed, and writing them."""

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from directory.enums import Role
from directory.models import Announcement, Membership, Unit, User

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
FOLDER = "/admin/directory/announcement"


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def staff() -> Client:
    keeper = User.objects.create(username="pr.officer", name_fa="ویراستار نمونه", is_staff=True)
    unit = Unit.objects.create(code="PR", name_fa="روابط عمومی")
    Membership.objects.create(user=keeper, unit=unit, role=Role.EDITOR)
    client = Client()
    client.force_login(keeper)
    return client


def make(slug: str, days: int | None = 1, **fields: object) -> Announcement:
    begins = None if days is None else NOW - timedelta(days=days)
    texts = {"title_fa": f"خبر {slug}", "body_fa": f"متن {slug}\n\nبند دوم"}
    return Announcement.objects.create(slug=slug, published_from=begins, **{**texts, **fields})


def shown(client: Client, address: str = "/announcements/") -> list[str]:
    return re.findall(r'href="(?:/en)?/announcements/([\w-]+)/"', client.get(address).content.decode())


def test_sitemap_when_read_then_it_lists_what_is_to_be_seen(client: Client) -> None:
    make("new", 1)
    make("draft", None)

    listed = re.findall(
        r"<loc>[^<]*/announcements/(\w*)/?</loc>", client.get("/sitemap.xml").content.decode()
    )

    assert sorted(listed) == ["", "", "new", "new"]


def test_list_when_opened_then_pinned_come_first_and_only_what_is_to_be_seen(client: Client) -> None:
    make("old", 9)
    make("new", 1)
    make("pinned", 20, is_pinned=True)
    make("draft", None)
    make("tomorrow", -1)
    make("over", 9, published_until=NOW)

    assert shown(client) == ["pinned", "new", "old"]
    assert [
        client.get(f"/announcements/{slug}/").status_code for slug in ("new", "draft", "tomorrow", "over")
    ] == [
        200,
        404,
        404,
        404,
    ]


def test_list_when_long_then_it_is_cut_into_pages(client: Client) -> None:
    for number in range(12):
        make(f"n{number}", number + 1)

    assert (len(shown(client)), len(shown(client, "/announcements/?page=2"))) == (10, 2)
    assert "صفحهٔ ۲ از ۲" in client.get("/announcements/?page=99").content.decode()
    assert client.get("/announcements/?page=x").status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_pages_when_there_are_more_then_the_queries_are_the_same(
    client: Client, django_assert_num_queries: object, count: int
) -> None:
    for number in range(count):
        make(f"n{number}", number + 1)

    with django_assert_num_queries(2):
        client.get("/announcements/")
    with django_assert_num_queries(1):
        client.get("/announcements/n0/")
    with django_assert_num_queries(1):
        client.get("/announcements/feed.atom")


def test_home_when_there_is_news_then_it_shows_two_and_the_way_to_all(client: Client) -> None:
    assert shown(client, "/") == []
    for number in range(3):
        make(f"n{number}", number + 1)

    assert shown(client, "/") == ["n0", "n1"]


def test_text_when_it_holds_markup_then_it_is_text_in_paragraphs(client: Client) -> None:
    make("x", body_fa="<b>سلام</b>\n\nبند دوم")

    html = client.get("/announcements/x/").content.decode()

    assert "<p>&lt;b&gt;سلام&lt;/b&gt;</p>" in html
    assert "<p>بند دوم</p>" in html


@pytest.mark.parametrize(("prefix", "language"), [("", "fa"), ("/en", "en")])
def test_feed_when_read_then_it_is_atom_with_full_addresses(
    client: Client, prefix: str, language: str
) -> None:
    make("a", 2, title_en="News a", body_en="Text a")
    make("b", 1)

    response = client.get(f"{prefix}/announcements/feed.atom")

    atom = "{http://www.w3.org/2005/Atom}"
    feed = ElementTree.fromstring(response.content)
    links = [entry.find(f"{atom}link").get("href") for entry in feed.findall(f"{atom}entry")]
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert [link.partition(prefix + "/announcements/")[2] for link in links] == ["b/", "a/"]
    assert all(link.startswith("http") for link in links)
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == language


def test_announcement_when_written_then_it_has_an_author_a_preview_and_a_page(
    client: Client, staff: Client
) -> None:
    data = {
        "kind": "news",
        "slug": "snow",
        "title_fa": "برف",
        "body_fa": "فردا بسته‌ایم.",
        "published_from": "",
    }

    assert staff.post(f"{FOLDER}/add/", data).status_code == 302
    one = Announcement.objects.get(slug="snow")
    preview = staff.get(f"{FOLDER}/{one.pk}/preview/").content.decode()
    assert ("فردا بسته‌ایم." in preview, "این پیش‌نمایش است" in preview) == (True, True)
    assert client.get("/announcements/snow/").status_code == 404

    staff.post(f"{FOLDER}/{one.pk}/change/", {**data, "slug": "other", "published_from": "۱۴۰۵/۹/۷ ۸:۰۰"})
    one.refresh_from_db()
    assert (one.slug, one.published_from, one.author.username) == (
        "snow",
        datetime(2026, 11, 28, 4, 30, tzinfo=UTC),
        "pr.officer",
    )
    assert client.get("/announcements/snow/").status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"body_fa": "مسئولیت صحت مطالب بر عهدهٔ فرستنده است."}, "body_fa"),
        ({"published_from": "1405/09/07", "published_until": "1405/09/06"}, "published_until"),
        ({"published_until": "1405/09/09"}, "published_until"),
        ({"published_from": "1405/09/07 25:00"}, "published_from"),
        ({"published_from": "فردا"}, "published_from"),
        ({"slug": "برف"}, "slug"),
    ],
)
def test_announcement_when_something_is_not_right_then_it_is_refused(
    staff: Client, changes: dict[str, str], field: str
) -> None:
    data = {"kind": "news", "slug": "snow", "title_fa": "برف", "body_fa": "فردا بسته‌ایم."} | changes

    response = staff.post(f"{FOLDER}/add/", data)

    assert field in response.context["adminform"].form.errors
    assert not Announcement.objects.exists()


def test_announcement_when_it_would_end_before_it_begins_then_the_database_refuses() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make("x", published_until=NOW - timedelta(days=5))
