"""Celery's doors to the outbox. Messages carry the id of a delivery and nothing else."""

import logging
from datetime import timedelta
from typing import Any

from celery import current_app, shared_task
from django.db import close_old_connections
from django.utils import timezone
from kombu.exceptions import OperationalError

from portal.outbox import selectors, services
from portal.outbox.models import Delivery
from portal.outbox.outcomes import Later, PermanentError
from portal.outbox.periodic import log_failure, periodic

__all__ = ["Later", "PermanentError", "breathe", "deliver", "periodic", "relay", "sweep"]

logger = logging.getLogger(__name__)
#: Time in which a worker that is free takes a message from the broker.
PROMPT = timedelta(seconds=5)
#: Time after which a message in the broker is taken for lost, whatever lies there.
LOST_AFTER = timedelta(seconds=60)
#: Lateness that is worth waking somebody for.
ALARM_AFTER = timedelta(minutes=2)


@periodic("outbox.relay", every=timedelta(seconds=0.5))
def relay() -> None:
    """Bring new events and due deliveries on their way, until nothing is left or the broker has enough.

    It goes on while batches are full. A relay that stayed for the last few rows would refill the broker one by one as
    the workers empty it, and take a process from them.
    """
    while services.spread(at=timezone.now()) == services.BATCH:
        pass
    while send(services.claim(at=timezone.now())) == services.BATCH:
        pass
    notice_loss()


def notice_loss() -> None:
    """Make due again what a broker forgot in a restart: it has nothing, yet rows say that it should.

    Most losses end here, within seconds. What is lost while the queue is never empty is found by the sweep.
    """
    at = timezone.now()
    if Delivery.objects.sent_before(at - PROMPT).exists() and not queued():
        lost = services.resend_lost(sent_before=at - PROMPT, at=at)
        logger.warning("outbox: the broker forgot %d deliveries", lost)


def queued() -> int:
    """Return the number of deliveries in the broker."""
    with current_app.producer_or_acquire() as producer:
        channel = producer.connection.default_channel
        # With the same marks as in portal.celery: RabbitMQ refuses to declare a queue in two ways.
        size: int = channel.queue_declare("deliveries", durable=True, auto_delete=False).message_count
    return size


def send(ids: list[int]) -> int:
    """Hand claimed deliveries to the broker; return how many it took. The others are due again."""
    left = list(reversed(ids))
    try:
        with current_app.producer_or_acquire() as producer:
            while left:
                deliver.apply_async(kwargs={"delivery_id": left[-1]}, producer=producer)
                left.pop()
    except OperationalError as error:
        services.give_back(left)
        logger.warning("outbox: the broker refused %d deliveries: %s", len(left), type(error).__name__)
    return len(ids) - len(left)


@shared_task(name="outbox.deliver")
def deliver(*, delivery_id: int, **_: Any) -> None:
    """Make one attempt at one delivery. A repeated message does nothing; unknown arguments are ignored."""
    close_old_connections()
    attempt = services.begin(delivery_id, at=timezone.now())
    if attempt is None:
        return
    try:
        services.perform(attempt, at=timezone.now())
    except Exception as error:  # noqa: BLE001 - a task's outer edge
        log_failure(f"outbox: delivery {delivery_id}, attempt {attempt.number}", error)
        services.fail(attempt, error=error)


@periodic("outbox.worker", every=timedelta(seconds=10))
def breathe() -> None:
    """Do nothing: the heartbeat this leaves shows that the worker of the deliveries works.

    It has a queue of its own, which the same worker serves in turn, so that a heap of deliveries cannot delay it.
    """


@periodic("outbox.sweep", every=timedelta(minutes=1))
def sweep() -> None:
    """Compare the rows with reality: send again what the broker lost, forget what is old, raise the alarm."""
    at = timezone.now()
    if lost := services.resend_lost(sent_before=at - LOST_AFTER, at=at):
        logger.warning("outbox: %d deliveries lay unbegun for a minute and are sent again", lost)
    if short := services.spread_again(relayed_before=at - LOST_AFTER, at=at):
        logger.error("outbox: %d events lacked deliveries and are spread again", short)
    services.forget(at=at)
    if (late := selectors.lateness(at=at)) > ALARM_AFTER:
        logger.error("outbox: the oldest delivery is %d seconds late", late.total_seconds())
    if parked := selectors.parked():
        logger.warning("outbox: %d deliveries are parked and wait for a person", parked)
