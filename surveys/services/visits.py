"""Sheets of visit codes and their use: a code gives one answer, and the answer leads to no code."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.expressions import Case, Value, When

from directory.models import User
from portal.kernel import codes, jalali
from surveys import policy
from surveys.enums import Mode
from surveys.models import Offer, Response, Version, VisitCount, VisitSheet, VisitToken
from surveys.selectors import digests, may_issue
from surveys.services.intake import judged_response, sent_before, store


@transaction.atomic
def issue_sheet(*, sheet: VisitSheet, actor: User | None, at: datetime) -> VisitSheet:
    """Save an unsaved sheet with its one-time codes; `actor` is None for the portal itself.

    The codes are not stored: `codes_of` makes them again for printing. Raises `PermissionDenied`.
    """
    if actor is not None and not may_issue(actor, sheet.unit):
        raise PermissionDenied
    sheet.key = next(iter(settings.CODE_PEPPERS))
    sheet.issued_on, sheet.issued_by = jalali.local(at).date(), actor
    sheet.save(force_insert=True)
    pepper = settings.CODE_PEPPERS[sheet.key]
    # In the order of their hashes: the number of a row does not tell which slip of the page it was.
    hashes = sorted(codes.digest(code, pepper) for code in codes_of(sheet))
    VisitToken.objects.bulk_create(VisitToken(sheet_id=sheet.pk, digest=digest) for digest in hashes)
    return sheet


def codes_of(sheet: VisitSheet) -> list[str]:
    """Return the codes of a sheet in the order of its page; none when its pepper is gone."""
    pepper = settings.CODE_PEPPERS.get(sheet.key)
    if pepper is None:
        return []
    return [codes.derive_visit(f"{sheet.seed}/{number}", pepper=pepper) for number in range(sheet.count)]


@transaction.atomic
def void_sheet(*, sheet: VisitSheet, actor: User) -> None:
    """Make the codes of a sheet worthless, should it be lost; raises `PermissionDenied`."""
    if not may_issue(actor, sheet.unit):
        raise PermissionDenied
    VisitSheet.objects.filter(pk=sheet.pk).update(is_void=True)


def redeem(
    *,
    code: str,
    version: Version,
    answers: Mapping[str, Sequence[str]],
    language: str,
    token: str,
    at: datetime,
    seconds: float | None = None,
    is_trapped: bool = False,
) -> Response:
    """Take in the one answer of a visit code: it is marked as used, and a response is stored that leads nowhere.

    Both happen in one transaction or not at all. Every row of the sheet is written anew, so that not even the
    database's own transaction numbers tell which code belongs to which response. The same form sent again, also at
    once, returns the first response. Raises `policy.TokenRefused` and what `submit_response` raises.
    """
    try:
        with transaction.atomic():
            again = sent_before(token, version)
            if again is not None:
                return again
            sheet, visit = _usable(code, at)
            response, values = judged_response(
                version=version,
                answers=answers,
                service=sheet.service,
                unit=sheet.unit,
                counter=sheet.counter,
                mode=Mode.TOKEN,
                language=language,
                token=token,
                at=at,
                seconds=seconds,
                is_trapped=is_trapped,
            )
            store(response, values)
            spent = Case(When(Q(pk=visit.pk), then=Value(True)), default=F("is_spent"))
            VisitToken.objects.filter(sheet=sheet).update(is_spent=spent)
    except IntegrityError:
        again = sent_before(token, version)
        if again is None:
            raise
        return again
    return response


def count_refused(*, code: str) -> None:
    """Count on its sheet that somebody sent answers with a used code; many on one sheet want a look.

    Called after the refusal, outside its transaction.
    """
    VisitSheet.objects.filter(tokens__digest__in=digests(code)).update(refused=F("refused") + 1)


def _usable(code: str, at: datetime) -> tuple[VisitSheet, VisitToken]:
    """Lock the sheet of a code that can be used today, and return both; raises `policy.TokenRefused`.

    The code is read after the sheet is locked: whoever waited for the lock sees what was used meanwhile.
    """
    sheets = VisitSheet.objects.select_for_update(of=("self",)).select_related(
        "unit", "service__unit", "counter"
    )
    sheet = sheets.filter(tokens__digest__in=digests(code)).first()
    visit = VisitToken.objects.filter(digest__in=digests(code)).first()
    if visit is None or sheet is None:
        raise policy.TokenRefused(policy.Refusal.UNKNOWN)
    policy.check_token(
        is_spent=visit.is_spent,
        is_void=sheet.is_void,
        expires_on=sheet.expires_on,
        today=jalali.local(at).date(),
    )
    return sheet, visit


@transaction.atomic
def count_visits(*, visits: VisitCount, actor: User) -> VisitCount:
    """Save how many people a unit received on a day; raises `PermissionDenied`."""
    if not may_issue(actor, visits.unit):
        raise PermissionDenied
    visits.entered_by = actor
    visits.save()
    return visits


def count_offer(*, key: str, unit_id: int, at: datetime) -> None:
    """Count that a survey was offered after an answer, once for each `key` (the answer's number)."""
    pepper = settings.CODE_PEPPERS[next(iter(settings.CODE_PEPPERS))]
    Offer.objects.get_or_create(
        digest=codes.digest(f"offer/{key}", pepper),
        defaults={"unit_id": unit_id, "day": jalali.local(at).date()},
    )
