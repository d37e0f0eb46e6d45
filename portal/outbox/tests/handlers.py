"""Followers made for the tests, one for each way in which work goes well or badly.

A worker in another process runs them too, so their trace is an `effect` event in the database.
"""

import os
import time

from django.db import connection
from django.utils import timezone

from portal.outbox.models import Event
from portal.outbox.outcomes import Later, PermanentError

HERE = "portal.outbox.tests.handlers"
FOLLOWS: dict[str, tuple[str, ...]] = {
    "made": (f"{HERE}.leave_effect",),
    "shared": (f"{HERE}.leave_effect", f"{HERE}.leave_another"),
    "mixed": (f"{HERE}.leave_effect", f"{HERE}.break_down", f"{HERE}.leave_another"),
    "cut_off": (f"{HERE}.lose_database",),
    "broken": (f"{HERE}.break_down",),
    "hopeless": (f"{HERE}.give_up",),
    "early": (f"{HERE}.postpone",),
    "deadly": (f"{HERE}.die",),
    "slow": (f"{HERE}.take_long",),
    "unheard": (),
}


def leave_effect(*, number: int, **_: object) -> None:
    Event.objects.create(name="effect", payload={"number": number}, relayed_at=timezone.now())


def leave_another(*, number: int, **_: object) -> None:
    Event.objects.create(name="effect", payload={"other": number}, relayed_at=timezone.now())


def break_down(*, number: int, **_: object) -> None:
    leave_effect(number=number)
    raise ValueError("a text that quotes 0916 123 4567")


def lose_database(*, number: int, **_: object) -> None:
    leave_effect(number=number)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def give_up(*, number: int, **_: object) -> None:
    leave_effect(number=number)
    raise PermanentError("the address does not exist")


def postpone(*, number: int, **_: object) -> Later:
    leave_effect(number=number)
    return Later("the gateway is away")


def die(*, number: int, **_: object) -> None:
    leave_effect(number=number)
    os._exit(1)


def take_long(*, number: int, seconds: int, **_: object) -> None:
    leave_effect(number=number)
    time.sleep(seconds)
