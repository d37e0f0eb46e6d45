"""What should have followed and got lost is found and follows again; what is on its way or over is left alone."""

from datetime import timedelta

import pytest

from feedback import services, tasks
from feedback.enums import FileState
from feedback.models import Attachment, Notice
from feedback.services.repair import OLD, Repaired
from feedback.tests.factories import AT, make_case
from portal.outbox.models import Delivery, DeliveryState, Event

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]

LATER = AT + timedelta(minutes=10)
EMAIL = "citizen@example.ir"


def finish_everything() -> None:
    """Let the outbox have done all that waits."""
    Event.objects.update(relayed_at=AT, created_at=AT)
    for event in Event.objects.filter(deliveries=None):
        Delivery.objects.create(event=event, handler="x", state=DeliveryState.DONE, done_at=AT)


def published() -> list[tuple[str, dict[str, int]]]:
    return list(Event.objects.filter(relayed_at=None).values_list("name", "payload"))


def test_repair_when_the_event_of_a_case_was_deleted_then_it_is_published_again_and_once() -> None:
    lost, _whole = make_case(), make_case()
    finish_everything()
    Event.objects.filter(payload__case_id=lost.pk).delete()

    found = [services.repair(at=LATER), services.repair(at=LATER)]

    assert found == [Repaired(1, 0, 0), Repaired(0, 0, 0)]
    assert published() == [("case.submitted", {"case_id": lost.pk})]


def test_repair_when_the_notice_of_a_citizen_was_deleted_then_he_is_told() -> None:
    case = make_case(email=EMAIL)
    finish_everything()

    services.repair(at=LATER)
    tasks.acknowledge(**published()[0][1])
    finish_everything()

    assert Notice.objects.get().case == case
    assert services.repair(at=LATER) == Repaired(0, 0, 0)


def test_repair_when_a_notice_waits_and_nothing_is_under_way_then_it_is_queued_again() -> None:
    case = make_case(email=EMAIL)
    tasks.acknowledge(case_id=case.pk)
    finish_everything()
    Notice.objects.update(created_at=AT)

    assert services.repair(at=LATER) == Repaired(0, 1, 0)
    assert published() == [("notice.queued", {"notice_id": Notice.objects.get().pk})]


def test_repair_when_a_file_was_never_looked_at_then_it_is() -> None:
    case = make_case()
    message = case.messages.get()
    file = Attachment.objects.create(
        message=message,
        name="letter.pdf",
        file="attachments/x",
        content_type="application/pdf",
        size=1,
        sha256=b"x",
    )
    finish_everything()

    assert (services.repair(at=LATER), file.state) == (Repaired(0, 0, 1), FileState.CHECKING)
    assert published() == [("file.received", {"attachment_id": file.pk})]


@pytest.mark.parametrize("age", [timedelta(minutes=1), OLD + timedelta(minutes=1)])
def test_repair_when_a_case_is_young_or_old_then_it_is_left_alone(age: timedelta) -> None:
    make_case(email=EMAIL)
    Event.objects.all().delete()

    assert not services.repair(at=AT + age)


def test_repair_when_work_is_under_way_then_it_is_left_alone() -> None:
    make_case(email=EMAIL)

    assert not services.repair(at=LATER)
