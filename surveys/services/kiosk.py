"""Kiosks: adding and switching off, and taking in what they ask, also hours later when they were offline."""

import secrets
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from directory.models import User
from portal.kernel import jalali
from surveys import policy
from surveys.enums import Mode
from surveys.models import Kiosk, Response, Version
from surveys.selectors import may_issue
from surveys.services.intake import submit_response


@transaction.atomic
def add_kiosk(*, kiosk: Kiosk, actor: User | None, at: datetime) -> str:
    """Save an unsaved kiosk and return its key, which is stored nowhere; raises `PermissionDenied`."""
    if actor is not None and not may_issue(actor, kiosk.unit):
        raise PermissionDenied
    key = secrets.token_urlsafe(24)
    kiosk.key_digest, kiosk.added_at = policy.token_digest(key), at
    kiosk.save(force_insert=True)
    return key


@transaction.atomic
def revoke_kiosk(*, kiosk: Kiosk, actor: User, at: datetime) -> None:
    """Switch a kiosk off for good; raises `PermissionDenied`."""
    if not may_issue(actor, kiosk.unit):
        raise PermissionDenied
    Kiosk.objects.filter(pk=kiosk.pk, revoked_at=None).update(revoked_at=at)


@transaction.atomic
def take_from_kiosk(
    *,
    kiosk: Kiosk,
    version: Version,
    answers: Mapping[str, Sequence[str]],
    number: uuid.UUID,
    language: str,
    at: datetime,
    age: timedelta = timedelta(),
) -> Response:
    """Store what somebody answered on a kiosk; the same `number` again, however often, returns the first response.

    `age` is how long the answer waited on a kiosk that was offline; one that waited longer than a quarter takes to
    settle is counted today. Raises `policy.VersionClosed` and `policy.AnswersRefused`.
    """
    given = at - age if timedelta() <= age <= policy.SETTLING else at
    response = submit_response(
        version=version,
        answers=answers,
        service=kiosk.service,
        unit=kiosk.unit,
        counter=kiosk.counter,
        mode=Mode.KIOSK,
        language=language,
        token=f"kiosk/{number}",
        at=given,
    )
    Kiosk.objects.filter(pk=kiosk.pk).update(last_answer_on=jalali.local(at).date())
    return response
