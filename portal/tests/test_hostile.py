"""Hostile text at every door: every address with every query parameter, every form of every page with every field.

Addresses come from the resolver, parameters from the sources, forms from the pages themselves, so that new ones join
by themselves. Whatever comes, the answer is a page of ours and never an error of ours (500), and nothing is echoed raw.
"""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import LazySettings, settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from directory.models import Service, Unit, User
from directory.services import load_cards
from feedback import services
from feedback.models import Case
from feedback.tests.factories import AT, make_receipt, make_reference
from feedback.tests.test_bad_input import HOSTILE, MULTIPART, body_of, parts_of
from portal.kernel.codes import case_number
from portal.tests.once import made_once, undone
from surveys.models import Questionnaire
from surveys.services import load_default_questionnaires

pytestmark = pytest.mark.django_db

RAW = ("<script>alert", "<img src=x")
#: Pages that leave the site's own hands: signing in and the second factor belong to a package, tested by it.
FOREIGN = ("/accounts/", "/static/")
#: The last of the turns in which forms are spoilt.
LAST = 4
SENDS_FORMS = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def code(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Make staff, surveys and a case in each of several states once; return the code of the answered one."""
    yield from made_once(_code, django_db_blocker)


def _code() -> str:
    make_reference()
    load_default_questionnaires()
    load_cards(at=AT, only=["s01"])
    receipts = [make_receipt() for _number in range(4)]
    officer = User.objects.get(username="cont.officer")
    services.take(case_id=receipts[1].case.pk, actor=officer, at=AT)
    services.ask(case_id=receipts[2].case.pk, actor=officer, body="کدام پایه؟", at=AT)
    services.answer(case_id=receipts[3].case.pk, actor=officer, body="سلام. درست شد.", at=timezone.now())
    return receipts[3].code


@pytest.fixture(autouse=True)
def _no_hurry(code: str, settings: LazySettings) -> None:
    settings.FORM_MIN_SECONDS = 0


# --- What there is ------------------------------------------------------------------------------------------------


def parameters() -> list[str]:
    """Return the names of all query parameters that the sources read, and those of the framework's lists."""
    asked = re.compile(r'GET(?:\.get(?:list)?)?[\[(]\s*"(\w+)"|parameter_name = "(\w+)"')
    found: set[str] = set()
    for path in Path(settings.BASE_DIR).glob("*/**/*.py"):
        rooms = path.relative_to(settings.BASE_DIR).parts
        if "tests" not in rooms and not rooms[0].startswith("."):
            found |= {first or second for first, second in asked.findall(path.read_text(encoding="utf-8"))}
    return sorted(found | {"q", "o", "p", "e", "_changelist_filters", "_to_field", "_popup", "next"})


def routes() -> list[str]:
    """Return every address of the site as a template."""
    return sorted(set(_walk(get_resolver().url_patterns, "/")))


def _walk(patterns: list[Any], prefix: str) -> Iterator[str]:
    for entry in patterns:
        route = prefix + str(entry.pattern).lstrip("^").replace("\\Z", "").removesuffix("$")
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, route)
        elif isinstance(entry, URLPattern) and not route.startswith(FOREIGN) and "(?P<url>" not in route:
            yield route


def filled(route: str) -> str:
    """Return an address with something that exists in every place, where the tests know of something."""
    known = {
        "kind": "complaint",
        "slug": Questionnaire.objects.values_list("slug", flat=True)[0],
        "code": (Service if "services" in route else Unit).objects.values_list("code", flat=True)[0],
    }
    known["unit_code"] = known["code"]
    address = re.sub(r"<(?:\w+:)?(\w+)>", lambda name: str(known.get(name[1], 1)), route)
    return re.sub(r"\(\?P<app_label>[^)]*\)", "feedback", address)


def mixed(names: list[str], texts: list[str], turn: int) -> dict[str, str]:
    """Give every name another hostile text; over the turns each meets several of them."""
    return {name: texts[(number + 5 * turn) % len(texts)] for number, name in enumerate(names)}


ROUTES = routes()
PUBLIC = [route for route in ROUTES if not route.startswith(("/admin/", "/reports/"))]
STAFF = [route for route in ROUTES if route.startswith(("/admin/", "/reports/"))]
PARAMETERS = parameters()
TEXTS = list(HOSTILE.values())
#: A megabyte in each of forty fields says nothing more than one in a public form.
MIDDLING = [text for name, text in HOSTILE.items() if name != "megabyte"]
#: Short enough for a query.
SHORT = [text for name, text in HOSTILE.items() if name not in {"megabyte", "long word", "lines"}]


def asked(client: Client, address: str, turn: int) -> Any:
    typed = mixed(PARAMETERS, SHORT, turn)
    query = urlencode({name: text.encode("utf-8", "surrogatepass") for name, text in typed.items()})
    return client.get(f"{address}?{query}")


