"""The recognition file: entries come from thanks and from surveys, and are closed after both sides were heard."""

from datetime import datetime

from django.db import transaction

from directory import policy
from directory.enums import Outcome, Source
from directory.models import Recognition, Unit, User


@transaction.atomic
def open_recognition(
    *,
    person: User,
    unit: Unit,
    source: Source,
    reference: str,
    finding: tuple[str, str],
    at: datetime,
    is_praise: bool = True,
    actor: User | None = None,
) -> Recognition:
    """Enter what a source says about somebody, once for each `reference`; `finding` is Persian and English.

    `actor` is None for the portal itself.
    """
    entry, _fresh = Recognition.objects.get_or_create(
        person=person,
        reference=reference,
        defaults={
            "unit": unit,
            "source": source,
            "is_praise": is_praise,
            "finding_fa": finding[0],
            "finding_en": finding[1],
            "opened_at": at,
            "opened_by": actor,
        },
    )
    return entry


def _locked(entry_id: int) -> Recognition:
    return Recognition.objects.select_for_update(of=("self",)).get(pk=entry_id)


@transaction.atomic
def note_recognition(*, entry_id: int, note: str, actor: User) -> Recognition:
    """Write the head's note into an entry; raises `policy.RecognitionRefused`."""
    entry = _locked(entry_id)
    is_own = entry.person_id == actor.pk
    policy.check_note(note, is_open=entry.is_open, is_own=is_own, is_noted=bool(entry.note))
    entry.note, entry.noted_by = note.strip(), actor
    entry.save(update_fields=["note", "noted_by"])
    return entry


@transaction.atomic
def reply_to_recognition(
    *, entry_id: int, reply: str, is_objected: bool, actor: User, at: datetime
) -> Recognition:
    """Write the word of the person himself into an entry; raises `policy.RecognitionRefused`."""
    entry = _locked(entry_id)
    is_own = entry.person_id == actor.pk
    policy.check_reply(reply, is_open=entry.is_open, is_own=is_own, is_replied=bool(entry.reply))
    entry.reply, entry.is_objected, entry.replied_at = reply.strip(), is_objected, at
    entry.save(update_fields=["reply", "is_objected", "replied_at"])
    return entry


@transaction.atomic
def close_recognition(*, entry_id: int, outcome: Outcome, actor: User, at: datetime) -> Recognition:
    """Close an entry; raises `policy.RecognitionRefused`."""
    entry = _locked(entry_id)
    policy.check_close(
        is_open=entry.is_open,
        is_own=entry.person_id == actor.pk,
        is_praise=entry.is_praise,
        is_noted=bool(entry.note),
        is_replied=bool(entry.reply),
        is_objected=entry.is_objected,
        is_author=entry.noted_by_id == actor.pk,
    )
    entry.outcome, entry.closed_by, entry.closed_at = outcome, actor, at
    entry.save(update_fields=["outcome", "closed_by", "closed_at"])
    return entry
