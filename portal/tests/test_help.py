"""Help in the admin: a page for each role, found from the header, complete in Persian, true to the buttons it names."""

import re

import pytest
from django.conf import settings
from django.test import Client

from directory.enums import Role
from directory.models import Membership, Unit, User
from feedback.tests.pages import text_of

pytestmark = pytest.mark.django_db


def client_of(*roles: Role) -> Client:
    user = User.objects.create(username="somebody", is_staff=True)
    unit = Unit.objects.create(code="IT", name_fa="فناوری")
    for role in roles:
        Membership.objects.create(user=user, unit=unit, role=role)
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("role", Role)
def test_help_when_opened_from_the_header_then_ones_own_role_comes(role: Role) -> None:
    client = client_of(role)

    assert 'href="/admin/help/"' in text_of(client.get("/admin/"))
    response = client.get("/admin/help/", follow=True)

    page = text_of(response)
    assert response.redirect_chain == [(f"/admin/help/{role.value}/", 302)]
    assert f"راهنمای {role.label}" in page
    assert page.count('class="tasks"') >= 4


@pytest.mark.parametrize("role", Role)
def test_help_when_read_then_every_word_is_persian(role: Role) -> None:
    page = text_of(client_of(Role.OFFICER).get(f"/admin/help/{role.value}/"))

    main = re.search(r'<div id="content-main".*?</main>', page, re.DOTALL)
    assert main
    words = re.sub(r"<[^>]+>", " ", main[0])
    assert set(re.findall(r"[A-Za-z]{2,}", words)) <= {"Tab", "Enter"}


@pytest.mark.parametrize("role", Role)
def test_help_when_it_quotes_a_name_then_the_admin_uses_that_name(role: Role) -> None:
    """A button that is renamed takes its help along: what is quoted stands somewhere else in the templates or texts."""
    template = (settings.BASE_DIR / "templates/admin/help" / f"{role.value}.html").read_text()
    others = "".join(
        path.read_text().casefold()
        for folder in ("templates", "feedback", "directory", "routing", "surveys")
        for path in (settings.BASE_DIR / folder).rglob("*.*")
        if path.suffix in (".html", ".py") and path.parent.name != "help"
    )

    quoted = {name.casefold() for name in re.findall(r"“([^”]+)”", template)}

    assert {name for name in quoted if f'"{name}' not in others} == set()


def test_help_when_the_role_is_unknown_or_one_is_signed_out_then_it_is_shut() -> None:
    assert client_of().get("/admin/help/king/").status_code == 404
    assert Client().get("/admin/help/officer/")["Location"].startswith("/admin/login/")
