"""Publishing: the one line with which a service says what happened."""

from collections.abc import Sequence

from django.db import connection

from portal.outbox.bell import ring_after_commit
from portal.outbox.models import Event
from portal.outbox.wires import wires

TEXT_LIMIT = 64


class PublishRefused(Exception):
    """The event was not written; the caller's code is wrong, not the citizen."""


def publish(name: str, /, **payload: int | str) -> Event:
    """Write an event into the caller's transaction: it becomes true, or vanishes, together with the case.

    One INSERT; after the commit one ring of the bell, for all events of the transaction. Who follows is looked up by
    the relay, so a request never pays for the number of followers, and never meets the broker.

    `payload` holds ids and short words only; it becomes the handlers' keyword arguments.
    Raises PublishRefused outside a transaction, for a name the wiring does not know, and for other values.
    """
    happened = event(name, **payload)
    happened.save(force_insert=True)
    return happened


def event(name: str, /, **payload: int | str) -> Event:
    """Return an event under the rules of `publish`, for a service that writes it together with its other rows."""
    _check(name, payload)
    ring_after_commit()
    return Event(name=name, payload=payload)


def publish_each(name: str, payloads: Sequence[dict[str, int | str]], /) -> None:
    """Write an event of one name for each of these payloads in one INSERT, under the rules of `publish`."""
    for payload in payloads:
        _check(name, payload)
    if payloads:
        ring_after_commit()
    Event.objects.bulk_create([Event(name=name, payload=payload) for payload in payloads])


def _check(name: str, payload: dict[str, int | str]) -> None:
    if not connection.in_atomic_block:
        raise PublishRefused(f"{name} was published outside a transaction")
    if name not in wires():
        raise PublishRefused(f"{name} is not in the wiring")
    if unfit := [key for key, value in payload.items() if not _is_id(value)]:
        raise PublishRefused(f"{name} carries more than ids: {', '.join(unfit)}")


def _is_id(value: object) -> bool:
    return isinstance(value, int) or (isinstance(value, str) and len(value) <= TEXT_LIMIT)
