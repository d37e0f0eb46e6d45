"""Celery's doors to the outbox. Messages carry the ids of deliveries and nothing else."""

import itertools
import logging
import time
from collections.abc import Sequence
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
#: Time after which a worker hands back what is left of a message, so that nobody waits behind more than one slow one.
ENOUGH = timedelta(seconds=2)
#: Time after which a message in the broker is taken for lost, whatever lies there.
LOST_AFTER = timedelta(seconds=60)
#: Lateness that is worth waking somebody for.
ALARM_AFTER = timedelta(minutes=2)


@periodic("outbox.relay", again=selectors.are_new)
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
        lost = services.resend_lost(sent_before=at - PROMPT)
        logger.warning("outbox: the broker forgot %d deliveries", lost)


def queued() -> int:
    """Return the number of messages with deliveries that lie in the broker."""
    with current_app.producer_or_acquire() as producer:
        channel = producer.connection.default_channel
        # With the same marks as in portal.celery: RabbitMQ refuses to declare a queue in two ways.
        size: int = channel.queue_declare("deliveries", durable=True, auto_delete=False).message_count
    return size


def send(ids: Sequence[int]) -> int:
    """Hand claimed deliveries to the broker; return how many it took. The others are due again.

    Each message names one delivery and its company: the version before this one reads the first alone.
    """
    left = services.share_out(ids)[::-1] if ids else []
    try:
        with current_app.producer_or_acquire() as producer:
            while left:
                first, *others = left[-1]
                deliver.apply_async(kwargs={"delivery_id": first, "others": others}, producer=producer)
                left.pop()
    except OperationalError as error:
        refused = [pk for share in left for pk in share]
        services.give_back(refused)
        logger.warning("outbox: the broker refused %d deliveries: %s", len(refused), type(error).__name__)
        return len(ids) - len(refused)
    return len(ids)


@shared_task(name="outbox.deliver")
def deliver(*, delivery_id: int, others: Sequence[int] = (), **_: Any) -> None:
    """Make one attempt at each delivery. A repeated message does nothing; unknown arguments are ignored.

    Messages of the version before this one name one delivery.
    """
    close_old_connections()
    begun = services.begin([delivery_id, *others], at=timezone.now())
    left = services.groups(_undone(begun))
    enough = time.monotonic() + ENOUGH.total_seconds()
    while left and time.monotonic() < enough:
        _attempt(left.pop(0))
    services.hand_back(list(itertools.chain.from_iterable(left)), at=timezone.now())


def _undone(begun: list[services.Attempt]) -> list[services.Attempt]:
    """Leave out what repeats work that is done; where that cannot be found out, nothing."""
    try:
        return services.pass_over(begun, at=timezone.now())
    except Exception as error:  # noqa: BLE001 - a task's outer edge
        log_failure("outbox: looking for what is done already", error)
        close_old_connections()
        return begun


def _attempt(group: list[services.Attempt]) -> None:
    """Perform what goes together; when that fails, each of the others in a transaction of its own.

    Of events that share a call nobody can say which one made it fail: each is tried alone.
    """
    try:
        services.perform(*group, at=timezone.now())
    except Exception as raised:  # noqa: BLE001 - a task's outer edge
        failed = raised.attempt if isinstance(raised, services.HandlerFailed) else group[-1]
        is_known = len(group) == 1 or not failed.is_shared
        if is_known:
            error = raised.__cause__ if isinstance(raised.__cause__, Exception) else raised
            log_failure(f"outbox: delivery {failed.delivery_id}, attempt {failed.number}", error)
        close_old_connections()  # a broken one must not fail the rest of the message
        if is_known:
            services.fail(failed, error=error)
        for other in group:
            if not (is_known and other is failed):
                _attempt([other])


@periodic("outbox.worker")
def breathe() -> None:
    """Do nothing: the heartbeat this leaves shows that the worker of the deliveries works.

    It has a queue of its own, which the same worker serves in turn, so that a heap of deliveries cannot delay it.
    """


@periodic("outbox.sweep")
def sweep() -> None:
    """Compare the rows with reality: send again what the broker lost, forget what is old, raise the alarm."""
    at = timezone.now()
    if lost := services.resend_lost(sent_before=at - LOST_AFTER):
        logger.warning("outbox: %d deliveries lay unbegun for a minute and are sent again", lost)
    if short := services.spread_again(relayed_before=at - LOST_AFTER, at=at):
        logger.error("outbox: %d events lacked deliveries and are spread again", short)
    services.forget(at=at)
    if (late := selectors.lateness(at=at)) > ALARM_AFTER:
        logger.error("outbox: the oldest delivery is %d seconds late", late.total_seconds())
    if parked := selectors.parked():
        logger.warning("outbox: %d deliveries are parked and wait for a person", parked)
