"""Joining cases of one sender: they are answered together, every code keeps opening its own case (decision 15)."""

from datetime import date, datetime

from django.db import transaction

from directory.models import User
from feedback import policy
from feedback.enums import EventKind
from feedback.models import Case, Deadline, Review
from feedback.services.after import lock_for_work
from feedback.services.change import lock_for_staff, move, record
from portal.outbox.publish import publish


@transaction.atomic
def merge(*, case_id: int, into: str, actor: User, at: datetime, version: int | None = None) -> Case:
    """Join a case with an older one of the same sender, given by its number; publish `case.merged`.

    Raises `MergeRefused`, `StepHeld` where a step of either is about to go out, `CaseNotFound` where the actor may not
    see one of them, and `CaseChanged`.
    """
    old_id = Case.objects.visible_to(actor).filter(number=into).values_list("pk", flat=True).first()
    if old_id is None:
        raise policy.MergeRefused("unknown")
    if old_id >= case_id:
        raise policy.MergeRefused("itself" if old_id == case_id else "younger")
    old = lock_for_work(case_id=old_id, actor=actor)  # the older first: all locks are taken in one order
    young = lock_for_work(case_id=case_id, actor=actor, version=version)
    policy.may_merge(_joining(young), _joining(old))
    move(young, "merge", merged_into=old)
    move(old, "merge", due_on=_earlier(old, young, at))
    record(young, EventKind.MERGED, at=at, actor=actor, unit=young.unit, reason=old.number)
    record(old, EventKind.MERGED, at=at, actor=actor, unit=old.unit, reason=young.number)
    publish("case.merged", case_id=young.pk)
    return young


@transaction.atomic
def unmerge(*, case_id: int, actor: User, at: datetime, version: int | None = None) -> Case:
    """Make a joined case one of its own again; publish `case.unmerged`. Raises `TransitionRefused` where it is not
    joined."""
    old_id = Case.objects.filter(pk=case_id).values_list("merged_into", flat=True).first()
    if old_id is None:
        raise policy.TransitionRefused("", "unmerge")
    old = lock_for_staff(case_id=old_id, actor=actor)
    young = lock_for_staff(case_id=case_id, actor=actor, version=version)
    if young.merged_into_id != old.pk:
        raise policy.TransitionRefused(young.status, "unmerge")
    move(young, "unmerge", merged_into=None)
    move(old, "unmerge")
    record(young, EventKind.UNMERGED, at=at, actor=actor, unit=young.unit, reason=old.number)
    record(old, EventKind.UNMERGED, at=at, actor=actor, unit=old.unit, reason=young.number)
    publish("case.unmerged", case_id=young.pk)
    return young


def _earlier(old: Case, young: Case, at: datetime) -> date:
    """Return the last day for an answer to both; where it is that of the younger, its promise is the older's now."""
    if young.due_on >= old.due_on:
        return old.due_on
    promise = young.deadlines.latest("set_at", "id")
    Deadline.objects.create(
        case=old,
        policy=promise.policy,
        days=promise.days,
        registered_on=promise.registered_on,
        due_on=young.due_on,
        reason="merge",
        calendar=promise.calendar,
        set_at=at,
    )
    return young.due_on


def _joining(case: Case) -> policy.Joining:
    kept_out = case.exclusions.values_list("unit", flat=True)
    recused = (f"user {user}" for user in case.recusals.values_list("user", flat=True))
    lane = ["confidential"] if case.is_confidential else []
    return policy.Joining(
        pk=case.pk,
        status=case.status,
        unit=case.unit_id,
        is_joined=case.merged_into_id is not None,
        has_joined=case.merged.exists(),
        is_reviewed=Review.objects.filter(case=case, decided_at=None).exists(),
        walls=frozenset([*kept_out, *recused, *lane]),
        addresses=frozenset(filter(None, (case.phone, case.email.casefold()))),
    )
