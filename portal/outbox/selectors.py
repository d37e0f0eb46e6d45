"""What the health page and the alarm ask of the outbox."""

from datetime import datetime, timedelta

from portal.outbox.models import Delivery, DeliveryState, Event, Heartbeat


def lateness(*, at: datetime) -> timedelta:
    """Return how long the oldest work has been overdue; zero when nothing is."""
    event = Event.objects.filter(relayed_at=None).order_by("id").values_list("created_at", flat=True).first()
    due = Delivery.objects.due(at).order_by("not_before").values_list("not_before", flat=True).first()
    sent = Delivery.objects.sent_before(at).order_by("sent_at").values_list("sent_at", flat=True).first()
    return max((at - since for since in (event, due, sent) if since), default=timedelta(0))


def parked() -> int:
    """Return how many deliveries wait for a person."""
    return Delivery.objects.filter(state=DeliveryState.PARKED).count()


def silence(name: str, *, at: datetime) -> timedelta | None:
    """Return the time since a heartbeat ("outbox.relay", "outbox.worker"), or None when there never was one."""
    beat = Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()
    return at - beat if beat else None
