"""Keeping and erasing: what is older than its time loses texts, names, addresses and files; numbers and dates stay.

Erasing is the one way past the triggers of the record, and a narrow one: the database lets texts become empty only in
the transaction that has recorded the erasure (migration 0063). In a set-up with two roles, only the owner of the tables
can erase (README).
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time

from django.db import connection, transaction
from django.db.models import CharField, Count, Exists, F, Min, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from directory.models import User
from feedback import policy
from feedback.enums import EventKind, FileState, Side
from feedback.models import (
    Attachment,
    Case,
    CaseEvent,
    Erasure,
    LegalHold,
    Message,
    Notice,
    Rating,
    RetentionRule,
    Review,
    RoutingDecision,
)
from feedback.services.change import lock, lock_for_staff, record
from feedback.services.drafts import forget_drafts_of
from feedback.services.words import forget_words
from portal.kernel import jalali
from portal.ui.stored import delete_after_commit

#: Facts about the sender and the person complained of.
FACTS = ("about_person", "full_name", "phone", "email", "organization", "letter_number", "place")
REMEMBER = """
INSERT INTO feedback_erasedtext (erasure_id, "table", "row", digest)
SELECT %s, 'message', id, sha256(convert_to(body, 'UTF8')) FROM feedback_message WHERE case_id = %s
UNION ALL
SELECT %s, 'caseevent', id, sha256(convert_to(reason, 'UTF8')) FROM feedback_caseevent
 WHERE case_id = %s AND reason <> ''
"""


class HoldRefused(Exception):
    """The case is kept already, or is not kept ("once", "none")."""


@dataclass(frozen=True)
class Expired:
    """What one rule would erase now: how many cases, of which the oldest came in when, and how many are kept longer."""

    rule: RetentionRule
    cases: int
    oldest: datetime | None
    held: int


def expired(*, at: datetime) -> list[Expired]:
    """Return what would be erased now, by rule; nothing is changed."""
    found = []
    for rule in RetentionRule.objects.all():
        figures = _past_time(rule, at).aggregate(
            cases=Count("pk", filter=~_HELD),
            oldest=Min("received_at", filter=~_HELD),
            held=Count("pk", filter=_HELD),
        )
        found.append(Expired(rule, **figures))
    return found


_HELD = Q(Exists(LegalHold.objects.filter(case=OuterRef("pk"), lifted_at=None)))


def _past_time(rule: RetentionRule, at: datetime) -> QuerySet[Case]:
    """Return the settled cases of a rule's kind in which nothing happened since its time, but that they were closed."""
    day = policy.months_before(jalali.local(at).date(), rule.months)
    limit = datetime.combine(day, time(), jalali.TEHRAN)
    lately = CaseEvent.objects.filter(case=OuterRef("pk"), at__gte=limit).exclude(kind=EventKind.CLOSED)
    settled = Case.objects.filter(
        kind=rule.kind, status__in=policy.SETTLED, awaits_staff=False, erased_at=None, received_at__lt=limit
    )
    return settled.filter(~Exists(lately))


def erase_expired(*, at: datetime) -> Iterator[Erasure]:
    """Erase every case that is past its time and not kept longer, each in a transaction of its own; yield each."""
    for rule in RetentionRule.objects.all():
        for case_id in list(_past_time(rule, at).filter(~_HELD).order_by("pk").values_list("pk", flat=True)):
            erasure = _erase(case_id, rule, at)
            if erasure is not None:
                yield erasure
    forget_words()


@transaction.atomic
def _erase(case_id: int, rule: RetentionRule, at: datetime) -> Erasure | None:
    """Erase one case, unless something happened to it since it was found."""
    case = lock(case_id=case_id)
    if not _past_time(rule, at).filter(~_HELD, pk=case_id).exists():
        return None
    files = Attachment.objects.filter(message__case=case).exclude(file="")
    erasure = Erasure.objects.create(
        case=case, erased_at=at, months=rule.months, texts=case.messages.count(), files=files.count()
    )
    with connection.cursor() as cursor:
        cursor.execute(REMEMBER, [erasure.pk, case.pk, erasure.pk, case.pk])
        cursor.execute("SET LOCAL portal.erasing = 'on'")
    _empty_texts(case)
    forget_drafts_of(case)
    _empty_facts(case, at)
    _drop_files(files)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL portal.erasing = 'off'")
    record(case, EventKind.ERASED, at=at, side=Side.SYSTEM, unit=case.unit)
    return erasure


def _empty_texts(case: Case) -> None:
    Message.objects.filter(case=case).update(body=policy.ERASED)
    CaseEvent.objects.filter(case=case).exclude(reason="").update(reason=policy.ERASED)
    RoutingDecision.objects.filter(case=case).update(reasons=[])
    RoutingDecision.objects.filter(case=case).exclude(override_reason="").update(
        override_reason=policy.ERASED
    )
    Rating.objects.filter(case=case).update(words="")
    Review.objects.filter(case=case).update(reason="")
    LegalHold.objects.filter(case=case).update(reason=policy.ERASED)
    # The constraint against doubles wants addresses that differ.
    number = Concat(Value(policy.ERASED), Cast("pk", CharField()))
    Notice.objects.filter(case=case).update(address=number, error="", gateway_id="")


def _empty_facts(case: Case, at: datetime) -> None:
    """Empty what the case itself holds; its code opens nothing from now on."""
    changes: dict[str, object] = dict.fromkeys(FACTS, "")
    changes |= {"subject": policy.ERASED, "code_hash": secrets.token_bytes(32), "erased_at": at}
    Case.objects.filter(pk=case.pk).update(version=F("version") + 1, **changes)


def _drop_files(files: QuerySet[Attachment]) -> None:
    for attachment in list(files):
        storage, name = attachment.file.storage, str(attachment.file.name)
        attachment.file, attachment.name, attachment.state = "", policy.ERASED, FileState.ERASED
        attachment.sha256, attachment.came_sha256 = b"", None
        attachment.save()
        delete_after_commit(storage, name)


# --- Cases that are kept longer ---------------------------------------------------------------------------------


@transaction.atomic
def keep_longer(*, case_id: int, actor: User, reason: str, at: datetime) -> LegalHold:
    """Keep a case beyond its time until the hold is lifted. Raises `CaseNotFound`, `HoldRefused`."""
    case = lock_for_staff(case_id=case_id, actor=actor)
    if case.erased_at is not None or case.holds.filter(lifted_at=None).exists():
        raise HoldRefused("once")
    record(case, EventKind.KEPT, at=at, actor=actor, unit=case.unit, reason=reason)
    return LegalHold.objects.create(case=case, reason=reason, set_by=actor, set_at=at)


@transaction.atomic
def release(*, case_id: int, actor: User, at: datetime) -> LegalHold:
    """Lift the hold of a case; its time counts again. Raises `CaseNotFound`, `HoldRefused`."""
    case = lock_for_staff(case_id=case_id, actor=actor)
    hold = case.holds.filter(lifted_at=None).first()
    if hold is None:
        raise HoldRefused("none")
    hold.lifted_by, hold.lifted_at = actor, at
    hold.save(update_fields=["lifted_by", "lifted_at"])
    record(case, EventKind.RELEASED, at=at, actor=actor, unit=case.unit)
    return hold
