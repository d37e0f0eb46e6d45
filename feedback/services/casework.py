"""What staff does with a case."""

from collections.abc import Sequence
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from directory.models import Unit, User
from feedback import policy
from feedback.enums import EventKind, Purpose
from feedback.models import Case, Message, Review, RoutingDecision
from feedback.services.after import lock_for_work
from feedback.services.change import lock_for_staff, move, record
from feedback.services.clock import pause, resume
from feedback.services.files import attach
from feedback.services.settling import followers, say, settle, withdraw_rejection
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

    Cases joined with this one get the answer too. Raises `CaseNotFound`, `CaseChanged` or `TransitionRefused`; nothing
    is stored then.
    """
    case = lock_for_work(case_id=case_id, actor=actor, version=version)
    withdraw_rejection(case=case, at=at)
    return settle(case, "answer", EventKind.ANSWERED, actor=actor, body=body, at=at, files=files)


@transaction.atomic
def ask(
    *,
    case_id: int,
    actor: User,
    body: str,
    at: datetime,
    version: int | None = None,
    files: Sequence[UploadedFile] = (),
) -> Message:
    """Ask the citizen something; the clock stands still until the reply. Publish `case.asked`."""
    case = lock_for_work(case_id=case_id, actor=actor, version=version)
    withdraw_rejection(case=case, at=at)
    message = _ask(case, actor, body, at, files)
    for other in followers(case):
        _ask(other, actor, body, at, files)
    return message


def _ask(case: Case, actor: User, body: str, at: datetime, files: Sequence[UploadedFile]) -> Message:
    move(case, "ask", awaits_staff=False, assigned_to=case.assigned_to or actor)
    pause(case=case, at=at)
    message = say(case, Purpose.QUESTION, actor, body, at)
    attach(message=message, files=files)
    record(case, EventKind.ASKED, at=at, actor=actor, unit=case.unit)
    publish("case.asked", case_id=case.pk, message_id=message.pk)
    return message


@transaction.atomic
def note(*, case_id: int, actor: User, body: str, at: datetime) -> Message:
    """Write an internal note; the citizen never sees it."""
    case = lock_for_staff(case_id=case_id, actor=actor)
    message = say(case, Purpose.NOTE, actor, body, at)
    record(case, EventKind.NOTED, at=at, actor=actor, unit=case.unit)
    return message


@transaction.atomic
def redirect(
    *, case_id: int, actor: User, unit: Unit, reason: str, at: datetime, version: int | None = None
) -> Case:
    """Send a case to the unit it belongs to, with a reason the citizen reads; publish `case.redirected`.

    Cases joined with it go along. Raises `RedirectRefused` for the unit that has it, an inactive or excluded unit, and
    for a confidential case outside the inspection lane.
    """
    case = lock_for_work(case_id=case_id, actor=actor, version=version)
    _check_target(case, unit)
    withdraw_rejection(case=case, at=at)
    for one in [case, *followers(case)]:
        _redirect(one, actor, unit, reason, at)
    return case


def _redirect(case: Case, actor: User, unit: Unit, reason: str, at: datetime) -> None:
    resume(case=case, at=at)
    move(case, "redirect", unit=unit, assigned_to=None, awaits_staff=True, redirects=case.redirects + 1)
    RoutingDecision.objects.create(
        case=case, unit=unit, stage="override", overridden_by=actor, override_reason=reason, decided_at=at
    )
    record(case, EventKind.REDIRECTED, at=at, actor=actor, unit=unit, reason=reason)
    publish("case.redirected", case_id=case.pk)


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
def refer_out(
    *,
    case_id: int,
    actor: User,
    body: str,
    at: datetime,
    version: int | None = None,
    outside: str = "",
    files: Sequence[UploadedFile] = (),
) -> Message:
    """Tell the citizen which other body the matter belongs to; the case ends here with that answer.

    `outside` is the body's name for the record; the text names it to the citizen.
    """
    case = lock_for_work(case_id=case_id, actor=actor, version=version)
    withdraw_rejection(case=case, at=at)
    return settle(
        case,
        "refer_out",
        EventKind.REFERRED_OUT,
        actor=actor,
        body=body,
        at=at,
        files=files,
        reason=outside,
    )
