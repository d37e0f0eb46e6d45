"""Parts of pages that are drawn once under the mark: they are never older than it, and nobody's but everybody's."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.db import models
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from directory.models import Position, Service, Unit
from directory.services import load_cards
from feedback.enums import Kind
from feedback.models import PromisedTime
from feedback.selectors import reference
from feedback.selectors.reference import MOST_DRAWN
from feedback.tests.pages import make_basics
from portal.tests.once import made_once


@pytest.fixture(scope="module")
def cards(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    yield from made_once(_cards, django_db_blocker)


def _cards() -> None:
    make_basics()
    load_cards(at=timezone.now())
    PromisedTime.objects.create(kind=Kind.REQUEST, answer_days=7, first_action_days=2)


pytestmark = [pytest.mark.usefixtures("cards"), pytest.mark.django_db]


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return str(response.text)


@pytest.mark.parametrize(
    ("address", "model", "change"),
    [
        ("/", PromisedTime, {"answer_days": 41}),
        ("/", Service, {"category_fa": "تازه", "category_en": "new"}),
        ("/", Position, {"phone": "066-41"}),
        ("/feedback/new/", PromisedTime, {"answer_days": 41}),
        ("/contact/", Position, {"title_fa": "تازه", "title_en": "new"}),
        ("/contact/CONT/", Position, {"room": "41"}),
        ("/contact/CONT/", Unit, {"purpose_fa": "تازه", "purpose_en": "new"}),
        ("/services/", Service, {"summary_fa": "تازه", "summary_en": "new"}),
        ("/services/s01/", Service, {"category_fa": "تازه", "category_en": "new"}),
        ("/services/s01/", Position, {"phone": "066-41"}),
    ],
)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_page_when_what_it_keeps_is_changed_then_it_shows_so_until_that_is_taken_back(
    client: Client, address: str, model: type[models.Model], change: dict[str, Any], prefix: str
) -> None:
    rows = list(model._default_manager.all())

    before = page(client, prefix + address)
    model._default_manager.update(**change)
    changed = page(client, prefix + address)
    model._default_manager.bulk_update(rows, list(change))
    after = page(client, prefix + address)

    assert changed != before
    assert after == before


def test_page_when_it_was_drawn_lately_then_a_change_shows_with_the_next_mark(
    client: Client, settings: LazySettings
) -> None:
    settings.REFERENCE_SECONDS = 3600
    reference()
    before = page(client, "/contact/")
    Position.objects.update(title_fa="سمت تازه")

    again = page(client, "/contact/")
    reference()
    after = page(client, "/contact/")

    assert again == before
    assert ("سمت تازه" in before, "سمت تازه" in after) == (False, True)


def test_page_when_a_question_is_asked_then_only_the_answer_shows_it(client: Client) -> None:
    for address, hint in (
        ("/contact/", "?q=%25zzq"),
        ("/services/", "?q=%25zzq"),
        ("/feedback/new/", "?unit=%25zzq"),
    ):
        plain = page(client, address)

        assert "zzq" in page(client, address + hint)
        assert page(client, address) == plain
        assert "zzq" not in plain


def test_services_when_two_are_shown_in_turn_then_each_page_is_that_of_its_own(client: Client) -> None:
    pages = [page(client, f"/services/{code}/") for code in ("s01", "s02", "s01")]

    for shown, own, other in ((pages[0], "s01", "s02"), (pages[1], "s02", "s01")):
        assert f'"@id": "{settings.PUBLIC_URL}/services/{own}/"' in shown
        assert f"/services/{own}/sheet/" in shown
        assert f"/services/{other}/" not in shown
    assert pages[2] == pages[0]


def test_drawn_when_it_becomes_too_much_then_what_was_drawn_before_goes() -> None:
    kept, half = reference(), MOST_DRAWN // 2 + 1
    asked: list[str] = []

    def drawn(what: str) -> int:
        return len(kept.draw(what, lambda: asked.append(what) or half * "ا"))  # type: ignore[func-returns-value]

    assert [drawn(what) for what in ("one", "one", "two", "two", "one")] == 5 * [half]
    assert asked == ["one", "two", "one"]
    assert list(kept.drawn) == ["one"]
