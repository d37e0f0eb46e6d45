"""Signing in: for staff only, in Persian, without a way to sign up; it ends when the account is closed."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from directory.enums import Role
from directory.models import Membership, Unit, User
from portal.accounts import recently_authenticated

pytestmark = pytest.mark.django_db

PASSWORD = "four-plain-words-here"
LOGIN = "/accounts/login/"
AT = datetime(2026, 5, 20, 6, 54, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """Forget the sign-ins of other tests: their number is limited."""
    cache.clear()


@pytest.fixture
def user() -> User:
    return User.objects.create_user("cont.officer", password=PASSWORD, is_staff=True, name_fa="کارشناس نمونه")


@pytest.fixture
def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def sign_in(client: Client, **changes: str) -> Any:
    return client.post(LOGIN, {"login": "cont.officer", "password": PASSWORD, **changes})


def test_sign_in_when_name_and_password_are_right_then_the_workplace_opens(
    client: Client, user: User
) -> None:
    response = sign_in(client)

    assert response["Location"] == "/admin/"
    assert "کارشناس نمونه" in client.get("/admin/").content.decode()


@pytest.mark.parametrize("changes", [{"password": "wrong-words-here"}, {"login": "nobody"}])
def test_sign_in_when_something_is_wrong_then_the_answer_is_the_same(
    client: Client, user: User, changes: dict[str, str]
) -> None:
    response = sign_in(client, **changes)

    assert response.status_code == 200
    errors = re.findall(r'<div class="errors".*?</div>', response.content.decode(), re.DOTALL)
    assert len(errors) == 1
    assert "درست نیست" in errors[0]


def test_sign_in_when_the_account_is_closed_then_nobody_comes_in(client: Client, user: User) -> None:
    User.objects.update(is_active=False)

    sign_in(client)

    assert client.get("/admin/").status_code == 302


def test_session_when_the_account_is_closed_then_it_ends_at_once(signed_in: Client) -> None:
    assert signed_in.get("/admin/").status_code == 200

    User.objects.update(is_active=False)

    assert signed_in.get("/admin/").status_code == 302


def test_session_when_somebody_is_no_longer_staff_then_the_workplace_is_shut(signed_in: Client) -> None:
    User.objects.update(is_staff=False)

    assert signed_in.get("/admin/", follow=True).status_code == 403


def test_sign_in_when_many_passwords_are_tried_then_it_stops(client: Client, user: User) -> None:
    for number in range(6):
        response = sign_in(client, password=f"guess-{number}-of-many")

    assert sign_in(client).status_code in (200, 429)
    assert client.get("/admin/").status_code == 302
    assert response.status_code in (200, 429)


def test_sign_in_when_a_whole_house_behind_one_address_begins_its_day_then_everybody_comes_in() -> None:
    names = [f"officer.{number}" for number in range(100)]
    User.objects.bulk_create(
        User(username=name, password=make_password(PASSWORD, hasher="md5"), is_staff=True) for name in names
    )

    answers = {sign_in(Client(), login=name).status_code for name in names}

    assert answers == {302}


def test_limits_of_sign_in_when_much_else_is_remembered_then_they_are_kept() -> None:
    cache.set_many({f"limit:{number}": number for number in range(10)}, timeout=3600)

    cache.set_many({f"other:{number}": number for number in range(700)}, timeout=3600)

    assert len(cache.get_many([f"limit:{number}" for number in range(10)])) == 10


@pytest.mark.parametrize(
    "next_page", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_sign_in_when_told_to_go_elsewhere_then_it_stays_here(
    client: Client, user: User, next_page: str
) -> None:
    response = client.post(
        f"{LOGIN}?next={next_page}", {"login": "cont.officer", "password": PASSWORD, "next": next_page}
    )

    assert response["Location"] == "/admin/"


def test_admin_login_when_asked_for_then_leads_to_the_sign_in_page(client: Client) -> None:
    response = client.get("/admin/feedback/case/", follow=True)

    assert [place for place, _status in response.redirect_chain][-1].startswith(LOGIN)
    assert "ورود کارکنان" in response.content.decode()


def test_sign_up_when_posted_then_no_account_comes_of_it(client: Client) -> None:
    client.post("/accounts/signup/", {"username": "stranger", "password1": PASSWORD, "password2": PASSWORD})

    assert not User.objects.filter(username="stranger").exists()


def test_way_in_by_mail_when_somebody_sits_at_an_open_screen_then_there_is_none(
    signed_in: Client, user: User, mailoutbox: list[EmailMessage]
) -> None:
    signed_in.post("/accounts/email/", {"action_add": "", "email": "stranger@example.com"})

    Client().post("/accounts/password/reset/", {"email": "stranger@example.com"})

    assert mailoutbox == []
    assert not EmailAddress.objects.filter(email="stranger@example.com").exists()


@pytest.mark.parametrize(
    "address",
    ["", "signup/", "email/", "confirm-email/", "password/set/", "password/reset/", "login/code/confirm/"],
)
def test_account_page_when_the_portal_has_no_use_for_it_then_it_is_not_there(
    signed_in: Client, address: str
) -> None:
    for client in (signed_in, Client()):
        assert client.get(f"/accounts/{address}").status_code == 404


@pytest.mark.parametrize(
    "address", ["/admin/login/", "/admin/logout/", "/admin/password_change/", "/admin/password_change/done/"]
)
def test_admin_door_when_opened_then_it_leads_to_the_account_pages(signed_in: Client, address: str) -> None:
    assert signed_in.get(address)["Location"].startswith(("/accounts/", "/admin/"))


def test_sign_out_when_pressed_then_the_session_is_over(signed_in: Client) -> None:
    assert signed_in.get("/accounts/logout/").status_code == 200
    assert signed_in.get("/admin/").status_code == 200  # looking is not leaving

    signed_in.post("/accounts/logout/")

    assert signed_in.get("/admin/").status_code == 302


PAGES = [
    "login/",
    "logout/",
    "password/change/",
    "reauthenticate/",
    "2fa/",
    "2fa/webauthn/",
    "2fa/recovery-codes/generate/",
]


@pytest.mark.parametrize("page", PAGES)
def test_account_page_when_opened_then_it_is_persian_and_has_nothing_inline(
    signed_in: Client, page: str
) -> None:
    if page == "login/":
        signed_in.logout()

    response = signed_in.get(f"/accounts/{page}", follow=True)

    shown = response.content.decode()
    assert response.status_code == 200
    assert '<html lang="fa" dir="rtl"' in shown
    assert not re.search(r"<script>|<style|\sstyle=|\son\w+=", shown)
    main = re.search(r"<main[^>]*>(.*?)</main>", shown, re.DOTALL)
    assert main
    assert (
        re.findall(r"[A-Za-z]{4,}", re.sub(r"<script.*?</script>|<[^>]+>", " ", main[1], flags=re.DOTALL))
        == []
    )


def test_password_when_changed_by_its_owner_then_the_new_one_works(signed_in: Client, user: User) -> None:
    new = "five-other-plain-words"

    signed_in.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )

    user.refresh_from_db()
    assert user.check_password(new)


def test_second_factor_when_it_is_required_then_everything_leads_to_its_page(
    signed_in: Client, settings: Any
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True

    assert signed_in.get("/admin/feedback/case/")["Location"] == "/accounts/2fa/"
    assert signed_in.get("/accounts/2fa/").status_code == 200


# --- The second factor --------------------------------------------------------------------------------------------


def digits_of(secret: str) -> str:
    """Return the six digits that an authenticator app shows now."""
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counters[len(counters) // 2]))


def set_up_app(client: Client) -> str:
    """Set up an authenticator app as its owner does, and return its secret."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r'dir="ltr">([A-Z2-7]{32})</bdi>', page)
    assert secret, page
    client.post("/accounts/2fa/totp/activate/", {"code": digits_of(secret[1])})
    return secret[1]


