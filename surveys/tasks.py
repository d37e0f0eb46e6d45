"""What follows an answer, and what the nights bring: looking for odd groups, closing quarters. All may run twice."""

from datetime import timedelta

from django.utils import timezone

from portal.kernel import jalali
from portal.outbox.tasks import periodic
from surveys import services

#: Days in which an answer may still join a day that is over, with some to spare for a worker that stood still.
KEPT = timedelta(days=14)


def offer(
    *,
    message_id: int,
    unit_id: int | None = None,
    service_id: int = 0,
    is_confidential: bool = True,
    **_: object,
) -> None:
    """Count that the page of an answer asks how it was, whatever the answer says, and give it a code.

    The answer to a report of misconduct gets none; older events tell neither unit nor whether it was one. Number 0 is
    no service.
    """
    if unit_id is not None:
        services.offer_survey(
            key=str(message_id),
            unit_id=unit_id,
            service_id=service_id or None,
            has_code=not is_confidential,
            at=timezone.now(),
        )


@periodic("surveys.look_for_groups")
def look_for_groups() -> None:
    """Mark what looks sent by one hand, today and on the days from which a kiosk may still bring answers."""
    today = jalali.local(timezone.now()).date()
    for ago in range(4):
        services.look_for_groups(day=today - timedelta(days=ago))


@periodic("surveys.forget_counters")
def forget_counters() -> None:
    """Forget the counters of days that are over, where too few answers share one; a kiosk may bring some late."""
    today = jalali.local(timezone.now()).date()
    services.forget_counters(first=today - KEPT, last=today - timedelta(days=1))


@periodic("surveys.close_quarters")
def close_quarters() -> None:
    """Count the quarters that are over."""
    services.close_settled_quarters(at=timezone.now())
