"""Signing in: for staff only, in Persian, without a way to sign up; it ends when the account is closed."""

import re
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client

from directory.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "four-plain-words-here"
LOGIN = "/accounts/login/"


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
    assert "نادرست" in errors[0]


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
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


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