def test_app_when_set_up_then_its_digits_are_asked_for_at_the_next_sign_in(
    client: Client, user: User
) -> None:
    sign_in(client)
    secret = set_up_app(client)
    client.post("/accounts/logout/")
    cache.clear()  # digits are good once; the sign-in below uses them again

    response = sign_in(client)

    assert response["Location"].startswith("/accounts/2fa/authenticate/")
    assert "شش رقم برنامهٔ کدساز" in client.get(response["Location"]).content.decode()
    assert client.get("/admin/").status_code == 302
    client.post(response["Location"], {"code": digits_of(secret)})
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    "page",
    [
        "",
        "totp/deactivate/",
        "recovery-codes/",
        "recovery-codes/generate/",
        "recovery-codes/download/",
        "webauthn/add/",
    ],
)
def test_second_factor_page_when_an_app_is_set_up_then_it_is_persian(
    client: Client, user: User, page: str
) -> None:
    sign_in(client)
    set_up_app(client)

    response = client.get(f"/accounts/2fa/{page}")

    assert response.status_code == 200
    main = re.search(r"<main[^>]*>(.*?)</main>", response.content.decode(), re.DOTALL)
    shown = re.sub(
        r"<bdi.*?</bdi>|<script.*?</script>|<[^>]+>", " ", main[1] if main else "", flags=re.DOTALL
    )
    assert re.findall(r"[A-Za-z]{4,}", shown) == []


