"""Taking in what citizens write: one transaction from the text to the tracking code."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from directory import selectors as directory
from directory.models import County, Service, Unit, User
from feedback import policy
from feedback.enums import Channel, EventKind, Kind, Purpose, Side
from feedback.models import Case, CaseEvent, CaseExclusion, Deadline, Message, Recusal, RoutingDecision
from feedback.selectors import MARK, Reference, case_by_token, promise_for, reference_under
from feedback.services.files import attach
from portal import rows
from portal.kernel import codes, jalali
from portal.outbox.publish import event
from routing import services as routing
from routing.policy import Decision, excluded_by

#: Draws before giving up; two codes in 10¹⁴ meet about never, so more than one redraw means a broken pepper.
MAX_DRAWS = 5
BEGIN = f"""
SELECT ({MARK}), nextval('feedback_case_id_seq'), nextval('feedback_message_id_seq'), nextval('feedback_case_number')
"""


class FormSpent(Exception):
    """This form was sent before with another text; a fresh form must carry the new one."""


@dataclass(frozen=True, kw_only=True)
class Submission:
    """What a citizen sent, cleaned by the form's fields."""

    kind: Kind
    subject: str
    body: str
    service: Service | None = None
    county: County | None = None
    #: The code of the unit it is written to; one that is unknown, or active no more, counts as none.
    addressed_unit: str = ""
    about_unit: Unit | None = None
    about_person: str = ""
    target: str = ""
    full_name: str = ""
    phone: str = ""
    email: str = ""
    organization: str = ""
    letter_number: str = ""
    is_anonymous: bool = False
    language: str = "fa"
    channel: Channel = Channel.WEB
    files: Sequence[UploadedFile] = field(default_factory=tuple)
    voice: UploadedFile | None = None
    #: Entered by staff: who, when the message came in if not now, and in which box, on which line or desk.
    operator: User | None = None
    received_at: datetime | None = None
    place: str = ""


@dataclass(frozen=True)
class Receipt:
    """The case and its secret code, to be shown to the citizen once."""

    case: Case
    code: str


def submit(*, submission: Submission, token: str, at: datetime) -> Receipt:
    """Store a submission with its unit, deadline and record, publish `case.submitted`, and return the receipt.

    `token` is the form's one-time token: sending it again, also at the same moment from many connections, gives
    the same receipt and no second case, since the database holds each token once. Raises `FormSpent` when the token
    came before with another text.

    What staff enters for somebody counts from the day on which it came in, and its code is good for one use only.
    """
    for attempt in range(MAX_DRAWS):
        try:
            return _submit(submission, token, at, attempt)
        except IntegrityError as error:
            if "code_hash" in str(error):  # another case has this code
                continue
            again = receipt_again(token=token, submission=submission)
            if again is None:
                raise
            return again
    raise IntegrityError("no free tracking code found")


def receipt_again(*, token: str, submission: Submission | None = None) -> Receipt | None:
    """Return the receipt of the case this token made, or None; with `submission`, raise `FormSpent` if it differs."""
    case = case_by_token(policy.token_digest(token))
    if case is None:
        return None
    if submission is not None and not _same_text(case, submission):
        raise FormSpent
    code = _code_of(case, token)
    return Receipt(case, code) if code else None


def _same_text(case: Case, submission: Submission) -> bool:
    first = case.messages.get(purpose=Purpose.SUBMISSION)
    return (case.kind, case.subject, first.body) == (submission.kind, submission.subject, submission.body)


def _code_of(case: Case, token: str) -> str | None:
    """Derive the code again from the citizen's own token; None when the code was replaced since."""
    pepper = settings.CODE_PEPPERS.get(case.code_key)
    if pepper is None:
        return None
    drawn = (codes.derive(token, pepper=pepper, attempt=attempt) for attempt in range(MAX_DRAWS))
    return next((code for code in drawn if codes.digest(code, pepper) == bytes(case.code_hash)), None)


@transaction.atomic
def _submit(submission: Submission, token: str, at: datetime, attempt: int) -> Receipt:
    came = submission.received_at or at
    kept, case_id, message_id, number = _begin()
    addressed = kept.active_unit(submission.addressed_unit)
    decision = _decide(submission, addressed, kept, came)
    unit = kept.units[decision.unit]
    deadline = _deadline(submission, kept, unit, came, at)
    case = _new_case(submission, decision, unit, deadline, token, came)
    case.addressed_unit = addressed
    case.id, case.number = case_id, codes.case_number(jalali.from_date(deadline.registered_on).year, number)
    if submission.operator:
        case.operator, case.entered_at, case.code_is_one_time = submission.operator, at, True
    code = _give_code(case, token, attempt)
    message = Message(
        id=message_id,
        case=case,
        side=Side.CITIZEN,
        purpose=Purpose.SUBMISSION,
        body=submission.body,
        sent_at=came,
    )
    deadline.case = case
    submitted = event("case.submitted", case_id=case.pk)
    rows.insert(case, message, deadline, *_record(case, submission, decision, at), submitted)
    attach(message=message, files=submission.files, voice=submission.voice)
    return Receipt(case, code)


