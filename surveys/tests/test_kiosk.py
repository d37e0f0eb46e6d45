"""The kiosk: question by question without script, one answer a number, a key that can be taken away."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from directory.models import User
from surveys import services
from surveys.enums import VISIT_SURVEY, Flag, Mode
from surveys.models import Kiosk, Response, Version
from surveys.tests.factories import make_service

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 6, 13, 8, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _at_noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def address() -> str:
    services.load_default_questionnaires()
    return f"/surveys/kiosk/{make_key()}/"


def make_key() -> str:
    service = make_service()
    kiosk = Kiosk(name="باجهٔ ۳", unit=service.unit, service=service)
    return services.add_kiosk(kiosk=kiosk, actor=None, at=NOON)


def fields_of(page: str) -> dict[str, str]:
    """Return the hidden fields of the form of the question that is shown."""
    shown = re.findall(r'<section class="step" data-step aria.*?</section>', page, re.DOTALL)[0]
    form = shown.partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


def test_kiosk_when_answered_without_script_then_four_questions_make_one_response(address: str) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get(address)
    assert "Refresh" not in page.headers
    assert "باجهٔ ۳" in page.content.decode()

    for place, code in enumerate(["S_SAT", "S_FLOW", "S_MATCH", "S_RESPECT"], start=1):
        fields = fields_of(page.content.decode())
        assert fields["place"] == str(place)
        sent = {"skip": "1"} if code == "S_MATCH" else {code: "4"}
        page = client.post(address, {**fields, **sent})
        if place < 4:
            assert page["Refresh"] == f"30;url={address}"

    assert (page.status_code, page["Location"]) == (303, f"{address}thanks/")
    response = Response.objects.get()
    given = dict(response.answers.values_list("item__code", "option__value"))
    assert given == {"S_SAT": "4", "S_FLOW": "4", "S_RESPECT": "4"}
    assert (response.mode, response.service.code, response.flags) == (Mode.KIOSK, "s01", [])
    assert client.get(page["Location"])["Refresh"] == f"8;url={address}"


def test_kiosk_when_more_time_is_asked_for_then_the_same_question_stays_longer(address: str) -> None:
    client = Client()
    fields = fields_of(client.get(address).content.decode())
    client.post(address, {**fields, "S_SAT": "5"})

    page = client.post(address, {**fields, "S_SAT": "5", "place": "1", "more": "1"})

    assert page["Refresh"] == f"180;url={address}"
    assert fields_of(page.content.decode())["place"] == "2"


def test_upload_when_sent_again_then_it_is_stored_once_on_its_day(address: str) -> None:
    client = Client(enforce_csrf_checks=True)
    number = uuid.uuid4().hex
    fields = {"number": number, "version": "1", "S_SAT": "5", "S_FLOW": "2", "age": str(26 * 3600)}

    answers = [client.post(f"{address}upload/", fields) for _repeat in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert Response.objects.get().day == (NOON - timedelta(hours=26)).date()


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"S_SAT": "9"}, 422),
        ({"S_SAT": ""}, 422),
        ({"number": "none"}, 422),
        ({"age": "99999999"}, 200),
        ({"age": "-5"}, 200),
        ({"S_COMMENT": "متن"}, 200),
    ],
)
def test_upload_when_something_is_odd_then_only_answers_are_taken(
    address: str, changes: dict[str, str], status: int
) -> None:
    fields = {"number": uuid.uuid4().hex, "version": "1", "S_SAT": "5", "age": "0", **changes}

    answer = Client().post(f"{address}upload/", fields)

    assert answer.status_code == status
    assert list(Response.objects.values_list("day", flat=True)) == [NOON.date()] * (status == 200)


def test_kiosk_when_its_key_is_taken_away_then_it_is_gone(address: str) -> None:
    services.revoke_kiosk(
        kiosk=Kiosk.objects.get(), actor=User.objects.create(username="a", is_superuser=True), at=NOON
    )

    for path in (address, f"{address}thanks/", "/surveys/kiosk/unknown/"):
        assert Client().get(path).status_code == 404
    assert Client().post(f"{address}upload/", {"number": uuid.uuid4().hex}).status_code == 404


def test_kiosk_when_answered_while_the_building_is_closed_then_left_out(address: str) -> None:
    with time_machine.travel(NOON.replace(hour=23), tick=False):
        Client().post(f"{address}upload/", {"number": uuid.uuid4().hex, "version": "1", "S_SAT": "5"})

    assert Response.objects.get().flags == [Flag.OUT_OF_HOURS]
    assert not Response.objects.counted().exists()


def test_kiosk_when_the_version_was_retired_meanwhile_then_answers_are_kept(address: str) -> None:
    version = Version.objects.get(questionnaire__slug=VISIT_SURVEY)
    editor = User.objects.create(username="a", is_superuser=True)
    draft = services.copy_to_draft(version_id=version.pk, actor=editor)
    services.publish_version(version_id=draft.pk, actor=editor, change="patch", at=NOON - timedelta(days=2))

    answer = Client().post(f"{address}upload/", {"number": uuid.uuid4().hex, "version": "1", "S_SAT": "5"})

    assert answer.status_code == 200
    assert Response.objects.get().version.number in (1, 2)