def test_app_when_removed_then_the_password_alone_is_enough_again(client: Client, user: User) -> None:
    sign_in(client)
    set_up_app(client)

    client.post("/accounts/2fa/totp/deactivate/")
    client.post("/accounts/logout/")

    assert sign_in(client)["Location"] == "/admin/"


def test_second_factor_when_it_is_set_up_then_the_workplace_is_open(
    client: Client, user: User, settings: Any
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    sign_in(client)
    assert client.get("/admin/").status_code == 302

    set_up_app(client)

    assert client.get("/admin/").status_code == 200


def test_recovery_codes_when_an_app_is_set_up_then_each_opens_once(client: Client, user: User) -> None:
    sign_in(client)
    set_up_app(client)
    listed = client.get("/accounts/2fa/recovery-codes/").content.decode()
    code = re.search(r"\b[0-9a-f]{8}\b", re.sub(r"<script.*?</script>", "", listed, flags=re.DOTALL))
    assert code, listed

    tries = []
    for _time in range(2):
        client.post("/accounts/logout/")
        response = sign_in(client)
        client.post(response["Location"], {"code": code[0]})
        tries.append(client.get("/admin/").status_code)

    assert tries == [200, 302]


# --- How long a session lasts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "status"),
    [
        # Used every twenty minutes it goes on until the working day is over.
        ([20] * 23, 200),
        ([20] * 24, 302),
        ([29], 200),
        ([31], 302),
    ],
)
def test_session_when_idle_or_old_then_it_ends(
    client: Client, user: User, minutes: list[int], status: int
) -> None:
    with time_machine.travel(AT, tick=False) as now:
        sign_in(client)
        for step in minutes:
            now.shift(timedelta(minutes=step))
            response = client.get("/admin/")

    assert response.status_code == status


def test_session_when_it_ended_then_the_sign_in_page_says_so(client: Client, user: User) -> None:
    with time_machine.travel(AT, tick=False) as now:
        sign_in(client)
        now.shift(timedelta(hours=1))
        page = client.get("/admin/", follow=True).content.decode()

    assert "چون مدت نشست تمام شده بود" in page


def test_session_when_a_page_asks_by_itself_then_that_is_no_use_of_it(client: Client, user: User) -> None:
    with time_machine.travel(AT, tick=False) as now:
        sign_in(client)
        for _time in range(4):
            now.shift(timedelta(minutes=10))
            response = client.get("/admin/", headers={"Sec-Fetch-Dest": "empty"})

    assert response.status_code == 302


