"""Rejecting: one person proposes it with reason, legal ground and where to go next; another decides."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from directory.models import User
from directory.selectors import reach
from feedback import policy
from feedback.enums import EventKind, Ground, Outcome, Purpose
from feedback.models import Case, Message, Rejection
from feedback.services.after import lock_for_work
from feedback.services.change import move, record
from feedback.services.settling import say, settle, withdraw_rejection
from portal.outbox.publish import publish


@transaction.atomic
def propose(
    *,
    case_id: int,
    actor: User,
    ground: Ground,
    body: str,
    law: str,
    onward: str,
    at: datetime,
    version: int | None = None,
) -> Rejection:
    """Propose to reject a case; the citizen is told nothing yet. Publish `case.reject_asked`.

    An earlier proposal that is still open is withdrawn. What the citizen would read stands as a note in the case.
    """
    case = lock_for_work(case_id=case_id, actor=actor, version=version)
    withdraw_rejection(case=case, at=at)
    move(case, "propose", assigned_to=case.assigned_to or actor)
    rejection = Rejection.objects.create(
        case=case,
        unit=case.unit,
        ground=ground,
        body=body,
        law=law,
        onward=onward,
        proposed_by=actor,
        proposed_at=at,
    )
    note = say(case, Purpose.NOTE, actor, text_of(rejection), at)
    record(case, EventKind.REJECT_ASKED, at=at, actor=actor, unit=case.unit)
    publish("case.reject_asked", case_id=case.pk, message_id=note.pk)
    return rejection


@transaction.atomic
def reject(*, case_id: int, actor: User, at: datetime, version: int | None = None) -> Message:
    """Approve the open proposal: the citizen gets it as the answer. Raises `DecisionRefused` for the proposer."""
    case = lock_for_work(case_id=case_id, actor=actor, version=version)
    rejection = _to_decide(case, actor, "reject")
    label = str(rejection.get_ground_display())
    body = text_of(rejection)
    answer = settle(case, "reject", EventKind.REJECTED, actor=actor, body=body, at=at, reason=label)
    rejection.outcome, rejection.decided_by, rejection.decided_at = Outcome.APPROVED, actor, at
    rejection.answer = answer
    rejection.save()
    return answer


@transaction.atomic
def send_back(
    *, case_id: int, actor: User, reason: str, at: datetime, version: int | None = None
) -> Rejection:
    """Send the open proposal back to whoever made it, with a reason; publish `case.reject_back`."""
    case = lock_for_work(case_id=case_id, actor=actor, version=version)
    rejection = _to_decide(case, actor, "send_back")
    move(case, "send_back")
    rejection.outcome, rejection.decided_by, rejection.decided_at = Outcome.RETURNED, actor, at
    rejection.save()
    note = say(case, Purpose.NOTE, actor, reason, at)
    record(case, EventKind.REJECT_BACK, at=at, actor=actor, unit=case.unit, reason=reason)
    publish("case.reject_back", rejection_id=rejection.pk, message_id=note.pk)
    return rejection


def _to_decide(case: Case, actor: User, step: str) -> Rejection:
    rejection = Rejection.objects.filter(case=case, outcome="").first()
    if rejection is None:
        raise policy.TransitionRefused(case.status, step)
    headed = reach(actor).heads
    if not policy.may_decide(
        actor=actor.pk, proposer=rejection.proposed_by_id, unit=case.unit_id, headed=headed
    ):
        raise policy.DecisionRefused(case.status, step)
    return rejection


def text_of(rejection: Rejection) -> str:
    """Return what the citizen reads, in the language of the case: why, on what ground, and where to go next."""
    with translation.override(rejection.case.language):
        parts = [
            rejection.body,
            _("Reason: %(reason)s.") % {"reason": rejection.get_ground_display()},
            _("Legal ground: %(law)s") % {"law": rejection.law},
            _("Where you can go next: %(onward)s") % {"onward": rejection.onward},
        ]
    return "\n\n".join(parts)
