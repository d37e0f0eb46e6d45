"""The working days that are promised: the table's, else the policy's."""

from directory.models import Service
from feedback import policy
from feedback.enums import Kind
from feedback.models import PromisedTime
from feedback.selectors.reference import Reference, reference_lately


def promises(kept: Reference | None = None) -> dict[Kind, policy.Promise]:
    """Return what is promised for each kind of message, whatever the service: the table's, else the policy's."""
    rows = {row.kind: row for row in (kept or reference_lately()).promised if row.service_id is None}
    return {kind: _promise(rows[kind]) if kind in rows else policy.PROMISES[kind] for kind in Kind}


def promise_for(kind: Kind, service: Service | None, kept: Reference) -> policy.Promise:
    """Return what is promised for a kind of message about a service."""
    rows = {row.service_id: row for row in kept.promised if row.kind == kind and row.is_active}
    row = (rows.get(service.pk) if service else None) or rows.get(None)
    return _promise(row) if row else policy.PROMISES[kind]


def _promise(row: PromisedTime) -> policy.Promise:
    about = f"{row.kind}-{row.service.code}" if row.service else row.kind
    return policy.Promise(f"{about}-{row.answer_days}", row.answer_days, row.first_action_days)


def response_times() -> list[tuple[str, int]]:
    """Return what is promised: the kind of message and its working days to an answer."""
    return [(str(kind.label), promise.answer_days) for kind, promise in promises().items()]


def answer_days() -> dict[str, int]:
    """Return the working days to an answer that are promised for each kind of message, by its value."""
    return {kind.value: promise.answer_days for kind, promise in promises().items()}


def first_action_days() -> int:
    """Return the working days to the first action on a report of misconduct."""
    return promises()[Kind.MISCONDUCT].first_action_days
