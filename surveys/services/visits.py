"""Sheets of visit codes and their use: a code gives one answer, and the answer leads to no code."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.db.models import BooleanField, F, Func, Q
from django.db.models.expressions import Case, Value, When

from directory.models import User
from portal.kernel import codes, jalali
from surveys import policy
from surveys.enums import Mode
from surveys.models import Response, Version, VisitCount, VisitSheet, VisitToken
from surveys.selectors import code_at, digests, handed_out, may_issue
from surveys.services.groups import mark_race
from surveys.services.intake import judged_response, sent_before, store


@transaction.atomic
def issue_sheet(*, sheet: VisitSheet, actor: User | None, at: datetime) -> VisitSheet:
    """Save an unsaved sheet with its one-time codes; `actor` is None for the portal itself.

    The codes are not stored: `codes_of` makes them again for printing. Raises `PermissionDenied`.
    """
    if actor is not None and not may_issue(actor, sheet.unit):
        raise PermissionDenied
    return mint(sheet=sheet, actor=actor, day=jalali.local(at).date())


def mint(*, sheet: VisitSheet, actor: User | None, day: date) -> VisitSheet:
    """Save an unsaved sheet of a day with the hashes of its codes, in the transaction of the caller."""
    sheet.key = next(iter(settings.CODE_PEPPERS))
    sheet.issued_on, sheet.issued_by = day, actor
    sheet.save(force_insert=True)
    pepper = settings.CODE_PEPPERS[sheet.key]
    # In the order of their hashes: the number of a row does not tell which slip of the page it was.
    hashes = sorted(codes.digest(code, pepper) for code in codes_of(sheet))
    VisitToken.objects.bulk_create(VisitToken(sheet_id=sheet.pk, digest=digest) for digest in hashes)
    return sheet


def codes_of(sheet: VisitSheet) -> list[str]:
    """Return the codes of a sheet in the order of its page; none when its pepper is gone."""
    if sheet.key not in settings.CODE_PEPPERS:
        return []
    return [code_at(sheet, place) for place in range(sheet.count)]


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

    Both happen in one transaction or not at all. Every row of the sheet, and of the sheets among which it hides, is
    written anew, so that not even the database's own transaction numbers tell which code belongs to which response.
    The same form sent again, also at once, returns the first response; another form with the same code at the same
    moment is refused, and the one that was first is flagged. Raises `policy.TokenRefused` and what `submit_response`
    raises.
    """
    try:
        with transaction.atomic():
            _announce(code, token)
            again = sent_before(token, version)
            if again is not None:
                return again
            sheet, visit, company, is_raced = _usable(code, at)
            response, values = judged_response(
                version=version,
                answers=answers,
                service=sheet.service if company.keeps_service else None,
                unit=sheet.unit if company.keeps_unit else None,
                counter=sheet.counter,
                mode=Mode.TOKEN,
                language=language,
                token=token,
                at=at,
                seconds=seconds,
                is_trapped=is_trapped,
            )
            if is_raced:
                response.flags.append(mark_race(response))
            store(response, values)
            spent = Case(When(Q(pk=visit.pk), then=Value(True)), default=F("is_spent"))
            VisitToken.objects.filter(sheet__in=company.sheets).update(is_spent=spent)
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


def _announce(code: str, token: str) -> None:
    """Let others of the same moment know of this use of a code, until the end of the transaction.

    Two sendings of one form wait for each other before, so that they are no race.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 1)),"
            " pg_advisory_xact_lock_shared(hashtextextended(%s, 2))",
            [token, code],
        )


class Used(NamedTuple):
    """A code that can be used today: its sheet, itself, among which sheets it hides, and whether two use it at once."""

    sheet: VisitSheet
    visit: VisitToken
    company: policy.Company
    is_raced: bool


def _usable(code: str, at: datetime) -> Used:
    """Lock the sheet of a code that can be used today; raises `policy.TokenRefused`.

    The code is read after the sheet is locked: whoever waited for the lock sees what was used meanwhile. Whoever comes
    to the same code later waits until this use is over; whoever is there already makes it a race.
    """
    today = jalali.local(at).date()
    sheets = VisitSheet.objects.select_for_update(of=("self",)).select_related(
        "unit", "service__unit", "counter"
    )
    sheet = sheets.filter(tokens__digest__in=digests(code)).first()
    company = _company(sheet, today) if sheet else None
    alone = Func(
        Func(Value(code), Value(2), function="hashtextextended"),
        function="pg_try_advisory_xact_lock",
        output_field=BooleanField(),
    )
    visit = VisitToken.objects.filter(digest__in=digests(code)).annotate(is_alone=alone).first()
    if visit is None or sheet is None or company is None:
        raise policy.TokenRefused(policy.Refusal.UNKNOWN)
    policy.check_token(
        is_spent=visit.is_spent, is_void=sheet.is_void, expires_on=sheet.expires_on, today=today
    )
    return Used(sheet, visit, company, is_raced=not visit.is_alone)


def _company(sheet: VisitSheet, today: date) -> policy.Company:
    """Return among which sheets the codes of a locked sheet hide: that of a counter is company enough.

    Codes of answers to cases are used one after the other, because they write each other's sheets anew.
    """
    if sheet.of_cases:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 3))", ["codes of cases"])
        handed = handed_out(today)
        if sheet.pk in handed:
            return policy.company(handed[sheet.pk], handed.values())
    return policy.Company(frozenset({sheet.pk}), keeps_unit=True, keeps_service=True)


@transaction.atomic
def count_visits(*, visits: VisitCount, actor: User) -> VisitCount:
    """Save how many people a unit received on a day; raises `PermissionDenied`."""
    if not may_issue(actor, visits.unit):
        raise PermissionDenied
    visits.entered_by = actor
    visits.save()
    return visits
