"""The directory in the admin: what administrators may change, and what nobody can take for himself."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape
from pytest_django import DjangoDbBlocker

from directory.enums import Role
from directory.models import ClosedDay, Membership, Unit, User
from directory.services import load_reference
from portal.tests.once import made_once

pytestmark = [pytest.mark.usefixtures("units"), pytest.mark.django_db]

FOLDER = "/admin/directory"


@pytest.fixture(scope="module")
def units(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, int]]:
    """Load the reference data once."""
    yield from made_once(load_reference, django_db_blocker)


def make(username: str, *, role: Role | None = None, unit: str = "IT", **changes: Any) -> User:
    user = User.objects.create(username=username, is_staff=True, **changes)
    if role:
        Membership.objects.create(user=user, unit=Unit.objects.get(code=unit), role=role)
    return user


@pytest.fixture
def administrator() -> User:
    return make("administrator", role=Role.ADMINISTRATOR)


@pytest.fixture
def client(administrator: User) -> Client:
    client = Client()
    client.force_login(administrator)
    return client


def page(client: Client, address: str) -> str:
    return client.get(FOLDER + address).content.decode()


# --- Tables -------------------------------------------------------------------------------------------------------


def test_unit_when_changed_then_its_code_stays(client: Client) -> None:
    unit = Unit.objects.get(code="PR")

    client.post(
        f"{FOLDER}/unit/{unit.pk}/change/", {"code": "XX", "name_fa": "روابط عمومی و رسانه", "order": 4}
    )

    unit.refresh_from_db()
    assert (unit.code, unit.name_fa, unit.is_active) == ("PR", "روابط عمومی و رسانه", False)


def test_unit_when_put_below_itself_then_it_is_refused(client: Client) -> None:
    tech, cont = Unit.objects.get(code="TECH"), Unit.objects.get(code="CONT")

    response = client.post(
        f"{FOLDER}/unit/{tech.pk}/change/",
        {"name_fa": tech.name_fa, "order": 1, "is_active": "on", "parent": cont.pk},
    )

    assert "واحد نمی‌تواند زیر خودش" in response.content.decode()
    tech.refresh_from_db()
    assert tech.parent != cont


def test_closed_day_when_entered_in_the_jalali_calendar_then_stored_and_shown_as_such(client: Client) -> None:
    client.post(f"{FOLDER}/closedday/add/", {"day": "۱۴۰۵/۱۰/۲۰", "title_fa": "برف سنگین"})

    day = ClosedDay.objects.get(title_fa="برف سنگین")
    assert day.day == date(2027, 1, 10)
    assert "۲۰ دی ۱۴۰۵" in page(client, "/closedday/")
    assert 'value="۱۴۰۵/۱۰/۲۰"' in page(client, f"/closedday/{day.pk}/change/")


def test_closed_day_when_it_is_no_date_then_says_how_to_write_one(client: Client) -> None:
    response = client.post(f"{FOLDER}/closedday/add/", {"day": "2027-01-10", "title_fa": "برف"})

    assert "errorlist" in response.content.decode()
    assert not ClosedDay.objects.filter(title_fa="برف").exists()


@pytest.mark.parametrize(
    "table", ["unit", "position", "user", "membership", "service", "county", "closedday"]
)
def test_list_when_longer_then_no_more_queries(
    client: Client, table: str, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(12):
        assert client.get(f"{FOLDER}/{table}/").status_code == 200


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD, Role.CLERK, Role.MANAGER, Role.RULE_EDITOR])
def test_table_when_opened_by_another_role_then_it_is_shut(role: Role) -> None:
    client = Client()
    client.force_login(make(f"user.{role}", role=role))

    for table in ("unit", "user", "membership", "service", "county", "closedday", "position"):
        assert client.get(f"{FOLDER}/{table}/").status_code == 403
        assert client.get(f"{FOLDER}/{table}/add/").status_code == 403


def test_name_when_it_is_markup_then_it_is_text(client: Client) -> None:
    evil = "<script>alert(1)</script>"
    user = make("evil", name_fa=evil)
    Membership.objects.create(user=user, unit=Unit.objects.get(code="PR"), role=Role.OFFICER)

    for address in ("/user/", f"/user/{user.pk}/change/", f"/user/{user.pk}/password/", "/membership/"):
        shown = page(client, address)
        assert evil not in shown
        assert escape(evil) in shown


# --- Nobody widens what he may see --------------------------------------------------------------------------------


def test_user_when_added_then_he_is_staff_and_has_no_powers(client: Client) -> None:
    password = "چهار پنج واژهٔ بی‌ربط"
    client.post(
        f"{FOLDER}/user/add/",
        {
            "username": "new.officer", "name_fa": "کارشناس تازه", "password1": password, "password2": password,
            "is_superuser": "on", "groups": "1", "user_permissions": "1",
        },
    )  # fmt: skip

    user = User.objects.get(username="new.officer")
    assert (user.is_staff, user.is_superuser, user.is_active) == (True, False, True)
    assert user.check_password(password)


@pytest.mark.parametrize("field", ["is_superuser", "is_staff", "password", "groups", "user_permissions"])
def test_user_when_powers_are_forged_in_then_nothing_changes(client: Client, field: str) -> None:
    user = make("officer", password="unusable")
    before = User.objects.values(*(name for name in ("is_superuser", "password"))).get(pk=user.pk)

    client.post(f"{FOLDER}/user/{user.pk}/change/", {"username": "officer", "is_active": "on", field: "1"})

    assert User.objects.values("is_superuser", "password").get(pk=user.pk) == before


@pytest.mark.parametrize("address", ["change/", "password/", "history/", "delete/"])
def test_superuser_when_looked_for_by_an_administrator_then_he_is_like_nobody(
    client: Client, address: str
) -> None:
    root = make("root", is_superuser=True)

    answers = [client.get(f"{FOLDER}/user/{pk}/{address}") for pk in (root.pk, 999_999)]

    assert answers[0].status_code == answers[1].status_code
    assert answers[0].status_code in (403, 404)


def test_superuser_when_a_password_is_forged_then_it_stays(client: Client) -> None:
    root = make("root", is_superuser=True)
    root.set_password("the one he has")
    root.save()

    client.post(
        f"{FOLDER}/user/{root.pk}/password/",
        {"password1": "another-one-77", "password2": "another-one-77", "usable_password": "true"},
    )

    root.refresh_from_db()
    assert root.check_password("the one he has")


def test_password_when_set_by_an_administrator_then_the_old_one_ends_and_so_do_its_sessions(
    client: Client,
) -> None:
    user = make("officer", role=Role.OFFICER)
    elsewhere = Client()
    elsewhere.force_login(user)
    assert elsewhere.get("/admin/").status_code == 200

    client.post(
        f"{FOLDER}/user/{user.pk}/password/",
        {"password1": "another-one-77", "password2": "another-one-77", "usable_password": "true"},
    )

    user.refresh_from_db()
    assert user.check_password("another-one-77")
    assert elsewhere.get("/admin/").status_code == 302


def test_membership_when_an_administrator_gives_himself_one_then_it_is_refused(
    client: Client, administrator: User
) -> None:
    insp = Unit.objects.get(code="INSP")

    client.post(
        f"{FOLDER}/membership/add/",
        {"user": administrator.pk, "unit": insp.pk, "role": Role.INSPECTOR, "is_active": "on"},
    )

    assert not administrator.memberships.filter(unit=insp).exists()


def test_membership_when_an_administrator_widens_his_own_then_it_is_out_of_reach(
    client: Client, administrator: User
) -> None:
    own = administrator.memberships.get()

    response = client.post(
        f"{FOLDER}/membership/{own.pk}/change/",
        {"user": administrator.pk, "unit": own.unit_id, "role": Role.INSPECTOR, "is_active": "on"},
    )

    own.refresh_from_db()
    assert (response.status_code, own.role) == (404, Role.ADMINISTRATOR)


def test_membership_when_given_to_somebody_else_then_it_counts_and_is_logged(client: Client) -> None:
    officer = make("officer")
    unit = Unit.objects.get(code="PR")

    client.post(
        f"{FOLDER}/membership/add/",
        {"user": officer.pk, "unit": unit.pk, "role": Role.OFFICER, "is_active": "on"},
    )

    membership = officer.memberships.get()
    assert membership.unit == unit
    assert "administrator" in page(client, f"/membership/{membership.pk}/history/")


# --- Rules are read, not written ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"), [(Role.RULE_EDITOR, 200), (Role.ADMINISTRATOR, 200), (Role.OFFICER, 403)]
)
def test_rules_when_opened_then_only_their_readers_see_them(role: Role, status: int) -> None:
    client = Client()
    client.force_login(make(f"user.{role}", role=role))

    assert client.get("/admin/routing/ruleset/").status_code == status
    assert client.get("/admin/routing/rule/").status_code == status
    assert client.get("/admin/routing/rule/add/").status_code == 403


# --- Somebody leaves ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_superuser", [True, False])
def test_user_when_made_inactive_then_the_session_ends_and_the_cases_are_pointed_to(
    client: Client, is_superuser: bool
) -> None:
    """A live session: the page that was open answers the next click with the sign-in page."""
    leaver = make("leaver", role=Role.OFFICER, unit="CONT", name_fa="کارشناس رفته")
    session = Client()
    session.force_login(leaver)
    assert session.get("/admin/").status_code == 200
    if is_superuser:
        client.force_login(make("root", is_superuser=True))

    told = client.post(
        f"{FOLDER}/user/{leaver.pk}/change/", {"username": "leaver", "name_fa": "کارشناس رفته"}, follow=True
    ).content.decode()

    assert "کارشناس رفته</bdi> همین حالا پایان یافت" in told
    assert ("/admin/feedback/case/?officer=left" in told) == is_superuser
    assert session.get("/admin/")["Location"].startswith("/admin/login/")


def test_membership_when_given_for_some_days_then_they_are_those_of_the_jalali_calendar(
    client: Client,
) -> None:
    other = make("other")
    words = {"user": other.pk, "unit": Unit.objects.get(code="CONT").pk, "role": "head", "is_active": "on"}

    client.post(f"{FOLDER}/membership/add/", {**words, "valid_from": "۱۴۰۵/۲/۳۰", "valid_until": "۱۴۰۵/۳/۳"})
    wrong = client.post(
        f"{FOLDER}/membership/add/",
        {**words, "role": "officer", "valid_from": "۱۴۰۵/۳/۳", "valid_until": "۱۴۰۵/۲/۳۰"},
    )

    row = other.memberships.get()
    assert (row.valid_from, row.valid_until) == (date(2026, 5, 20), date(2026, 5, 24))
    assert "آخرین روز پیش از نخستین روز است" in wrong.content.decode()
