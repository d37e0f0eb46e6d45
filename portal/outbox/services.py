"""The outbox at work: events become deliveries, deliveries are sent, attempted, done or parked.

Three rules carry it. An attempt is counted, and its successor put on the clock, *before* the handler runs: a process
that dies in it leaves nothing to repair. The row lock is the lease: what runs cannot be claimed. The queue of the
broker is kept short (`IN_FLIGHT`), so that losing it costs little, and a long outage cannot fill its memory.
"""

import json
import traceback
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, Count, Exists, F, OuterRef, Value, When
from django.utils.module_loading import import_string

from portal.outbox.models import Delivery, DeliveryQuerySet, DeliveryState, Event
from portal.outbox.outcomes import Later
from portal.outbox.wires import wires

BATCH = 500
IN_FLIGHT = 1000
REASON_LENGTH = 300
#: How far back events are held against their deliveries. A follower that a new version brings is told of so much, too.
LOOKED_OVER = timedelta(hours=1)
DIED = "the process died during the attempt"
# The pause doubles with each attempt up to a cap, with a quarter of jitter against stampedes. In SQL, because this is
# the one statement that every delivery pays.
BEGIN = """
UPDATE outbox_delivery AS delivery
   SET attempts = attempts + 1, state = 'waiting', last_error = %(died)s,
       not_before = %(at)s + interval '1 second' * (0.75 + random() / 2)
                    * least(%(longest)s, %(first)s * power(2, attempts))
  FROM outbox_event AS event
 WHERE delivery.id = %(id)s AND state = 'sent' AND attempts < %(most)s AND event.id = event_id
RETURNING attempts, handler, payload
"""


@transaction.atomic
def spread(*, at: datetime) -> int:
    """Write a delivery for each follower of the next new events; return the number of events.

    Events this version does not know (a newer web process published them) stay for the version that does.
    """
    follows = wires()
    new = Event.objects.filter(relayed_at=None, name__in=follows).select_for_update(skip_locked=True)
    events = list(new.order_by("id").values_list("id", "name")[:BATCH])
    deliveries = [
        Delivery(event_id=pk, handler=path, not_before=at) for pk, name in events for path in follows[name]
    ]
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    Event.objects.filter(pk__in=[pk for pk, _name in events]).update(relayed_at=at)
    return len(events)


@transaction.atomic
def claim(*, at: datetime) -> list[int]:
    """Mark the next due deliveries as sent and return their ids; the caller hands them to the broker after this.

    Two relays at once get different rows. A row whose handler runs is locked, thus skipped, however long it runs.
    """
    room = IN_FLIGHT - Delivery.objects.filter(state=DeliveryState.SENT).count()
    due = Delivery.objects.due(at).select_for_update(skip_locked=True).order_by("not_before")
    ids = list(due.values_list("id", flat=True)[: max(0, min(room, BATCH))])
    Delivery.objects.filter(pk__in=ids).update(state=DeliveryState.SENT, sent_at=at)
    return ids


def give_back(ids: Collection[int]) -> None:
    """Make claimed deliveries due again, because the broker refused them."""
    Delivery.objects.filter(pk__in=ids, state=DeliveryState.SENT).update(state=DeliveryState.WAITING)


@dataclass(frozen=True)
class Attempt:
    """One counted try at a delivery; the number is also the proof that no later one has begun."""

    delivery_id: int
    number: int
    handler: str
    payload: dict[str, Any]

    @property
    def is_last(self) -> bool:
        """Say whether the delivery is parked when this fails."""
        return self.number >= settings.OUTBOX_MAX_ATTEMPTS

    def row(self) -> DeliveryQuerySet:
        """Return the delivery, as long as this is its newest attempt and it is not over."""
        return Delivery.objects.filter(pk=self.delivery_id, state=DeliveryState.WAITING, attempts=self.number)


