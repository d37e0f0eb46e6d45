"""Who holds a case: given by the portal, taken from the queue, handed over by somebody who is away or has left."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from directory.models import Membership, Unit, User
from directory.selectors import absent, reach
from feedback import policy
from feedback.enums import OPEN, EventKind, Side
from feedback.models import Case, Review
from feedback.services.casework import take
from feedback.services.change import CaseNotFound, lock_for_staff, record
from portal.kernel import jalali
from portal.outbox.publish import publish

#: How often `take_next` looks again when somebody else was faster.
TRIES = 3


class TargetRefused(Exception):
    """This member of staff cannot have the case: he does not work in its unit, is away, or is kept out of it."""


@transaction.atomic
def assign(*, case_id: int, at: datetime) -> int | None:
    """Give a case nobody holds to the officer of its unit with the fewest open cases; return whose it is.

    Whoever is away is passed over. The unit's row is locked, so that two cases at once do not both count the same
    officer as free; cases are locked before units, here and in `hand_over`.
    """
    case = Case.objects.select_for_update(no_key=True).only("assigned_to", "status", "unit").get(pk=case_id)
    if case.assigned_to_id or not case.is_open:
        return case.assigned_to_id
    [case.unit] = _lock_units([case])
    officer = eligible(case, case.unit_id, at).first()
    if officer is not None:
        _give(case, officer, at=at)
    return case.assigned_to_id


def _lock_units(cases: Sequence[Case]) -> list[Unit]:
    """Lock the units of locked cases against others who give cases there; new cases may go on coming in."""
    units = Unit.objects.select_for_update(no_key=True).filter(pk__in={case.unit_id for case in cases})
    return list(units.order_by("pk"))


def eligible(case: Case, unit_id: int, at: datetime) -> QuerySet[User]:
    """Return the officers of a unit who may be given a case, the least busy first: who is there and not kept out."""
    barred = Membership.objects.active().filter(unit__in=case.exclusions.values("unit")).values("user")
    works_here = Membership.objects.casework().filter(unit=unit_id, role__in=["officer", "inspector"])
    return (
        User.objects.filter(pk__in=works_here.values("user"), is_staff=True)
        .exclude(pk__in=barred)
        .exclude(pk__in=case.recusals.values("user"))
        .exclude(pk__in=Review.objects.filter(case=case, decided_at=None).values("author"))
        .exclude(pk__in=list(absent(jalali.local(at).date())))
        .annotate(load=Count("cases", filter=Q(cases__status__in=OPEN)))
        .order_by("load", "pk")
    )


def _give(case: Case, officer: User, *, at: datetime, actor: User | None = None) -> None:
    case.assigned_to = officer
    case.save(update_fields=["assigned_to"])
    side = None if actor else Side.SYSTEM
    record(case, EventKind.ASSIGNED, at=at, actor=actor, side=side, unit=case.unit)
    publish("case.assigned", case_id=case.pk)


def take_next(*, actor: User, at: datetime) -> Case | None:
    """Take the case of one's own units that is due first and that nobody holds; None when there is none.

    Two who press at once get two cases: a row that another is about to take is skipped.
    """
    for _try in range(TRIES):
        case_id = _take_next(actor, at)
        if case_id is not None:
            return Case.objects.select_related("unit").get(pk=case_id)
    return None


@transaction.atomic
def _take_next(actor: User, at: datetime) -> int | None:
    free = (
        Case.objects.visible_to(actor)
        .filter(unit__in=reach(actor).works, status__in=OPEN)
        .filter(Q(assigned_to=None) | Q(assigned_to__is_active=False))
        .exclude(pk__in=Review.objects.filter(author=actor, decided_at=None).values("case"))
        .order_by("due_on", "id")
    )
    found = (
        free.select_for_update(skip_locked=True, of=("self",), no_key=True)
        .values_list("pk", flat=True)
        .first()
    )
    if found is None:
        return None
    try:
        return take(case_id=found, actor=actor, at=at).pk
    except (CaseNotFound, policy.TransitionRefused):
        return None


@transaction.atomic
def hand_over(*, case_ids: Sequence[int], actor: User, to: User | None, at: datetime) -> int:
    """Give cases that somebody cannot go on with to another officer, or spread them over the officers who are there.

    Returns how many found one; a case that nobody may have is left with nobody, where its unit sees it. Raises
    `CaseNotFound` or, for a colleague who may not have one of them, `TargetRefused`; nothing is changed then.
    """
    cases = [lock_for_staff(case_id=case_id, actor=actor) for case_id in sorted(case_ids)]
    _lock_units(cases)
    found = 0
    for case in cases:
        ready = eligible(case, case.unit_id, at)
        officer = ready.filter(pk=to.pk).first() if to else ready.first()
        if to and officer is None:
            raise TargetRefused(case.number)
        if officer is not None:
            _give(case, officer, at=at, actor=actor)
            found += 1
        elif case.assigned_to_id:
            case.assigned_to = None
            case.save(update_fields=["assigned_to"])
    return found