def _begin() -> tuple[Reference, int, int, int]:
    """Ask once for what is needed: reference data as they are now, keys for case and message, the case's number.

    With keys at hand all rows can be written at once. What a refused submission drew never comes again (decision 4).
    """
    with connection.cursor() as cursor:
        cursor.execute(BEGIN)
        mark, case_id, message_id, number = cursor.fetchone()
    return reference_under(mark), case_id, message_id, number


def _decide(submission: Submission, addressed: Unit | None, kept: Reference, at: datetime) -> Decision:
    """Ask the rules which unit gets the case; the units complained of are out before any rule is read."""
    service, county = submission.service, submission.county
    return routing.decide(
        routing.facts_of(
            kind=submission.kind,
            subject=submission.subject,
            body=submission.body,
            service=service.code if service else None,
            service_unit=kept.services[service.code].unit.code if service else None,
            county=county.code if county else None,
            channel=submission.channel,
            addressed_unit=addressed.code if addressed else None,
            excluded=_excluded(submission),
            at=at,
        ),
        kept.rules,
    )


def _excluded(submission: Submission) -> frozenset[str]:
    """Return the units complained of, by choice or by the name of one of their people, each with those below it."""
    if submission.kind not in policy.COMPLAINING:
        return frozenset()
    about = directory.units_of_person(submission.about_person)
    about |= {submission.about_unit.code} if submission.about_unit else set()
    parents = directory.parents() if about else {}
    return frozenset().union(*(excluded_by(unit, parents) for unit in about))


def _deadline(submission: Submission, kept: Reference, unit: Unit, came: datetime, at: datetime) -> Deadline:
    """Return the day that is promised, by the unit's own calendar; its case is still to come."""
    promise = promise_for(submission.kind, submission.service, kept)
    calendar = kept.calendars.of(unit.pk)
    today = jalali.local(came).date()
    return Deadline(
        policy=promise.code,
        days=promise.answer_days,
        registered_on=today,
        due_on=policy.due_on(today, promise.answer_days, calendar),
        calendar=calendar.fingerprint,
        set_at=at,
    )


def _new_case(
    submission: Submission, decision: Decision, unit: Unit, deadline: Deadline, token: str, at: datetime
) -> Case:
    return Case(
        token_digest=policy.token_digest(token),
        kind=submission.kind,
        channel=submission.channel,
        language=submission.language,
        subject=submission.subject,
        target=submission.target,
        service=submission.service,
        county=submission.county,
        about_unit=submission.about_unit,
        about_person=submission.about_person,
        full_name=submission.full_name,
        phone=submission.phone,
        email=submission.email,
        organization=submission.organization,
        letter_number=submission.letter_number,
        is_anonymous=submission.is_anonymous,
        place=submission.place,
        unit=unit,
        is_confidential=submission.kind == Kind.MISCONDUCT,
        external_bodies=decision.external_bodies,
        received_at=at,
        due_on=deadline.due_on,
    )


def _give_code(case: Case, token: str, attempt: int) -> str:
    """Put the case under the hash of its code; should another case have it, the database refuses the row."""
    key, pepper = next(iter(settings.CODE_PEPPERS.items()))
    code = codes.derive(token, pepper=pepper, attempt=attempt)
    case.code_key, case.code_hash = key, codes.digest(code, pepper)
    return code


def _record(case: Case, submission: Submission, decision: Decision, at: datetime) -> Iterator[Model]:
    """Return the rows that say why the case went where, who is kept out, and what happened."""
    if decision.excluded:
        for unit in Unit.objects.filter(code__in=decision.excluded):
            yield CaseExclusion(case=case, unit=unit)
        # They stay out, too, once they belong to another unit.
        for user in sorted(directory.members_of(decision.excluded)):
            yield Recusal(case=case, user_id=user, at=at)
    yield RoutingDecision(
        case=case,
        unit=case.unit,
        stage=decision.stage,
        ruleset_version=decision.version,
        rule_code=decision.rule or "",
        points=dict(decision.points),
        excluded=sorted(decision.excluded),
        reasons=[reason.told() for reason in decision.reasons],
        decided_at=at,
    )
    yield CaseEvent(case=case, kind=EventKind.SUBMITTED, side=Side.CITIZEN, at=case.received_at)
    yield CaseEvent(case=case, kind=EventKind.ROUTED, side=Side.SYSTEM, unit=case.unit, at=at)
    if actor := submission.operator:
        place = submission.place
        yield CaseEvent(case=case, kind=EventKind.ENTERED, side=Side.STAFF, actor=actor, reason=place, at=at)
