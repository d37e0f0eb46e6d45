"""Upgrades: every step of the database can be taken back, and what the previous release left behind still works."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RemoveField, RenameField, RenameModel
from django.test import Client
from pytest_django import Settings

from feedback.models import Case
from feedback.tests.pages import BODY, SUBJECT, make_basics, opened, send
from portal.celery import is_rabbit, transport_options

APPS = ("surveys", "feedback", "routing", "directory", "outbox")
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


@pytest.mark.drill
@pytest.mark.django_db(transaction=True)
def test_migrations_when_taken_back_to_the_first_and_applied_again_then_the_same_tables_stand() -> None:
    before = tables()
    try:
        for app in APPS:
            first = min(name for label, name in MigrationLoader(None).disk_migrations if label == app)
            call_command("migrate", app, first, verbosity=0)
        taken_back = tables()
    finally:
        call_command("migrate", verbosity=0)

    assert taken_back < before
    assert tables() == before


def tables() -> set[tuple[str, str, str]]:
    """Return tables, columns and triggers as the database knows them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' "
            "UNION SELECT event_object_table, trigger_name, 'trigger' FROM information_schema.triggers"
        )
        return set(cursor.fetchall())


def test_migrations_when_read_then_all_can_be_taken_back_and_none_takes_away_what_the_old_code_reads() -> (
    None
):
    ours = [one for (app, _name), one in MigrationLoader(None).disk_migrations.items() if app in APPS]
    steps = [(f"{one.app_label}.{one.name}", step) for one in ours for step in one.operations]

    assert [name for name, step in steps if not step.reversible] == []
    assert [name for name, step in steps if isinstance(step, RemoveField | RenameField | RenameModel)] == []


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
