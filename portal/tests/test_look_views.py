"""The home page, the pages about the portal, health, and what is said when something goes wrong."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import psycopg2
import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpResponse
from django.template import engines
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch
from django.utils import timezone
from django.utils.translation import override
from pytest_django import Settings

from directory.models import Position, Service, Unit, WeekdayRule
from feedback.models import PromisedTime
from feedback.views.tickets import Ticket
from portal import views
from portal.outbox import services as outbox
from portal.outbox.models import Event, Heartbeat
from portal.templatetags.page import font_links, lozenges, site_links

ABOUT = ["strategy", "rights", "privacy", "response-times", "accessibility", "tracking", "outside"]
PREFIXES = {"fa": "", "en": "/en"}


@pytest.fixture(autouse=True)
def _persian() -> Iterator[None]:
    with override("fa"):
        yield


@pytest.fixture
def desk(db: None) -> Unit:
    unit = Unit.objects.create(code="DESK", name_fa="میز خدمت", name_en="Service Desk")
    Position.objects.create(unit=unit, title_fa="مسئول میز خدمت", phone="066-00000102")
    Service.objects.create(code="s01", title_fa="رتبه‌بندی پیمانکاران", category_fa="پیمان", unit=unit)
    return unit


@pytest.mark.parametrize("language", ["fa", "en"])
def test_home_when_opened_then_it_offers_kinds_code_box_services_and_the_desk(
    client: Client, desk: Unit, language: str
) -> None:
    html = client.get(PREFIXES[language] + "/").content.decode()

    assert f'lang="{language}" dir="{"rtl" if language == "fa" else "ltr"}"' in html
    kinds = re.findall(r'/feedback/new/(\w+)/"', html)
    assert kinds == ["request", "complaint", "suggestion", "criticism", "misconduct", "praise"]
    assert re.search(r'<form class="slip"[^>]*action="(/en)?/track/"', html)
    assert 'name="code"' in html
    assert 'href="tel:06600000102"' in html
    assert "پیمان" in html


def test_home_when_opened_then_it_asks_for_no_cookie(client: Client, desk: Unit) -> None:
    assert client.get("/").cookies == {}


def test_home_when_too_few_messages_came_then_no_figures_are_shown(client: Client, desk: Unit) -> None:
    assert 'class="figs"' not in client.get("/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.parametrize("page", ABOUT)
def test_about_page_when_opened_then_every_link_of_it_leads_somewhere(
    client: Client, page: str, language: str
) -> None:
    response = client.get(f"{PREFIXES[language]}/about/{page}/")

    assert response.status_code == 200
    html = response.content.decode()
    assert html.count("<h1") == 1
    links = {link.partition("#")[0].partition("?")[0] for link in re.findall(r'href="(/[^"]*)"', html)}
    for link in links - {""}:
        if not link.startswith("/static/"):
            assert client.get(link).status_code in {200, 302}, link


@pytest.mark.parametrize("page", [page for page in ABOUT if page != "response-times"])
def test_about_page_when_opened_then_it_needs_no_database(client: Client, page: str) -> None:
    assert client.get(f"/about/{page}/").status_code == 200


@pytest.mark.django_db
def test_response_times_when_shown_then_they_are_the_promises_and_the_week_of_the_tables(
    client: Client,
) -> None:
    for weekday in (3, 4):
        WeekdayRule.objects.create(weekday=weekday, work="none", valid_from=date(2020, 1, 1))

    html = client.get("/about/response-times/").content.decode()

    assert re.findall(r"<td>(\S+) روز کاری</td>", html) == ["۱۰", "۱۵", "۱۵", "۱۵", "۳۰", "۱۵"]
    assert "پنجشنبه و جمعه" in html
    PromisedTime.objects.create(kind="request", answer_days=7)
    assert "<td>۷ روز کاری</td>" in client.get("/about/response-times/").content.decode()


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("/about/rights/", "/en/about/rights/"),
        ("/en/about/rights/", "/about/rights/"),
        ("/en/about/rights/?a=1&b=2", "/about/rights/?a=1&amp;b=2"),
    ],
)
def test_language_link_when_followed_then_it_is_the_same_page(client: Client, here: str, there: str) -> None:
    html = client.get(here).content.decode()

    assert re.findall(r'href="([^"]*)" lang="\w\w" hreflang', html) == [there]


def test_language_link_when_a_page_has_a_key_then_it_keeps_it(client: Client, desk: Unit) -> None:
    Service.objects.create(code="s02", title_fa="سالنامه", unit=desk)

    for code in ("s01", "s02", "s01"):
        html = client.get(f"/services/{code}/").content.decode()

        assert re.findall(r'href="([^"]*)" lang="\w\w" hreflang', html) == [f"/en/services/{code}/"]
        assert f'<link rel="canonical" href="http://testserver/services/{code}/">' in html


def test_language_when_the_browser_prefers_another_then_the_address_decides(client: Client) -> None:
    html = client.get("/about/rights/", headers={"accept-language": "en"}).content.decode()

    assert 'lang="fa"' in html


@pytest.mark.django_db
def test_section_when_it_or_a_page_under_it_is_open_then_its_link_says_so(client: Client) -> None:
    def marked(address: str) -> list[tuple[str, str]]:
        html = client.get(address).content.decode()
        return re.findall(r'<a href="([^"]*)" aria-current="(\w+)">', html)

    said = [
        marked(address) for address in ("/feedback/new/", "/feedback/new/praise/", "/", "/en/feedback/new/")
    ]

    assert said == [
        [("/feedback/new/", "page")],
        [("/feedback/new/", "true")],
        [],
        [("/en/feedback/new/", "page")],
    ]
    assert marked("/feedback/new/praise/") == said[1]


def test_constant_when_it_has_kinds_then_it_is_drawn_once_for_each_in_each_language() -> None:
    part = '{% constant kind %}{% translate "Subject" %} {{ kind }} {{ number }} {% endconstant %}'
    shown = engines["django"].from_string(f"{{% load page %}}{part}")
    said = []
    for number, (language, kind) in enumerate([("fa", "a"), ("fa", "b"), ("en", "a"), ("fa", "a")]):
        with override(language):
            said.append(shown.render({"kind": kind, "number": number}))

    assert said == ["عنوان a 0 ", "عنوان b 1 ", "Subject a 2 ", "عنوان a 0 "]


def test_fixed_words_when_said_again_then_in_the_language_of_each_page() -> None:
    plain, shouted = '{% translate "Subject" %}|{% translate name %}', '{% translate "Subject"|upper %}'
    shown = engines["django"].from_string(f'{plain}|{shouted}|{{% trans "Track" as it %}}{{{{ it }}}}')
    said = []
    for language in ("fa", "en", "fa"):
        with override(language):
            said.append(shown.render({"name": "Track"}))

    assert said == ["عنوان|پیگیری|عنوان|پیگیری", "Subject|Track|SUBJECT|Track", "عنوان|پیگیری|عنوان|پیگیری"]


def test_fixed_address_when_said_again_then_in_the_language_of_each_page() -> None:
    fixed = '{% url "home" %}|{% url "feedback:new" kind="praise" %}|{% url "feedback:file" 7 %}'
    shown = engines["django"].from_string(
        f'{fixed}|{{% url name %}}|{{% url "feedback:file" number %}}|{{% url "nowhere" as it %}}{{{{ it }}}}'
    )
    said = []
    for language, number in (("fa", 1), ("en", 2), ("fa", 3)):
        with override(language):
            said.append(shown.render({"name": "feedback:track", "number": number}).split("|"))

    persian = ["/", "/feedback/new/praise/", "/track/case/file/7/", "/track/"]
    assert said == [
        [*persian, "/track/case/file/1/", ""],
        [*(f"/en{address}" for address in persian), "/en/track/case/file/2/", ""],
        [*persian, "/track/case/file/3/", ""],
    ]


def test_fixed_address_when_the_table_of_addresses_changes_then_it_follows(
    request: pytest.FixtureRequest,
) -> None:
    shown = engines["django"].from_string('{% url "home" %}')
    ticket, said = Ticket("trial", "feedback:track", 60), []
    for fixture in ("settings", "english_portal"):
        request.getfixturevalue(fixture)
        given = HttpResponse()
        ticket.give(given, "7")
        with override("en"):
            said.append((shown.render(), site_links()["track"], given.cookies[ticket._name_in("en")]["path"]))

    assert said == [("/en/", "/en/track/", "/en/track/"), ("/", "/track/", "/track/")]


def test_fixed_address_when_it_leads_nowhere_then_says_so_each_time() -> None:
    shown = engines["django"].from_string('{% url "nowhere" %}')

    for _again in range(2):
        with pytest.raises(NoReverseMatch):
            shown.render()


def test_lozenges_when_drawn_again_then_run_along_the_line_of_each_language() -> None:
    drawn = []
    for language in ("fa", "en", "fa"):
        with override(language):
            drawn.append(lozenges(1, 3))

    assert drawn[0] == drawn[2]
    assert [re.findall(r'<path d="M(\d+)', one) for one in drawn] == [["35"], ["7"], ["35"]]


def test_healthz_when_asked_then_nothing_else_is_touched(client: Client) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.parametrize("address", ["/healthz", "/about/rights/", "/nowhere/", "/static/img/mark.svg"])
def test_content_policy_when_anything_is_answered_then_only_what_is_ours_may_be_loaded(
    client: Client, address: str
) -> None:
    policy = dict(rule.split(" ", 1) for rule in client.get(address)["Content-Security-Policy"].split("; "))

    assert policy["default-src"] == policy["object-src"] == policy["frame-ancestors"] == "'none'"
    assert {sources for sources in policy.values() if sources != "'none'"} == {
        "'self'",
        "'self' data:",
        "'self' blob:",
    }


@pytest.mark.django_db
def test_readyz_when_nothing_ran_yet_then_citizens_are_served_and_the_silence_is_told(client: Client) -> None:
    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {
        "ready": True,
        "database": True,
        "unapplied_migrations": 0,
        "degraded": True,
        "outbox_late_seconds": 0,
        "outbox_parked": 0,
        "relay_silent_seconds": None,
        "worker_silent_seconds": None,
    }
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_readyz_when_deliveries_are_sent_again_each_minute_and_never_taken_then_degraded(
    client: Client,
) -> None:
    now = timezone.now()
    for name in ("outbox.relay", "outbox.worker"):
        Heartbeat.objects.beat(name, at=now)
    event = Event.objects.create(name="case.assigned", created_at=now - timedelta(minutes=15))
    outbox.spread(at=event.created_at)
    for age in range(15, 0, -1):
        outbox.resend_lost(sent_before=now - timedelta(minutes=age))
        outbox.claim(at=now - timedelta(minutes=age))

    told = client.get("/readyz").json()

    assert (told["ready"], told["degraded"]) == (True, True)
    assert told["outbox_late_seconds"] >= 14 * 60


@pytest.mark.parametrize("storage", ["StaticFilesStorage", "ManifestStaticFilesStorage"])
def test_font_when_it_was_fetched_then_it_is_linked_only_where_it_was_collected(
    settings: Settings, storage: str
) -> None:
    settings.FONT_AVAILABLE = True
    backend = {"BACKEND": f"django.contrib.staticfiles.storage.{storage}"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": backend}

    linked = re.findall(r'href="/static/fonts/([^"]+)"', font_links())

    expected = ["vazirmatn.woff2", "vazirmatn-latin.woff2", "font.css"]
    assert linked == (expected if storage == "StaticFilesStorage" else [])


# --- When something goes wrong ---


@pytest.mark.parametrize("language", ["fa", "en"])
def test_missing_page_when_asked_for_then_it_is_said_in_the_language(client: Client, language: str) -> None:
    response = client.get(f"{PREFIXES[language]}/nowhere/")

    assert response.status_code == 404
    assert {"fa": "این صفحه این‌جا نیست", "en": "This page is not here"}[language] in response.content.decode()
    assert 'name="robots" content="noindex"' in response.content.decode()


@pytest.mark.parametrize(
    ("exception", "status", "words"),
    [
        (SuspiciousOperation(), 400, "این را نتوانستیم بخوانیم"),
        (RequestDataTooBig(), 413, "این بیشتر از آن است که یک‌باره بگیریم"),
    ],
)
def test_bad_request_when_answered_then_it_says_what_was_wrong(
    rf: RequestFactory, exception: Exception, status: int, words: str
) -> None:
    response = views.bad_request(rf.post("/"), exception)

    assert response.status_code == status
    assert words in response.content.decode()


def test_forbidden_page_when_answered_then_it_offers_the_code(rf: RequestFactory) -> None:
    response = views.forbidden(rf.get("/"), PermissionDenied())

    assert response.status_code == 403
    assert "/track/" in response.content.decode()


def test_csrf_failure_when_answered_then_the_words_are_given_back_unharmed(rf: RequestFactory) -> None:
    request = rf.post(
        "/feedback/new/complaint/", {"subject": "عنوان من", "body": "<b>متن</b>", "phone": "0916"}
    )

    response = views.csrf_failure(request)

    html = response.content.decode()
    assert response.status_code == 403
    assert "عنوان من" in html
    assert "&lt;b&gt;متن&lt;/b&gt;" in html
    assert "0916" not in html


def test_server_error_when_answered_then_the_page_is_fixed_and_bilingual(rf: RequestFactory) -> None:
    response = views.server_error(rf.get("/"))

    assert response.status_code == 500
    assert "این خطا از ماست" in response.content.decode()
    assert "This is our fault" in response.content.decode()


def test_away_page_when_a_password_was_sent_then_the_page_does_not_hold_it(rf: RequestFactory) -> None:
    request = rf.post("/accounts/login/", {"login": "cont.officer", "password": "a-secret-of-staff"})

    try:
        raise OperationalError("the database is away")
    except OperationalError:
        response = views.server_error(request)

    page = response.content.decode()
    assert response.status_code == 503
    assert "a-secret-of-staff" not in page
    assert 'href="/accounts/login/"' in page


@pytest.mark.parametrize("fault", [OperationalError, psycopg2.OperationalError, psycopg2.InterfaceError])
def test_away_page_when_the_database_goes_in_the_middle_of_a_page_then_the_words_come_back(
    rf: RequestFactory, fault: type[Exception]
) -> None:
    request = rf.post("/feedback/new/complaint/", {"subject": "عنوان من"})

    try:
        raise fault("server closed the connection unexpectedly")
    except fault:
        response = views.server_error(request)

    assert (response.status_code, "عنوان من" in response.content.decode()) == (503, True)
