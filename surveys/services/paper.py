"""Paper forms: keying them in by their codes, checking some a second time, and letting the answers go on alone."""

import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.db import transaction

from directory.models import User
from portal.kernel import jalali
from surveys import policy
from surveys.enums import CHOSEN, VISIT_SURVEY, Mode
from surveys.models import AnswerValue, PaperBatch, PaperEntry, Response, Version, VisitSheet, VisitToken
from surveys.selectors import closing_of, digests, may_issue, published
from surveys.services.intake import answer_rows, counter_of, make_response

#: Paper tells no hour; all forms are stored under the same one.
NOON = time(8, 30)


class PaperFault(StrEnum):
    """Why a paper form, or a whole sheet, is not taken."""

    ELSEWHERE = "elsewhere"
    USED = "used"
    KEYED = "keyed"
    CLOSED = "closed"
    UNCHECKED = "unchecked"
    EMPTY = "empty"
    DAY = "day"
    NO_SURVEY = "no_survey"


class PaperRefused(Exception):
    """This paper form or sheet cannot be taken; `fault` says why."""

    def __init__(self, fault: PaperFault) -> None:
        super().__init__(fault)
        self.fault = fault


@transaction.atomic
def key_form(*, sheet: VisitSheet, code: str, answers: Mapping[str, list[str]], actor: User) -> PaperEntry:
    """Keep what somebody keyed of a form; the same form by another person is its check.

    Raises `PermissionDenied`, `PaperRefused` and `policy.AnswersRefused`.
    """
    _lock(sheet, actor)
    token = VisitToken.objects.filter(sheet=sheet, digest__in=digests(code)).first()
    if token is None:
        raise PaperRefused(PaperFault.ELSEWHERE)
    if token.is_spent:
        raise PaperRefused(PaperFault.USED)
    policy.judge(_version().questions, answers)
    before = list(token.entries.all())
    if len(before) > 1 or any(entry.keyed_by_id == actor.pk for entry in before):
        raise PaperRefused(PaperFault.KEYED)
    kept = {code: values for code, values in answers.items() if values}
    return PaperEntry.objects.create(token=token, is_second=bool(before), answers=kept, keyed_by=actor)


def _lock(sheet: VisitSheet, actor: User) -> None:
    if not may_issue(actor, sheet.unit):
        raise PermissionDenied
    VisitSheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    if PaperBatch.objects.filter(sheet=sheet).exists():
        raise PaperRefused(PaperFault.CLOSED)


def _version() -> Version:
    version = published(VISIT_SURVEY)
    if version is None:
        raise PaperRefused(PaperFault.NO_SURVEY)
    return version


@transaction.atomic
def close_batch(*, sheet: VisitSheet, day: date, actor: User, at: datetime) -> PaperBatch:
    """Store the keyed forms of a sheet as responses of a day, use up all its codes and forget which was whose.

    Where two people keyed a form, the second one's answers are taken. At least one form and a tenth of them must
    have been keyed twice, and the quarter of the day must not be counted yet: raises `PaperRefused`, and
    `PermissionDenied`.
    """
    _lock(sheet, actor)
    version = _version()
    if not sheet.issued_on <= day <= jalali.local(at).date() or closing_of(policy.quarter_of(day)):
        raise PaperRefused(PaperFault.DAY)
    entries = PaperEntry.objects.filter(token__sheet=sheet).select_related("token").order_by("is_second")
    forms: dict[int, list[PaperEntry]] = {}
    for entry in entries:
        forms.setdefault(entry.token_id, []).append(entry)
    twice = [pair for pair in forms.values() if len(pair) == 2]
    if not forms:
        raise PaperRefused(PaperFault.EMPTY)
    if not policy.enough_checked(len(forms), len(twice)):
        raise PaperRefused(PaperFault.UNCHECKED)
    taken = [pair[-1].answers for pair in forms.values() if not pair[0].token.is_spent]
    _store(sheet, version, taken, day)
    questions = version.questions
    batch = PaperBatch.objects.create(
        sheet=sheet,
        day=day,
        keyed=len(forms),
        checked=len(twice),
        compared=len(twice) * sum(question.kind in CHOSEN for question in questions),
        differed=sum(policy.differing(questions, first.answers, second.answers) for first, second in twice),
        spoiled=len(forms) - len(taken),
        closed_at=at,
        closed_by=actor,
    )
    PaperEntry.objects.filter(token__sheet=sheet).delete()
    VisitToken.objects.filter(sheet=sheet).update(is_spent=True)
    return batch


def _store(sheet: VisitSheet, version: Version, forms: list[dict[str, list[str]]], day: date) -> None:
    """Store responses in the order of their random numbers, not in that of the forms."""
    place = sheet.service.unit_id if sheet.service else sheet.unit_id
    made: list[tuple[Response, list[AnswerValue]]] = []
    for answers in forms:
        accepted = policy.judge(version.questions, answers)
        response = make_response(
            version=version,
            accepted=accepted,
            at=datetime.combine(day, NOON, UTC),
            seconds=None,
            mode=Mode.PAPER,
            service=sheet.service,
            unit_id=place,
            counter=counter_of(sheet.counter, place),
            language="fa",
            token_digest=secrets.token_bytes(32),
        )
        made.append((response, answer_rows(response, accepted)))
    made.sort(key=lambda pair: pair[0].pk)
    Response.objects.bulk_create(response for response, _rows in made)
    AnswerValue.objects.bulk_create(row for _response, rows in made for row in rows)
