"""What follows an answer, and what the nights bring: looking for odd groups, closing quarters. All may run twice."""

from datetime import timedelta

from django.utils import timezone

from portal.kernel import jalali
from portal.outbox.tasks import periodic
from surveys import services


def offer(*, message_id: int, unit_id: int | None = None, **_: object) -> None:
    """Count that the page of an answer asks how it was, whatever the answer says; older events name no unit."""
    if unit_id is not None:
        services.count_offer(key=str(message_id), unit_id=unit_id, at=timezone.now())


@periodic("surveys.look_for_groups", every=timedelta(hours=1))
def look_for_groups() -> None:
    """Mark what looks sent by one hand, today and on the days from which a kiosk may still bring answers."""
    today = jalali.local(timezone.now()).date()
    for ago in range(4):
        services.look_for_groups(day=today - timedelta(days=ago))


@periodic("surveys.close_quarters", every=timedelta(hours=6))
def close_quarters() -> None:
    """Count the quarters that are over."""
    services.close_settled_quarters(at=timezone.now())