def test_session_when_used_again_soon_then_nothing_is_written(client: Client, user: User) -> None:
    sign_in(client)
    client.get("/admin/")

    with CaptureQueriesContext(connection) as captured:
        client.get("/admin/")

    assert not [query["sql"] for query in captured if not query["sql"].startswith("SELECT")]


# --- Once more, before what matters -------------------------------------------------------------------------------

MEMBERSHIPS = "/admin/directory/membership/add/"


@pytest.fixture
def administrator(client: Client, user: User, settings: Any) -> Client:
    """Sign an administrator in, with the second question switched on."""
    settings.STEP_UP_REQUIRED = True
    unit = Unit.objects.create(code="IT", name_fa="فناوری")
    Membership.objects.create(user=user, unit=unit, role=Role.ADMINISTRATOR)
    sign_in(client)
    return client


def test_members_when_changed_then_the_password_is_asked_for_once_more(administrator: Client) -> None:
    other = User.objects.create(username="other", is_staff=True)
    words = {"user": other.pk, "unit": Unit.objects.get().pk, "role": "officer", "is_active": "on"}

    asked = administrator.get(MEMBERSHIPS)
    too_soon = administrator.post(MEMBERSHIPS, words)
    back = administrator.post(asked["Location"], {"password": PASSWORD})
    done = administrator.post(MEMBERSHIPS, words)

    assert asked["Location"].startswith("/accounts/reauthenticate/?next=")
    assert too_soon["Location"] == MEMBERSHIPS
    assert back["Location"] == MEMBERSHIPS
    assert done["Location"] == "/admin/directory/membership/"
    assert other.memberships.count() == 1


@pytest.mark.parametrize("door", ["user/add/", "user/{pk}/change/", "user/{pk}/password/"])
def test_accounts_when_changed_then_the_password_is_asked_for_once_more(
    administrator: Client, door: str
) -> None:
    other = User.objects.create(username="other", is_staff=True)

    response = administrator.get(f"/admin/directory/{door.format(pk=other.pk)}")

    assert response["Location"].startswith("/accounts/reauthenticate/")


def test_members_when_the_last_proof_is_old_then_it_is_asked_for_again(
    administrator: Client, settings: Any
) -> None:
    settings.STAFF_IDLE_SECONDS = 3600
    with time_machine.travel(AT, tick=False) as now:
        sign_in(administrator)
        administrator.post("/accounts/reauthenticate/", {"password": PASSWORD})
        assert administrator.get(MEMBERSHIPS).status_code == 200
        now.shift(timedelta(minutes=11))

        assert administrator.get(MEMBERSHIPS).status_code == 302


def test_members_when_the_role_is_another_then_no_password_opens_them(
    client: Client, user: User, settings: Any
) -> None:
    settings.STEP_UP_REQUIRED = True
    client.force_login(user)

    assert client.get(MEMBERSHIPS).status_code == 403


def test_session_proof_when_asked_for_then_no_address_is_kept(administrator: Client) -> None:
    """Allauth's own way would keep the request with the address and the browser of whoever sent it."""
    administrator.post(MEMBERSHIPS, {"role": "officer"}, headers={"User-Agent": "browser-of-somebody"})

    kept = str(dict(administrator.session))
    assert "browser-of-somebody" not in kept
    assert "127.0.0.1" not in kept


@pytest.mark.parametrize("is_required", [True, False])
def test_view_when_it_is_decorated_then_it_asks_where_that_is_switched_on(
    rf: RequestFactory, user: User, settings: Any, is_required: bool
) -> None:
    """How the doors outside the admin's own pages ask, such as an export."""
    settings.STEP_UP_REQUIRED = is_required
    view = recently_authenticated(lambda _request: HttpResponse("exported"))
    request = rf.get("/")
    request.user, request.session = user, SessionStore()

    if is_required:
        with pytest.raises(ReauthenticationRequired):
            view(request)
    else:
        assert view(request).content == b"exported"
