"""The queue of cases in the admin: order, words of the deadline, filters, search, the box for dictated codes."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from directory.models import User
from feedback.tests.factories import AT, make_case, make_user
from feedback.tests.pages import text_of

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]

QUEUE = "/admin/feedback/case/"


@pytest.fixture
def officer() -> User:
    return make_user("cont.officer", "CONT")


@pytest.fixture
def client(officer: User) -> Client:
    client = Client()
    client.force_login(officer)
    return client


@time_machine.travel(AT + timedelta(days=1), tick=False)
def test_queue_when_empty_then_says_so(client: Client) -> None:
    page = text_of(client.get(QUEUE))

    assert "فعلاً کاری منتظر شما نیست" in page


@time_machine.travel(AT + timedelta(days=1), tick=False)
def test_queue_when_opened_then_shows_case(client: Client) -> None:
    case = make_case()

    page = text_of(client.get(QUEUE))

    open("/tmp/adm/queue.html", "w").write(page)
    open("/tmp/adm/case.html", "w").write(text_of(client.get(f"{QUEUE}{case.pk}/change/")))
