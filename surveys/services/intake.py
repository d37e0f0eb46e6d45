"""Taking in responses and votes. Nothing stored here leads to a person."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from directory.models import Service, Unit
from portal import rows
from portal.kernel import jalali
from surveys import policy
from surveys.enums import Flag, Mode, Page
from surveys.models import AnswerValue, Counter, Item, PageVote, Response, Version


def submit_response(
    *,
    version: Version,
    answers: Mapping[str, Sequence[str]],
    service: Service | None,
    language: str,
    token: str,
    at: datetime,
    seconds: float | None = None,
    is_trapped: bool = False,
    mode: Mode = Mode.WEB,
    unit: Unit | None = None,
    counter: Counter | None = None,
) -> Response:
    """Store a response and return it; sending the same form again, also at once, returns the first one.

    `answers` is item code → what was sent, as a list. `token` is the form's one-time token. `seconds` (from opening
    to sending) and `is_trapped` only ever flag a response. `unit` is where the visit was; without one, and wherever
    a service is named, it is the service's; `counter` is where in it.
    Raises `policy.FormUsed`, `policy.VersionClosed` and `policy.AnswersRefused`.
    """
    try:
        response, values = judged_response(
            version=version,
            answers=answers,
            service=service,
            unit=unit,
            counter=counter,
            mode=mode,
            language=language,
            token=token,
            at=at,
            seconds=seconds,
            is_trapped=is_trapped,
        )
        with transaction.atomic():
            return store(response, values)
    except (IntegrityError, policy.AnswersRefused, policy.VersionClosed):
        again = sent_before(token, version)
        if again is None:
            raise
        return again


def sent_before(token: str, version: Version) -> Response | None:
    """Return the response that a form with this one-time token has brought already.

    Raises `policy.FormUsed` where that was to another survey.
    """
    digest = policy.token_digest(token)
    again = Response.objects.select_related("version").filter(token_digest=digest).first()
    if again is not None and again.version.questionnaire_id != version.questionnaire_id:
        raise policy.FormUsed
    return again


def judged_response(
    *,
    version: Version,
    answers: Mapping[str, Sequence[str]],
    service: Service | None,
    unit: Unit | None,
    counter: Counter | None,
    mode: Mode,
    language: str,
    token: str,
    at: datetime,
    seconds: float | None,
    is_trapped: bool,
) -> tuple[Response, list[AnswerValue]]:
    """Return a response and its answers, judged and unsaved; arguments and refusals are those of `submit_response`."""
    policy.check_open(version.state, version.retired_at, at)
    accepted = policy.judge(version.questions, answers)
    about = service if version.questionnaire.asks_service else None
    place = about.unit_id if about else unit.pk if unit else None
    response = make_response(
        version=version,
        accepted=accepted,
        at=at,
        seconds=seconds,
        is_trapped=is_trapped,
        service=about,
        unit_id=place,
        counter=counter_of(counter, place),
        mode=mode,
        language=language,
        token_digest=policy.token_digest(token),
    )
    return response, answer_rows(response, accepted)


def counter_of(counter: Counter | None, unit: int | None) -> Counter | None:
    """Return the counter where an answer about a unit (its primary key) was given; one of another unit says nothing."""
    return counter if counter and counter.unit_id == unit else None


def store(response: Response, values: list[AnswerValue]) -> Response:
    """Save a response with its answers, in one statement and in the transaction of the caller."""
    rows.insert(response, *values)
    return response


def make_response(
    *,
    version: Version,
    accepted: Mapping[str, policy.Answer],
    at: datetime,
    seconds: float | None,
    mode: Mode,
    is_trapped: bool = False,
    **fields: Any,
) -> Response:
    """Return an unsaved response with the flags that its own answers earn."""
    local = jalali.local(at)
    flags = policy.flags_of(version.questions, accepted, seconds=seconds, is_trapped=is_trapped)
    return Response(
        version=version,
        mode=mode,
        day=local.date(),
        hour=local.hour,
        flags=flags + _out_of_hours(mode, local.hour),
        **fields,
    )


def _out_of_hours(mode: Mode, hour: int) -> list[Flag]:
    return [Flag.OUT_OF_HOURS] if mode == Mode.KIOSK and hour not in policy.OPEN_HOURS else []


def answer_rows(response: Response, accepted: Mapping[str, policy.Answer]) -> list[AnswerValue]:
    """Return the unsaved answers of a response."""
    items = {item.code: item for item in response.version.asked}
    return [row for code, answer in accepted.items() for row in _rows(response, items[code], answer)]


def _rows(response: Response, item: Item, answer: policy.Answer) -> list[AnswerValue]:
    of: dict[str, Any] = {"response_id": response.pk, "item_id": item.pk}
    if answer.values:
        chosen = [option for option in item.options.all() if option.value in answer.values]
        return [AnswerValue(**of, option_id=option.pk) for option in chosen]
    return [AnswerValue(**of, number=answer.number, text=answer.text)]


def count_page_vote(*, page: Page, is_useful: bool, at: datetime) -> PageVote:
    """Add one vote on whether a page was useful; the day is all that is kept with it."""
    return PageVote.objects.create(page=page, is_useful=is_useful, day=jalali.local(at).date())
