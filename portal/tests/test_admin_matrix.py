"""The permission matrix: every address of the admin × every method × every role × an own, a hidden and a missing row.

Nothing hidden is ever seen, and a hidden row answers like one that never was. The addresses come from the resolver,
the roles and rows from `test_admin_walls`; `test_matrix_when_counted…` prints its size (`-s`).
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any, NamedTuple

import pytest
from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR
from django.test import RequestFactory

from feedback.tests.admin_pages import same
from portal.tests.once import undone
from portal.tests.test_admin_walls import (
    MISSING,
    OF_CASES,
    ROLES,
    ROUTES,
    World,
    filled,
    hidden_rows,
    may_read,
    rows_of,
    secrets_of,
    world,
)

__all__ = ["world"]
pytestmark = pytest.mark.django_db

#: Methods of every address. Of the unusual ones every other role asks each address one, another than the role before,
#: so that every address meets all of them; an own row tells nothing more under those.
USUAL = ("GET", "POST")
UNUSUAL = ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
#: Those that ask for nothing to be done.
READING = {"GET", "HEAD", "OPTIONS", "TRACE"}
STATUSES = {200, 302, 400, 403, 404, 405}


class Cell(NamedTuple):
    """One address under one method, and the numbers of an own and a hidden row to ask it with, where there are any."""

    route: str
    method: str
    own: Any
    hidden: Any
    has_row: bool
    is_shut: bool

    @property
    def requests(self) -> int:
        return 1 + (self.own is not None) + (self.hidden is not None) if self.has_row else 1


class Known(NamedTuple):
    """What a role has behind one page: a row of its own, one hidden from it, and whether it reads the page at all."""

    own: Any = None
    hidden: Any = None
    is_shut: bool = False


def cells(world: World, role: str) -> Iterator[Cell]:
    turn = ROLES.index(role)
    known: dict[Any, Known] = {None: Known()}
    for place, (route, page, names) in enumerate(ROUTES):
        if page not in known:
            known[page] = _known(page, world, role)
        own, hidden, is_shut = known[page]
        methods = [*USUAL]
        if (place + turn) % 2 == 0:
            methods.append(UNUSUAL[(place + turn) // 2 % len(UNUSUAL)])
        for method in methods:
            yield Cell(
                route,
                method,
                own if names and method in USUAL else None,
                hidden if names else None,
                bool(names),
                is_shut,
            )


def _known(page: Any, world: World, role: str) -> Known:
    hidden = next((row.pk for row in hidden_rows(page, world, role)), None)
    if role == "anonymous":
        return Known(None, hidden, is_shut=True)
    request = RequestFactory().get("/admin/")
    request.user = world.users[role]
    own = page.get_queryset(request).values_list("pk", flat=True).first()
    return Known(own, hidden, is_shut=not may_read(page, world, role))


def content_of(response: Any) -> str:
    whole = b"".join(response) if response.streaming else response.content
    return str(whole, errors="ignore")


def assert_shut(response: Any, role: str, address: str) -> None:
    """A page that is not for a role sends it to sign in or away; a row's old address may lead to its page first."""
    assert response.status_code in (302, 403, 404), (role, address, response.status_code)
    if response.status_code == 302:
        place = response["Location"]
        assert place.startswith("/admin/login/") if role == "anonymous" else place.endswith("/change/")


@pytest.mark.parametrize("role", ROLES)
def test_matrix_when_walked_by_a_role_then_nothing_hidden_shows_and_hidden_is_like_missing(
    world: World, role: str
) -> None:
    client, secrets = world.client(role), secrets_of(world, role)

    def ask(cell: Cell, number: Any) -> Any:
        """Send one request and take back what it did, if it is one that does anything."""
        address = filled(cell.route, number)
        with nullcontext() if cell.method in READING else undone():
            response = client.generic(cell.method, address)
            shown = content_of(response) + response.headers.get("Location", "")
        client.cookies.pop("messages", None)
        assert response.status_code in STATUSES, (role, cell.method, address, response.status_code)
        if cell.is_shut and cell.method == "GET":
            assert_shut(response, role, address)
        seen = [name for name, secret in secrets if secret in shown]
        assert not seen, f"{role} sees {seen} at {cell.method} {address}"
        return response

    for cell in cells(world, role):
        missing = ask(cell, MISSING if cell.has_row else 0)
        if cell.own is not None:
            ask(cell, cell.own)
        if cell.hidden is not None:
            hidden = ask(cell, cell.hidden)
            assert hidden.streaming or same(hidden, missing, pks=(cell.hidden, MISSING)), (role, cell)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "anonymous"])
def test_bulk_action_when_any_page_gets_forged_rows_then_hidden_ones_stay(world: World, role: str) -> None:
    """Every action of every page, whoever it is offered to, with the numbers of all rows."""
    client = world.client(role)
    for model, page in admin.site._registry.items():
        hidden = [row.pk for row in hidden_rows(page, world, role)]
        before = list(model._default_manager.filter(pk__in=hidden).order_by("pk").values())
        folder = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for action in [*(_name(action) for action in page.actions), "delete_selected"]:
            chosen = {"action": action, "_selected_action": [*hidden, *(row.pk for row in rows_of(page))]}
            client.post(folder, {**chosen, "index": "0", "select_across": "1"})
        after = list(model._default_manager.filter(pk__in=hidden).order_by("pk").values())
        assert after == before, (role, folder)


def _name(action: Any) -> str:
    return action if isinstance(action, str) else str(action.__name__)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "anonymous"])
def test_filters_and_orders_when_forged_on_any_page_then_nothing_hidden_shows(
    world: World, role: str
) -> None:
    client, secrets = world.client(role), secrets_of(world, role)
    for model, page in admin.site._registry.items():
        folder = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        is_open = may_read(page, world, role)
        asked = [{ORDER_VAR: "1.-2"}, {ORDER_VAR: "99"}, {"q": "رتبه‌بندی"}]
        if not is_open:  # nobody gets as far as the filters of a closed page
            asked = [{ORDER_VAR: "1.-2", "q": "رتبه‌بندی"}]
        for entry in page.list_filter if is_open else ():
            name = str(getattr(entry, "parameter_name", entry))
            # One of three forgeries a role and filter: over the roles every filter meets them all.
            forged = [{name: "BUD"}, {f"{name}__exact": "misconduct"}, {f"{name}__id__exact": "1"}]
            asked.append(forged[(len(asked) + ROLES.index(role)) % len(forged)])
        for query in asked:
            response = client.get(folder, query, follow=True)
            shown = content_of(response)
            assert response.status_code in STATUSES
            assert not [name for name, secret in secrets if secret in shown], (role, folder, query)


def test_matrix_when_counted_then_every_page_method_and_role_is_in_it(world: World) -> None:
    requests: Counter[str] = Counter()
    for role in ROLES:
        for cell in cells(world, role):
            requests[cell.method] += cell.requests

    models = {page.model for _route, page, _names in ROUTES if page}
    print(
        f"\n{len(ROUTES)} addresses × {len(ROLES)} roles: {sum(requests.values())} requests"
        f" ({', '.join(f'{method} {count}' for method, count in requests.items())})"
    )
    assert models == set(admin.site._registry)
    assert set(OF_CASES) <= models
    assert set(requests) == {*USUAL, *UNUSUAL}
    assert sum(requests.values()) > 4 * len(ROUTES) * len(ROLES)