def assert_calm(response: Any, where: str) -> None:
    assert response.status_code < 500, f"{response.status_code} at {where}"
    if not response.streaming:
        page = response.content.decode(errors="replace")
        assert not [raw for raw in RAW if raw in page], f"echoed raw at {where}"


def test_walk_when_made_then_it_knows_pages_and_parameters() -> None:
    assert {"/feedback/new/<slug:kind>/", "/track/case/", "/contact/"} <= set(PUBLIC), PUBLIC
    assert "/admin/feedback/case/" in STAFF
    assert {"service", "unit", "q"} <= set(PARAMETERS)


# --- Queries ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turn", range(4))
def test_public_page_when_every_parameter_holds_anything_then_it_answers_calmly(
    client: Client, turn: int
) -> None:
    for route in PUBLIC:
        assert_calm(asked(client, filled(route), turn), f"{route} {turn}")


@pytest.mark.parametrize("turn", range(3))
def test_staff_page_when_every_parameter_holds_anything_then_it_answers_calmly(
    client: Client, turn: int
) -> None:
    client.force_login(User.objects.get(username="admin"))
    for route in STAFF:
        assert_calm(asked(client, filled(route), turn), f"{route} {turn}")


@pytest.mark.parametrize("name", PARAMETERS)
def test_staff_page_when_one_parameter_is_empty_then_it_answers_calmly(client: Client, name: str) -> None:
    client.force_login(User.objects.get(username="admin"))
    for address in (
        "/admin/feedback/case/",
        "/admin/directory/unit/",
        filled("/admin/directory/unit/<id>/change/"),
    ):
        assert_calm(client.get(f"{address}?{name}="), f"{address} {name}")


# --- Forms --------------------------------------------------------------------------------------------------------


class Forms(HTMLParser):
    """The forms of a page that are sent by POST: address, names and values of their fields."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.is_inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_inside = given.get("method", "").lower() == "post"
            if self.is_inside:
                self.found.append((given.get("action", ""), {}))
        elif self.is_inside and tag in {"input", "textarea", "select", "button"} and given.get("name"):
            self.found[-1][1][given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self.is_inside = self.is_inside and tag != "form"


def forms_of(client: Client, addresses: Iterable[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the address and the fields of each form of these pages; one that stands on many of them comes once."""
    known = set()
    for address in addresses:
        response = client.get(address)
        if response.streaming or response.status_code != 200 or "text/html" not in response["Content-Type"]:
            continue
        for action, fields in Forms(response.content.decode()).found:
            target = (action if action.startswith("/") else address).partition("?")[0]
            if fields and (target, *fields) not in known:
                known.add((target, *fields))
                yield target, fields


def spoil(client: Client, address: str, fields: dict[str, str], turn: int) -> None:
    """Send a form with hostile text in every open field, in the last turn in the hidden ones as well."""
    hidden = {name: value for name, value in fields.items() if name in {"form_token", "version", "question"}}
    texts = MIDDLING if address.startswith("/admin/") else TEXTS
    sent = {**mixed(list(fields), texts, turn), **({} if turn == LAST else hidden)}
    if turn == LAST:
        response = client.post(address, body_of(sent), content_type=SENDS_FORMS)
    else:
        response = client.post(address, parts_of(sent), content_type=MULTIPART)
    assert_calm(response, f"{address} {sorted(sent)}")


@pytest.mark.parametrize("turn", range(LAST + 1))
def test_public_form_when_every_field_holds_anything_then_it_answers_calmly(
    client: Client, code: str, turn: int
) -> None:
    client.post("/track/", {"code": code})
    assert "data-case-status" in client.get("/track/case/").content.decode()
    addresses = {filled(route) for route in PUBLIC if not route.startswith("/en/")} - {"/track/leave/"}
    for address, fields in forms_of(client, sorted(addresses)):
        if address != "/track/leave/":
            spoil(client, address, fields, turn)


@pytest.mark.parametrize("part", range(3))
def test_staff_form_when_every_field_holds_anything_then_it_answers_calmly(client: Client, part: int) -> None:
    client.force_login(User.objects.get(username="admin"))
    addresses = sorted({*map(filled, STAFF), *case_pages()} - {"/admin/logout/"})[part::3]
    for address, fields in forms_of(client, addresses):
        for turn in (0, 2, LAST) if address.startswith("/admin/") else ():
            with undone():
                spoil(client, address, fields, turn)
    assert client.get("/admin/").status_code == 200, "signed out on the way: the last pages were not tried"


def case_pages() -> list[str]:
    """Return the pages of one case in each state."""
    by_state = {case.status: case.pk for case in Case.objects.filter(is_confidential=False)}
    return [f"/admin/feedback/case/{pk}/change/" for pk in by_state.values()]


def test_number_of_a_case_when_guessed_then_it_opens_nothing(client: Client) -> None:
    response = client.post("/track/", {"code": case_number(1405, 1)})

    assert response.status_code == 200
    assert "data-case-status" not in response.content.decode()
