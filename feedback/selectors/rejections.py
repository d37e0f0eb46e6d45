"""Rejections: the open proposal, who may decide it, and how many there were."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from directory.enums import Role
from directory.models import Membership, User
from directory.selectors import parents
from feedback.enums import Outcome, Purpose
from feedback.models import Case, Message, Rejection


def deciders(case: Case, *, but: User | None) -> list[User]:
    """Return who may decide a rejection: the heads of the case's unit, else of the nearest unit above that has one."""
    above, tree = case.unit.code, parents()
    while above:
        heads = Membership.objects.active().filter(role=Role.HEAD, unit__code=above).select_related("user")
        found = [one.user for one in heads if one.user != but]
        if found:
            return found
        above = tree.get(above) or ""
    return []


@dataclass(frozen=True)
class RejectionCount:
    """How many answers a unit gave and how many of them rejected what was asked for."""

    unit: int
    answered: int
    rejected: int


def rejection_counts(since: datetime, until: datetime) -> list[RejectionCount]:
    """Return the published figures of PRODUCT.md section 16, clause 3, for each unit that answered in that time."""
    answers = Message.objects.filter(purpose=Purpose.ANSWER, sent_at__gte=since, sent_at__lt=until)
    rows = (
        answers.order_by("unit__order")
        .values_list("unit")
        .annotate(answered=Count("pk"), rejected=Count("pk", filter=Q(rejection__outcome=Outcome.APPROVED)))
    )
    return [RejectionCount(*row) for row in rows]


def open_rejection(case: Case) -> Rejection | None:
    """Return the proposal to reject a case that waits for a second person."""
    return Rejection.objects.filter(case=case, outcome="").select_related("proposed_by", "case").first()
