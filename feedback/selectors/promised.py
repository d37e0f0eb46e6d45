"""The working days that are promised: the table's, else the policy's."""

from django.db.models import F, Q

from directory.models import Service
from feedback import policy
from feedback.enums import Kind
from feedback.models import PromisedTime


def promises() -> dict[Kind, policy.Promise]:
    """Return what is promised for each kind of message, whatever the service: the table's, else the policy's."""
    rows = {row.kind: row for row in PromisedTime.objects.filter(service=None)}
    return {kind: _promise(rows[kind]) if kind in rows else policy.PROMISES[kind] for kind in Kind}


def promise_for(kind: Kind, service: Service | None) -> policy.Promise:
    """Return what is promised for a kind of message about a service."""
    rows = PromisedTime.objects.filter(Q(service=None) | Q(service=service), kind=kind, is_active=True)
    row = rows.select_related("service").order_by(F("service").asc(nulls_last=True)).first()
    return _promise(row) if row else policy.PROMISES[kind]


def _promise(row: PromisedTime) -> policy.Promise:
    about = f"{row.kind}-{row.service.code}" if row.service else row.kind
    return policy.Promise(f"{about}-{row.answer_days}", row.answer_days, row.first_action_days)


def response_times() -> list[tuple[str, int]]:
    """Return what is promised: the kind of message and its working days to an answer."""
    return [(str(kind.label), promise.answer_days) for kind, promise in promises().items()]


def first_action_days() -> int:
    """Return the working days to the first action on a report of misconduct."""
    return promises()[Kind.MISCONDUCT].first_action_days
