"""Followers made for the tests, one for each way in which work goes well or badly.

A worker in another process runs them too, so their trace is an `effect` event in the database.
"""

import os
import time
from collections.abc import Sequence

from django.db import connection
from django.utils import timezone

from portal.outbox.company import for_many, unless
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
    "common": (f"{HERE}.leave_effects", f"{HERE}.leave_another"),
    "known": (f"{HERE}.leave_once",),
    "unclear": (f"{HERE}.leave_anyway",),
    "unheard": (),
}


def leave_effect(*, number: int, **_: object) -> None:
    Event.objects.create(name="effect", payload={"number": number}, relayed_at=timezone.now())


def leave_another(*, number: int, **_: object) -> None:
    Event.objects.create(name="effect", payload={"other": number}, relayed_at=timezone.now())


@for_many("number")
def leave_effects(numbers: Sequence[int]) -> None:
    leave_effect(number=len(numbers))
    if 13 in numbers:
        raise ValueError("a text that quotes 0916 123 4567")


def left(numbers: Sequence[int]) -> set[int]:
    effects = Event.objects.filter(name="effect", payload__number__in=numbers)
    return set(effects.values_list("payload__number", flat=True))


@unless(left, key="number")
def leave_once(*, number: int, **_: object) -> None:
    leave_effect(number=number)


def quarrel(numbers: Sequence[int]) -> set[int]:
    raise ValueError(f"a text that quotes {numbers}")


@unless(quarrel, key="number")
def leave_anyway(*, number: int, **_: object) -> None:
    leave_effect(number=number)


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
