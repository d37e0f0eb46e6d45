"""The outbox at work: events become deliveries, deliveries are sent, attempted, done or parked.

Three rules carry it. An attempt is counted, and its successor put on the clock, *before* the handler runs: a process
that dies in it leaves nothing to repair. The row lock is the lease: what runs cannot be claimed. The queue of the
broker is kept short (`IN_FLIGHT`), so that losing it costs little, and a long outage cannot fill its memory.

Deliveries travel to the workers in company: begun in one statement, performed event by event (decision 30), or for
all events at once where a handler can do that (decision 33).
"""

import itertools
import json
import traceback
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, Count, Exists, F, OuterRef, Value, When
from django.utils.module_loading import import_string

from portal.outbox import company
from portal.outbox.models import Delivery, DeliveryQuerySet, DeliveryState, Event
from portal.outbox.outcomes import Later
from portal.outbox.wires import wires

BATCH = 500
IN_FLIGHT = 2000
#: Events whose deliveries share a message at most, and messages that a heap is cut into at least, so that every worker
#: has a share.
COMPANY = 20
SHARES = 8
REASON_LENGTH = 300
#: How far back events are held against their deliveries. A follower that a new version brings is told of so much, too.
LOOKED_OVER = timedelta(hours=1)
DIED = "the process died during the attempt"
SPREAD = """
WITH new AS (
    SELECT id, name FROM outbox_event WHERE relayed_at IS NULL AND name = ANY(%(names)s)
     ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED
), told AS (
    INSERT INTO outbox_delivery (event_id, handler, state, attempts, not_before, last_error)
    SELECT new.id, handler, 'waiting', 0, %(at)s, ''
      FROM new JOIN unnest(%(followed)s::text[], %(handlers)s::text[]) WITH ORDINALITY
                    AS follower (name, handler, place) USING (name)
     ORDER BY new.id, place
        ON CONFLICT DO NOTHING
)
UPDATE outbox_event SET relayed_at = %(at)s FROM new WHERE outbox_event.id = new.id
"""
# The pause doubles with each attempt up to a cap, with a quarter of jitter against stampedes. A row that is locked is
# being performed, or begun by a repeat of the same message.
BEGIN = """
WITH mine AS (
    SELECT id FROM outbox_delivery
     WHERE id = ANY(%(ids)s) AND state = 'sent' AND attempts < %(most)s
     ORDER BY id FOR UPDATE SKIP LOCKED
)
UPDATE outbox_delivery AS delivery
   SET attempts = attempts + 1, state = 'waiting', last_error = %(died)s,
       not_before = %(at)s + interval '1 second' * (0.75 + random() / 2)
                    * least(%(longest)s, %(first)s * power(2, attempts))
  FROM mine, outbox_event AS event
 WHERE delivery.id = mine.id AND event.id = event_id
RETURNING delivery.id, event_id, attempts, handler, payload
"""
# Only rows whose newest attempt this is, and which are not over.
DONE = """
UPDATE outbox_delivery SET state = 'done', done_at = %s, last_error = ''
  FROM unnest(%s::bigint[], %s::int[]) AS begun (delivery_id, number)
 WHERE id = delivery_id AND attempts = number AND state = 'waiting'
RETURNING id
"""
HAND_BACK = """
UPDATE outbox_delivery SET attempts = attempts - 1, not_before = %s, last_error = ''
  FROM unnest(%s::bigint[], %s::int[]) AS begun (delivery_id, number)
 WHERE id = delivery_id AND attempts = number AND state = 'waiting'
"""


def spread(*, at: datetime) -> int:
    """Write a delivery for each follower of the next new events, in one statement; return the number of events.

    Events this version does not know (a newer web process published them) stay for the version that does.
    """
    follows = wires()
    pairs = [(name, path) for name, paths in follows.items() for path in paths]
    values = {"followed": [name for name, _path in pairs], "handlers": [path for _name, path in pairs]}
    with connection.cursor() as cursor:
        cursor.execute(SPREAD, values | {"names": list(follows), "most": BATCH, "at": at})
        return int(cursor.rowcount)


