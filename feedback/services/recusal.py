"""A case that concerns its own handler: from then on it does not exist for him, and somebody else has it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from directory.enums import Role
from directory.models import Membership, Unit, User
from directory.selectors import parents
from feedback.enums import EventKind, Side
from feedback.models import Case, Recusal, RoutingDecision
from feedback.services.assignment import eligible
from feedback.services.change import lock_for_staff, move, record
from feedback.services.settling import lock_together
from portal.outbox.publish import publish
from routing.policy import CONFIDENTIAL_UNITS, REPLACEMENTS


@transaction.atomic
def recuse(*, case_id: int, actor: User, reason: str, at: datetime, version: int | None = None) -> Recusal:
    """Take a member of staff out of a case that concerns him; publish `case.recused`.

    Another officer of the unit gets it. Where nobody is left there who may have it, it goes to the unit above, then
    to the inspectors and the head's office; where these are concerned themselves, the citizen is shown the bodies
    outside. The reason stays with those who may see the case. Cases joined with it are of the same sender and get the
    same answer: he is out of all of them.
    """
    _case, others = lock_together(case_id)
    case = lock_for_staff(case_id=case_id, actor=actor, version=version)
    together = [case, *others]
    for one in together:
        _step_out(one, actor, reason, at)
    if not _has_people(case, case.unit, at):
        _pass_on(together, at)
    for one in together:
        publish("case.recused", case_id=one.pk)
    return Recusal.objects.get(case=case, user=actor)


def _step_out(case: Case, actor: User, reason: str, at: datetime) -> None:
    Recusal.objects.get_or_create(case=case, user=actor, defaults={"at": at})
    record(case, EventKind.RECUSED, at=at, actor=actor, unit=case.unit, reason=reason)
    holder = None if case.assigned_to_id == actor.pk else case.assigned_to
    move(case, "recuse", assigned_to=holder)


def _has_people(case: Case, unit: Unit, at: datetime) -> bool:
    """Tell whether somebody of a unit may have the case: an officer who is there, or the head."""
    heads = Membership.objects.active().filter(unit=unit, role=Role.HEAD, user__is_staff=True)
    barred = Membership.objects.active().filter(unit__in=case.exclusions.values("unit")).values("user")
    left = heads.exclude(user__in=case.recusals.values("user")).exclude(user__in=barred)
    return eligible(case, unit.pk, at).exists() or left.exists()


def _pass_on(together: Sequence[Case], at: datetime) -> None:
    """Send joined cases to the next unit that is not kept out of them; where none is left, name the bodies outside."""
    first = together[0]
    unit = next((one for one in _next_units(first) if _has_people(first, one, at)), None)
    for case in together:
        _send_on(case, unit, at)


def _send_on(case: Case, unit: Unit | None, at: datetime) -> None:
    if unit is None:
        case.external_bodies = True
        case.save(update_fields=["external_bodies"])
        return
    case.unit, case.assigned_to = unit, None
    case.save(update_fields=["unit", "assigned_to"])
    RoutingDecision.objects.create(case=case, unit=unit, stage="replacement", decided_at=at)
    record(case, EventKind.ROUTED, at=at, side=Side.SYSTEM, unit=unit)


def _next_units(case: Case) -> list[Unit]:
    tree, code, codes = parents(), case.unit.code, []
    while (above := tree.get(code)) is not None and above not in codes:
        codes.append(above)
        code = above
    wanted = [one for one in dict.fromkeys([*codes, *REPLACEMENTS]) if one != case.unit.code]
    if case.is_confidential:
        wanted = [one for one in wanted if one in CONFIDENTIAL_UNITS]
    kept_out = case.exclusions.values("unit")
    units = {
        unit.code: unit
        for unit in Unit.objects.filter(code__in=wanted, is_active=True).exclude(pk__in=kept_out)
    }
    return [units[one] for one in wanted if one in units]
