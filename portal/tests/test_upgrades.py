"""Upgrades: what the previous release left behind still works."""

import inspect
import json
import os
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.module_loading import import_string
from pytest_django import Settings

from feedback.enums import Kind, Purpose
from feedback.models import Case, Message
from feedback.tests.pages import BODY, SUBJECT, make_basics, opened, received, send
from portal.celery import app, is_rabbit, transport_options
from portal.outbox.models import Delivery, Event
from portal.tests.released import FILE, recorded, release
from portal.ui import challenge
from portal.wiring import FOLLOWS

#: The fields of a complaint's page as the first release sent them.
FIRST_FIELDS = (
    "subject",
    "body",
    "service",
    "county",
    "full_name",
    "phone",
    "email",
    "form_token",
    "homepage",
)


@pytest.mark.django_db
def test_form_when_the_page_of_an_older_release_is_sent_then_it_is_accepted(
    client: Client, settings: Settings
) -> None:
    settings.FORM_MIN_SECONDS = 0
    make_basics()
    token = opened(client)["form_token"]
    fields = dict.fromkeys(FIRST_FIELDS, "") | {"subject": SUBJECT, "body": BODY, "form_token": token}

    answer = send(client, fields | {"field_that_was_dropped": "x"})

    assert (answer.status_code, Case.objects.get().subject) == (303, SUBJECT)


# --- What the release before this one left behind --------------------------------------------------------------------


@pytest.mark.django_db
def test_release_when_recorded_then_no_page_of_the_one_before_is_missing(
    client: Client, settings: Settings
) -> None:
    """With `RECORD_RELEASE=1`, when a release is made, what it leaves behind is written down for the next one."""
    settings.FORM_MIN_SECONDS = 0
    make_basics()

    before, now = release(), recorded(client)
    if "RECORD_RELEASE" in os.environ:
        FILE.write_text(json.dumps(now, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    assert now.keys() == before.keys()
    assert now["forms"].keys() >= before["forms"].keys()


@pytest.mark.django_db
def test_form_when_the_page_was_opened_before_the_upgrade_then_every_kind_is_taken_in(
    client: Client, settings: Settings
) -> None:
    settings.FORM_MIN_SECONDS = 0
    make_basics()
    forms = {path: fields for path, fields in release()["forms"].items() if "form_token" in fields}

    for path, fields in forms.items():
        token = {"form_token": challenge.new_token(timezone.now())}
        answer = client.post(path, fields | token | {"subject": SUBJECT, "body": BODY})
        assert answer.status_code == 303, path

    assert Case.objects.count() == len(forms) == len(Kind)


def test_token_when_given_by_the_release_before_then_it_is_known() -> None:
    opened_at = datetime.fromisoformat(release()["at"])

    age = challenge.read_token(release()["token"], opened_at + timedelta(hours=2))

    assert round(age.total_seconds()) in range(7199, 7202)


@pytest.mark.django_db
def test_code_and_reply_when_their_pages_were_opened_before_the_upgrade_then_taken(
    client: Client, settings: Settings
) -> None:
    settings.FORM_MIN_SECONDS = 0
    make_basics()
    code, forms = received(client), release()["forms"]

    looked = client.post("/track/", forms["/track/"] | {"code": code})
    replied = client.post("/track/case/", forms["/track/case/"] | {"body": BODY})

    assert (looked.status_code, replied.status_code) == (303, 303)
    assert Message.objects.filter(purpose=Purpose.REPLY).count() == 1


def test_events_when_left_unspread_then_they_are_wired_and_their_followers_take_what_they_carry() -> None:
    for name, keys in release()["events"].items():
        for path in FOLLOWS[name]:
            inspect.signature(import_string(path)).bind(**dict.fromkeys(keys, 1))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("left", [{"of_another_release": 1}, {}])
def test_messages_when_left_in_the_broker_then_their_tasks_take_them(left: dict[str, int]) -> None:
    """The release before named one delivery in a message; the next one may name more than this knows."""
    event = Event.objects.create(name="case.answered", payload={"message_id": 1}, relayed_at=timezone.now())
    rows = [
        Delivery(event=event, handler="surveys.tasks.offer", state="sent", sent_at=timezone.now()),
        Delivery(event=event, handler="feedback.tasks.forgotten", state="sent", sent_at=timezone.now()),
    ]
    one, gone = Delivery.objects.bulk_create(rows)

    for delivery in (one, one, gone):
        app.tasks["outbox.deliver"](delivery_id=delivery.pk, **left)

    states = Delivery.objects.order_by("pk").values_list("state", "attempts")
    assert list(states) == [("done", 1), ("waiting", 1)]
    assert set(release()["tasks"]) <= set(app.tasks)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("redis://broker:6379/0", "ack_emulation"),
        ("redis+socket:///run/valkey.sock", "ack_emulation"),
        ("sentinel://one:26379/0;sentinel://two:26379/0", "master_name"),
        ("amqp://portal:password@rabbit:5672/portal", "confirm_publish"),
    ],
)
def test_broker_when_named_by_its_address_then_its_client_is_told_what_it_understands(
    url: str, told: str
) -> None:
    options = transport_options(url)

    assert told in options
    assert ("socket_timeout" in options) is not url.startswith("amqp")
    assert is_rabbit(url) is url.startswith("amqp")