def begin(delivery_id: int, *, at: datetime) -> Attempt | None:
    """Count an attempt and put the next one on the clock; None when there is nothing to do.

    None means that the message is a repeat, or that the process died in every attempt and the row is now parked.
    """
    first, longest = settings.OUTBOX_BACKOFF
    values = {"id": delivery_id, "at": at, "first": first, "longest": longest, "died": DIED}
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, values | {"most": settings.OUTBOX_MAX_ATTEMPTS})
        row = cursor.fetchone()
    if row:
        return Attempt(delivery_id, row[0], row[1], json.loads(row[2]))
    spent = Delivery.objects.filter(attempts__gte=settings.OUTBOX_MAX_ATTEMPTS)
    spent.filter(pk=delivery_id, state=DeliveryState.SENT).update(state=DeliveryState.PARKED, last_error=DIED)
    return None


@transaction.atomic
def perform(attempt: Attempt, *, at: datetime) -> None:
    """Run the handler; what it writes and the state of its row are committed together, or not at all.

    The row is marked done *first*: one statement locks it, checks it and marks it, and a handler that fails takes the
    mark back with everything else.
    """
    if not attempt.row().update(state=DeliveryState.DONE, done_at=at, last_error=""):
        return
    later: Later | None = import_string(attempt.handler)(**attempt.payload)
    if later is not None:
        state = DeliveryState.PARKED if attempt.is_last else DeliveryState.WAITING
        moment = {"not_before": later.at} if later.at else {}
        row = Delivery.objects.filter(pk=attempt.delivery_id)
        row.update(state=state, done_at=None, last_error=later.reason[:REASON_LENGTH], **moment)


def fail(attempt: Attempt, *, error: Exception) -> None:
    """Write down why an attempt failed, and park the delivery when trying again is useless or over."""
    over = attempt.is_last or getattr(error, "permanent", False)
    state = DeliveryState.PARKED if over else DeliveryState.WAITING
    attempt.row().update(state=state, last_error=reason(error))


def retry(delivery_ids: Collection[int], *, at: datetime) -> int:
    """Put parked deliveries back on the way, with all attempts before them; return how many were parked."""
    parked = Delivery.objects.filter(pk__in=delivery_ids, state=DeliveryState.PARKED)
    return parked.update(state=DeliveryState.WAITING, attempts=0, not_before=at)


def resend_lost(*, sent_before: datetime, at: datetime) -> int:
    """Make due again what the broker lost; a repeat is harmless, see `begin`."""
    return Delivery.objects.sent_before(sent_before).update(state=DeliveryState.WAITING, not_before=at)


def spread_again(*, relayed_before: datetime, at: datetime) -> int:
    """Let events be spread once more that lack a delivery, as after a slip of somebody's hand; return how many.

    Only the missing deliveries are written anew, see `spread`.
    """
    due = {name: len(paths) for name, paths in wires().items() if paths}
    followers = Case(*[When(name=name, then=Value(count)) for name, count in due.items()])
    lately = Event.objects.filter(
        created_at__gt=at - LOOKED_OVER, relayed_at__lt=relayed_before, name__in=due
    )
    short = lately.annotate(told=Count("deliveries"), followers=followers).filter(told__lt=F("followers"))
    return Event.objects.filter(pk__in=list(short.values_list("pk", flat=True))).update(relayed_at=None)


def forget(*, at: datetime, limit: int = 2000) -> int:
    """Delete the oldest events whose followers are all done, after settings.OUTBOX_KEEP_DAYS days."""
    undone = Delivery.objects.filter(event=OuterRef("pk")).exclude(state=DeliveryState.DONE)
    old = Event.objects.filter(
        ~Exists(undone),
        created_at__lt=at - timedelta(days=settings.OUTBOX_KEEP_DAYS),
        relayed_at__isnull=False,
    )
    ids = list(old.values_list("id", flat=True)[:limit])
    Event.objects.filter(pk__in=ids).delete()
    return len(ids)


def reason(error: Exception) -> str:
    """Tell an error without its text, which may quote a citizen; our own errors promise a text that does not."""
    if hasattr(error, "permanent"):
        return f"{type(error).__name__}: {error}"[:REASON_LENGTH]
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}"
