"""Abuse in its short form; `bench/abuse.py` has the long one, behind nginx and beside its controls."""

import hashlib
import socket
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from pytest_django import Settings

from directory.models import User
from feedback.models import Case, WrongCodes
from feedback.tests.pages import opened, received, send, text_of, with_answer
from portal.kernel import codes

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]

ADDRESS, AGENT, REFERRER = "203.0.113.77", "KavoshgarAbi/77.4711", "https://safheye-pishin.example/7741"
EVERYWHERE = -1


@pytest.fixture(autouse=True)
def quick(settings: Settings) -> None:
    settings.FORM_MIN_SECONDS = 0


def rows() -> Iterator[str]:
    """Give every row of every table as a text, those of the cache included."""
    tables = [model._meta.db_table for model in apps.get_models()] + ["portal_cache"]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" AS t')
            yield from (row[0] for row in cursor.fetchall())


def test_codes_when_guessed_from_many_neighbourhoods_then_the_ceiling_of_all_holds(
    settings: Settings,
) -> None:
    settings.WRONG_CODES_ALL = 12
    citizen = Client(REMOTE_ADDR="198.51.100.1")
    code = received(citizen)

    pages = [
        text_of(Client(REMOTE_ADDR=f"10.{number}.0.1").post("/track/", {"code": codes.draw()}))
        for number in range(20)
    ]
    asked = text_of(citizen.post("/track/", {"code": code}))
    opens = citizen.post("/track/", with_answer(asked, {"code": code}))

    assert ["question_answer" in page for page in pages] == [False] * 12 + [True] * 8
    assert WrongCodes.objects.get(neighbourhood=EVERYWHERE).count == 12
    assert ("question_answer" in asked, opens.status_code) == (True, 303)


def test_people_when_they_wrote_erred_and_signed_in_then_nothing_tells_where_from(
    capfd: pytest.CaptureFixture[str],
) -> None:
    words = {"REMOTE_ADDR": ADDRESS, "HTTP_USER_AGENT": AGENT, "HTTP_REFERER": REFERRER}
    citizen = Client(**words)
    code = received(citizen)
    citizen.post("/track/", {"code": code})
    citizen.post("/track/", {"code": codes.draw()})
    citizen.get("/nowhere/")
    User.objects.create_user("clerk", password="a-long-password-4711", is_staff=True)
    for password in ("wrong", "a-long-password-4711"):
        Client(**words).post("/accounts/login/", {"login": "clerk", "password": password})

    kept = [*rows(), *capfd.readouterr()]
    marks = [ADDRESS, socket.inet_aton(ADDRESS).hex(), AGENT, REFERRER, code, "-".join(fours(code))]
    marks += [hashlib.new(name, ADDRESS.encode()).hexdigest() for name in ("md5", "sha1", "sha256")]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM portal_cache")
        counted = cursor.fetchone()[0]

    assert [mark for mark in marks if any(mark in text for text in kept)] == []
    assert counted > 0  # the limits of sign-in did count


def fours(code: str) -> list[str]:
    return [code[place : place + 4] for place in range(0, 16, 4)]


def test_people_behind_one_address_when_somebody_guesses_there_then_nobody_is_refused() -> None:
    def person() -> Client:
        return Client(REMOTE_ADDR=ADDRESS)

    for _guess in range(8):
        person().post("/track/", {"code": codes.draw()})
    written = [person() for _number in range(10)]
    kept = [received(one) for one in written]
    asked = [text_of(one.post("/track/", {"code": code})) for one, code in zip(written, kept, strict=True)]
    opens = [
        one.post("/track/", with_answer(page, {"code": code})).status_code
        for one, page, code in zip(written, asked, kept, strict=True)
    ]

    assert opens == [303] * 10
    assert Case.objects.count() == 10


@pytest.mark.parametrize("many", [{f"a{number}": "b" for number in range(10_000)}, {"a": ["b"] * 10_000}])
def test_form_when_it_has_ten_thousand_parts_then_it_is_refused_with_a_page(many: dict[str, object]) -> None:
    client = Client()

    answer = send(client, opened(client) | many)

    assert (answer.status_code, Case.objects.count()) == (400, 0)
    assert "<h1" in text_of(answer)
