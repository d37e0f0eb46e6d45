"""What the health page and the alarm ask of the outbox."""

from datetime import datetime, timedelta

from django.db.models import Count

from portal.outbox.models import Delivery, DeliveryState, Event, Heartbeat
from portal.outbox.wires import wires


def lateness(*, at: datetime) -> timedelta:
    """Return how long the oldest work has been overdue; zero when nothing is.

    Sending it once more makes nothing younger: what is sent counts from when it was due, too.
    """
    events = Event.objects.filter(relayed_at=None).order_by("id").values_list("created_at", flat=True)
    due, sent = (
        rows.order_by("not_before").values_list("not_before", flat=True)
        for rows in (Delivery.objects.due(at), Delivery.objects.filter(state=DeliveryState.SENT))
    )
    oldest = (since for rows in (events, due, sent) for since in rows[:1])
    return max((at - since for since in oldest), default=timedelta(0))


def are_new() -> bool:
    """Say whether events wait that this version knows how to spread."""
    return Event.objects.filter(relayed_at=None, name__in=wires()).exists()


def parked() -> int:
    """Return how many deliveries wait for a person."""
    return Delivery.objects.filter(state=DeliveryState.PARKED).count()


def undone() -> dict[str, int]:
    """Return how many deliveries are not done, by their state."""
    states = Delivery.objects.undone().values_list("state").order_by()
    return dict(states.annotate(count=Count("pk")))


def silence(name: str, *, at: datetime) -> timedelta | None:
    """Return the time since a heartbeat ("outbox.relay", "outbox.worker"), or None when there never was one."""
    beat = Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()
    return at - beat if beat else None


def under_way(name: str, key: str) -> set[int]:
    """Return the ids that events of a name carry under `key` and whose followers are not all done."""
    begun = Delivery.objects.undone().filter(event__name=name)
    unspread = Event.objects.filter(name=name, relayed_at=None)
    ids = set(begun.values_list(f"event__payload__{key}", flat=True))
    return ids | set(unspread.values_list(f"payload__{key}", flat=True))


def told_since(name: str, key: str, *, since: datetime) -> set[int]:
    """Return the ids that events of a name carry under `key`, written since a moment."""
    events = Event.objects.filter(name=name, created_at__gte=since)
    return set(events.values_list(f"payload__{key}", flat=True))