@transaction.atomic
def claim(*, at: datetime) -> list[int]:
    """Mark the next due deliveries as sent and return their ids; the caller hands them to the broker after this.

    Two relays at once get different rows. A row whose handler runs is locked, thus skipped, however long it runs.
    """
    room = IN_FLIGHT - Delivery.objects.filter(state=DeliveryState.SENT).count()
    due = Delivery.objects.due(at).select_for_update(skip_locked=True).order_by("not_before", "id")
    ids = list(due.values_list("id", flat=True)[: max(0, min(room, BATCH))])
    Delivery.objects.filter(pk__in=ids).update(state=DeliveryState.SENT, sent_at=at)
    return ids


def share_out(ids: Collection[int]) -> list[list[int]]:
    """Divide claimed deliveries among messages; those of one event stay together.

    One whose process died travels alone, so that a handler that kills its process takes nobody with it twice.
    """
    rows = (
        Delivery.objects.filter(pk__in=ids)
        .order_by("event_id", "id")
        .values_list("event_id", "id", "last_error")
    )
    alone = [[pk] for _event, pk, error in rows if error == DIED]
    others = itertools.groupby((row for row in rows if row[2] != DIED), key=lambda row: row[0])
    events = [[pk for _event, pk, _error in group] for _event, group in others]
    size = max(1, min(COMPANY, -(-len(events) // SHARES)))
    shares = [events[place : place + size] for place in range(0, len(events), size)]
    return [list(itertools.chain.from_iterable(share)) for share in shares] + alone


def give_back(ids: Collection[int]) -> None:
    """Make claimed deliveries due again, because the broker refused them."""
    Delivery.objects.filter(pk__in=ids, state=DeliveryState.SENT).update(state=DeliveryState.WAITING)


@dataclass(frozen=True)
class Attempt:
    """One counted try at a delivery; the number is also the proof that no later one has begun."""

    delivery_id: int
    event_id: int
    number: int
    handler: str
    payload: dict[str, Any]

    @property
    def is_last(self) -> bool:
        """Say whether the delivery is parked when this fails."""
        return self.number >= settings.OUTBOX_MAX_ATTEMPTS

    @property
    def is_shared(self) -> bool:
        """Say whether its handler does the work of many events at once."""
        return company.takes_many(self.handler)

    def row(self) -> DeliveryQuerySet:
        """Return the delivery, as long as this is its newest attempt and it is not over."""
        return Delivery.objects.filter(pk=self.delivery_id, state=DeliveryState.WAITING, attempts=self.number)


class HandlerFailed(Exception):
    """A handler raised; the cause is its error."""

    def __init__(self, attempt: Attempt) -> None:
        super().__init__(attempt.delivery_id)
        self.attempt = attempt


def begin(delivery_ids: Sequence[int], *, at: datetime) -> list[Attempt]:
    """Count an attempt at each delivery and put the next ones on the clock; return the attempts, in the same order.

    One is missing when the message is a repeat, or when the process died in every attempt: that row is now parked.
    """
    first, longest = settings.OUTBOX_BACKOFF
    most = settings.OUTBOX_MAX_ATTEMPTS
    values = {
        "ids": list(delivery_ids),
        "at": at,
        "first": first,
        "longest": longest,
        "died": DIED,
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, values)
        begun = {
            pk: Attempt(pk, event, number, path, json.loads(data))
            for pk, event, number, path, data in cursor.fetchall()
        }
    if left := [pk for pk in delivery_ids if pk not in begun]:
        spent = Delivery.objects.filter(pk__in=left, state=DeliveryState.SENT, attempts__gte=most)
        spent.update(state=DeliveryState.PARKED, last_error=DIED)
    return [begun[pk] for pk in delivery_ids if pk in begun]


@transaction.atomic
def pass_over(attempts: Sequence[Attempt], *, at: datetime) -> list[Attempt]:
    """Mark done, all in one statement, what repeats work that is found to be done; return the other attempts."""
    by_handler: dict[str, list[Attempt]] = {}
    for attempt in attempts:
        by_handler.setdefault(attempt.handler, []).append(attempt)
    over: set[int] = set()
    for path, those in by_handler.items():
        told = company.settled(path, [attempt.payload for attempt in those])
        over |= {one.delivery_id for one, is_settled in zip(those, told, strict=True) if is_settled}
    if over:
        _mark_done([attempt for attempt in attempts if attempt.delivery_id in over], at)
    return [attempt for attempt in attempts if attempt.delivery_id not in over]


def groups(attempts: Sequence[Attempt]) -> list[list[Attempt]]:
    """Divide the attempts of a message into what is performed together: what events share, then event by event."""
    shared: dict[str, list[Attempt]] = {}
    single: dict[int, list[Attempt]] = {}
    for attempt in attempts:
        if attempt.is_shared:
            shared.setdefault(attempt.handler, []).append(attempt)
        else:
            single.setdefault(attempt.event_id, []).append(attempt)
    return [*shared.values(), *single.values()]


@transaction.atomic
def perform(*attempts: Attempt, at: datetime) -> None:
    """Run what is performed together; what is written and the state of the rows are committed together, or not at all.

    The rows are marked done *first*: one statement locks, checks and marks them, and a handler that fails takes the
    marks back with everything else. Raises `HandlerFailed`, which says who it was where that is known.
    """
    marked = _mark_done(attempts, at)
    due = [attempt for attempt in attempts if attempt.delivery_id in marked]
    if len(due) > 1 and due[0].is_shared:
        company.call(due[0].handler, [attempt.payload for attempt in due])
    else:
        for attempt in due:
            _perform(attempt)


def _mark_done(attempts: Sequence[Attempt], at: datetime) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(DONE, [at, *_columns(attempts)])
        return {pk for (pk,) in cursor.fetchall()}


def _perform(attempt: Attempt) -> None:
    try:
        later: Later | None = import_string(attempt.handler)(**attempt.payload)
    except Exception as error:
        raise HandlerFailed(attempt) from error
    if later is not None:
        state = DeliveryState.PARKED if attempt.is_last else DeliveryState.WAITING
        moment = {"not_before": later.at} if later.at else {}
        row = Delivery.objects.filter(pk=attempt.delivery_id)
        row.update(state=state, done_at=None, last_error=later.reason[:REASON_LENGTH], **moment)


def hand_back(attempts: Sequence[Attempt], *, at: datetime) -> None:
    """Make deliveries due again whose attempt was begun and never made; it does not count."""
    if attempts:
        with connection.cursor() as cursor:
            cursor.execute(HAND_BACK, [at, *_columns(attempts)])


def _columns(attempts: Iterable[Attempt]) -> tuple[list[int], list[int]]:
    return [attempt.delivery_id for attempt in attempts], [attempt.number for attempt in attempts]


def fail(attempt: Attempt, *, error: Exception) -> None:
    """Write down why an attempt failed, and park the delivery when trying again is useless or over."""
    over = attempt.is_last or getattr(error, "permanent", False)
    state = DeliveryState.PARKED if over else DeliveryState.WAITING
    attempt.row().update(state=state, last_error=reason(error))


def retry(delivery_ids: Collection[int], *, at: datetime) -> int:
    """Put parked deliveries back on the way, with all attempts before them; return how many were parked."""
    parked = Delivery.objects.filter(pk__in=delivery_ids, state=DeliveryState.PARKED)
    return parked.update(state=DeliveryState.WAITING, attempts=0, not_before=at)


def resend_lost(*, sent_before: datetime) -> int:
    """Make due again what the broker lost; a repeat is harmless, see `begin`. It stays due since when it was."""
    return Delivery.objects.sent_before(sent_before).update(state=DeliveryState.WAITING)


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
    undone = Delivery.objects.undone().filter(event=OuterRef("pk"))
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
