"""What staff does with a case."""

from collections.abc import Sequence
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from directory.models import Unit, User
from feedback import policy
from feedback.enums import EventKind, Purpose, Side
from feedback.models import Case, Message, Review, RoutingDecision
from feedback.services.after import close_review, lock_for_work
from feedback.services.change import lock_for_staff, move, record
from feedback.services.clock import pause, resume
from feedback.services.files import attach
from portal.outbox.publish import publish
from routing.policy import CONFIDENTIAL_UNITS


@transaction.atomic
def take(*, case_id: int, actor: User, at: datetime, version: int | None = None) -> Case:
    """Take a case into one's own hands."""
    case = lock_for_work(case_id=case_id, actor=actor, version=version)
    move(case, "take", assigned_to=actor)
    record(case, EventKind.TAKEN, at=at, actor=actor, unit=case.unit)
    return case


@transaction.atomic
def answer(
    *,
    case_id: int,
    actor: User,
    body: str,
    at: datetime,
    version: int | None = None,
    files: Sequence[UploadedFile] = (),
) -> Message:
    """Answer the citizen: a public message that cannot be changed; publish `case.answered`.

    Raises `CaseNotFound`, `CaseChanged` or `TransitionRefused`; nothing is stored then.
    """
    case = lock_for_work(case_id=case_id, actor=actor, version=version)
    resume(case=case, at=at)
    close_review(case=case, actor=actor, at=at)
    move(case, "answer", answered_at=at, awaits_staff=False, assigned_to=case.assigned_to or actor)
    message = _say(case, Purpose.ANSWER, actor, body, at)
    attach(message=message, files=files)
    record(case, EventKind.ANSWERED, at=at, actor=actor, unit=case.unit)
    publish("case.answered", case_id=case.pk, message_id=message.pk)
    return message


@transaction.atomic
def ask(*, case_id: int, actor: User, body: str, at: datetime, version: int | None = None) -> Message:
    """Ask the citizen something; the clock stands still until the reply. Publish `case.asked`."""
    case = lock_for_work(case_id=case_id, actor=actor, version=version)
    move(case, "ask", awaits_staff=False, assigned_to=case.assigned_to or actor)
    pause(case=case, at=at)
    message = _say(case, Purpose.QUESTION, actor, body, at)
    record(case, EventKind.ASKED, at=at, actor=actor, unit=case.unit)
    publish("case.asked", case_id=case.pk, message_id=message.pk)
    return message


@transaction.atomic
def note(*, case_id: int, actor: User, body: str, at: datetime) -> Message:
    """Write an internal note; the citizen never sees it."""
    case = lock_for_staff(case_id=case_id, actor=actor)
    message = _say(case, Purpose.NOTE, actor, body, at)
    record(case, EventKind.NOTED, at=at, actor=actor, unit=case.unit)
    return message


@transaction.atomic
def redirect(
    *, case_id: int, actor: User, unit: Unit, reason: str, at: datetime, version: int | None = None
) -> Case:
    """Send a case to the unit it belongs to, with a reason the citizen reads; publish `case.redirected`.

    Raises `RedirectRefused` for the unit that has it, an inactive or excluded unit, and for a confidential case
    outside the inspection lane.
    """
    case = lock_for_work(case_id=case_id, actor=actor, version=version)
    _check_target(case, unit)
    resume(case=case, at=at)
    move(case, "redirect", unit=unit, assigned_to=None, awaits_staff=True)
    RoutingDecision.objects.create(
        case=case, unit=unit, stage="override", overridden_by=actor, override_reason=reason, decided_at=at
    )
    record(case, EventKind.REDIRECTED, at=at, actor=actor, unit=unit, reason=reason)
    publish("case.redirected", case_id=case.pk)
    return case


def _check_target(case: Case, unit: Unit) -> None:
    if unit.pk == case.unit_id:
        raise policy.RedirectRefused("same")
    if not unit.is_active:
        raise policy.RedirectRefused("inactive")
    if case.exclusions.filter(unit=unit).exists():
        raise policy.RedirectRefused("excluded")
    if Review.objects.filter(case=case, decided_at=None, unit_before=unit).exists():
        raise policy.RedirectRefused("reviewed")
    if case.is_confidential and unit.code not in CONFIDENTIAL_UNITS:
        raise policy.RedirectRefused("confidential")


@transaction.atomic
def refer_out(*, case_id: int, actor: User, body: str, at: datetime, version: int | None = None) -> Message:
    """Tell the citizen which other body the matter belongs to; the case ends here with that answer."""
    case = lock_for_work(case_id=case_id, actor=actor, version=version)
    resume(case=case, at=at)
    close_review(case=case, actor=actor, at=at)
    move(case, "refer_out", answered_at=at, awaits_staff=False)
    message = _say(case, Purpose.ANSWER, actor, body, at)
    record(case, EventKind.REFERRED_OUT, at=at, actor=actor, unit=case.unit)
    publish("case.answered", case_id=case.pk, message_id=message.pk)
    return message


def _say(case: Case, purpose: Purpose, actor: User, body: str, at: datetime) -> Message:
    return Message.objects.create(
        case=case, side=Side.STAFF, purpose=purpose, author=actor, unit=case.unit, body=body, sent_at=at
    )
