"""What follows an event (portal/wiring.py): each handler takes ids, may run twice, and calls one service."""

import logging
from collections.abc import Callable, Sequence
from copy import copy
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from directory.models import User
from feedback import selectors, services
from feedback.enums import FileState, NoticeChannel, NoticeState, NoticeTopic, Purpose
from feedback.models import Attachment, Case, Message, Notice, Rejection, Review
from feedback.notifications import compose, reference_of
from portal import channels, clamd
from portal.kernel.phones import is_mobile
from portal.outbox.company import for_many, unless
from portal.outbox.tasks import Later, periodic

logger = logging.getLogger(__name__)
#: The survey is offered so long after the answer, when there was time to read it.
OFFERED_AFTER = timedelta(hours=4)
#: A notice is given up after so many tries; with the back-off of the settings that is after about a day.
MAX_TRIES = 28
#: Answers of an earlier release that are looked at in one transaction, and in one turn of the clock.
TOLD_AT_ONCE, TOLD_PARTS = 1_000, 10
#: Cases that are closed in one transaction, and how often at most within an hour.
CLOSED_AT_ONCE, CLOSED_PARTS = 200, 50
#: What of a case says whom to tell, and how.
TOLD = ("assigned_to", "email", "email_failed_at", "language", "phone", "phone_failed_at")


@unless(selectors.taken, key="case_id")
def dispatch(*, case_id: int, **_: object) -> None:
    """Hand the case to an officer of its unit."""
    services.assign(case_id=case_id, at=timezone.now())


@for_many("case_id")
def acknowledge(case_ids: Sequence[int]) -> None:
    """Tell the citizens that their messages have arrived."""
    first = _messages().filter(case__in=case_ids, purpose=Purpose.SUBMISSION)
    if missing := set(case_ids) - {message.case_id for message in first}:
        raise Case.DoesNotExist(f"{len(missing)} of {len(case_ids)}")
    services.queue_notices(
        [notice for message in first for notice in _to_citizen(message, NoticeTopic.RECEIVED)]
    )


def notify_moved(*, case_id: int, **_: object) -> None:
    """Tell the citizen that another unit has the case now."""
    _tell_citizen(_submission(case_id), NoticeTopic.MOVED)


def notify_extended(*, case_id: int, extension_id: int, **_: object) -> None:
    """Tell the citizen that the answer takes longer; the day and the reason stand on the page of the case."""
    first = _submission(case_id)
    _tell_citizen(first, NoticeTopic.EXTENDED, occasion=extension_id)


def notify_asked(*, message_id: int, **_: object) -> None:
    """Tell the citizen that there is a question."""
    _tell_citizen(_message(pk=message_id), NoticeTopic.ASKED)


def notify_answered(*, message_id: int, **_: object) -> None:
    """Tell the citizen that there is an answer."""
    _tell_citizen(_message(pk=message_id), NoticeTopic.ANSWERED)


def offer_survey(*, message_id: int, **_: object) -> Later | None:
    """Offer the survey by SMS some hours after an answer, once a case, to whoever got no e-mail that offers it."""
    message = Message.objects.select_related("case").get(pk=message_id)
    due = message.sent_at + OFFERED_AFTER
    if not (settings.SURVEY_SMS and selectors.sends_sms() and selectors.is_survey_due(message.case)):
        return None
    if timezone.now() < due:
        return Later("the survey is offered some hours after the answer", at=due)
    services.queue_notice(
        case=message.case,
        message=message,
        topic=NoticeTopic.SURVEY,
        channel=NoticeChannel.SMS,
        address=message.case.phone,
        at=timezone.now(),
    )
    return None


def notify_officer(*, case_id: int, **_: object) -> None:
    """Tell the officer who holds the case that it came."""
    _tell_officer(_submission(case_id), NoticeTopic.UNIT_NEW)


def notify_reply(*, message_id: int, **_: object) -> None:
    """Tell the officer who holds the case that its citizen wrote."""
    _tell_officer(_message(pk=message_id), NoticeTopic.UNIT_REPLY)


def notify_review(*, case_id: int, **_: object) -> None:
    """Tell the reviewer that a citizen asks for a second look."""
    _tell_officer(Review.objects.select_related("answer").get(case=case_id).answer, NoticeTopic.UNIT_REVIEW)


def notify_deciders(*, case_id: int, message_id: int, **_: object) -> None:
    """Tell whoever may decide it that a rejection is proposed."""
    message = Message.objects.select_related("author").get(pk=message_id)
    for decider in selectors.deciders(Case.objects.get(pk=case_id), but=message.author):
        _tell_staff(message, NoticeTopic.UNIT_REJECT, decider)


def notify_proposer(*, rejection_id: int, message_id: int, **_: object) -> None:
    """Tell whoever proposed a rejection that it came back."""
    rejection = Rejection.objects.select_related("proposed_by").get(pk=rejection_id)
    _tell_staff(_message(pk=message_id), NoticeTopic.UNIT_BACK, rejection.proposed_by)


def notify_merged(*, case_id: int, **_: object) -> None:
    """Tell the citizen that a case is answered together with another one."""
    _tell_citizen(_submission(case_id), NoticeTopic.MERGED)


def notify_unmerged(*, case_id: int, **_: object) -> None:
    """Tell the citizen that a case is answered by itself again."""
    _tell_citizen(_submission(case_id), NoticeTopic.UNMERGED)


def send_held(*, held_id: int, **_: object) -> Later | None:
    """Take a step once nobody can take it back any more."""
    due = services.send_held(held_id=held_id, at=timezone.now())
    return Later("it can still be taken back", at=due) if due else None


def answer_in_cluster(*, cluster_case_id: int, **_: object) -> None:
    """Send the answer to similar cases to one of them."""
    services.answer_in_cluster(cluster_case_id=cluster_case_id, at=timezone.now())


def _submission(case_id: int) -> Message:
    return _message(case_id=case_id, purpose=Purpose.SUBMISSION)


def _message(**which: object) -> Message:
    return _messages().get(**which)


def _messages() -> QuerySet[Message]:
    return Message.objects.select_related("case").only("case", *(f"case__{name}" for name in TOLD))


def _tell_citizen(message: Message, topic: NoticeTopic, occasion: int = 0) -> None:
    services.queue_notices(_to_citizen(message, topic, occasion))


def _to_citizen(message: Message, topic: NoticeTopic, occasion: int = 0) -> list[Notice]:
    """Return a notice for each way that leads to the citizen."""
    case, now = message.case, timezone.now()
    addresses = {NoticeChannel.EMAIL: case.email} if case.email and case.email_failed_at is None else {}
    if selectors.sends_sms() and case.phone and case.phone_failed_at is None and is_mobile(case.phone):
        addresses[NoticeChannel.SMS] = case.phone
    return [
        Notice(
            case=case,
            message=message,
            topic=topic,
            channel=channel,
            address=address,
            occasion=occasion,
            language=case.language,
            created_at=now,
        )
        for channel, address in addresses.items()
    ]


def _tell_officer(message: Message, topic: NoticeTopic) -> None:
    if message.case.assigned_to is not None:
        _tell_staff(message, topic, message.case.assigned_to)


def _tell_staff(message: Message, topic: NoticeTopic, officer: User) -> None:
    case = message.case
    if not officer.email or not Case.objects.visible_to(officer).filter(pk=case.pk).exists():
        return
    services.notify_officer(case=case, message=message, topic=topic, officer=officer, at=timezone.now())


def send_notice(*, notice_id: int, **_: object) -> Later | None:
    """Hand one notice to its gateway and write down how that went; a gateway that is away is tried again later.

    That it went is written first, and taken back when it does not: a database that has no room to keep this says so
    while nothing has left the house, and no citizen gets the same message with every try. A row that somebody deleted
    is no reason to stop: where it is needed, `repair` lets it be written anew.
    """
    notice = Notice.objects.select_related("case").filter(pk=notice_id).first()
    if notice is None or notice.state not in (NoticeState.QUEUED, NoticeState.RETRYING):
        return None
    letter = compose(notice)
    try:
        with transaction.atomic():
            services.mark_sent(notice=copy(notice), at=timezone.now())
            gateway_id = channels.send(
                channels.Message(
                    channel=notice.channel,
                    to=notice.address,
                    subject=letter.subject,
                    text=letter.text,
                    html=letter.html,
                    language=notice.language,
                    one_page=notice.channel == NoticeChannel.SMS,
                    reference=reference_of(notice),
                )
            )
    except channels.PermanentError as error:
        services.mark_refused(notice=notice, error=str(error), at=timezone.now())
        return None
    except channels.TransientError as error:
        return _later(notice, str(error))
    if gateway_id:
        services.note_gateway(notice_id=notice_id, gateway_id=gateway_id)
    return None


def _later(notice: Notice, error: str) -> Later | None:
    if notice.attempts + 1 >= MAX_TRIES:
        services.mark_failed(notice=notice, error=error)
        return None
    services.mark_retrying(notice=notice, error=error)
    return Later(error)


@periodic("feedback.gather_notices")
def gather_notices() -> None:
    """Send one notice instead of many to officers who had more than enough within the hour."""
    services.gather_notices(at=timezone.now())


def inspect_file(*, attachment_id: int, **_: object) -> Later | None:
    """Check a file that came in, re-encode pictures, and open it to those who may see the case.

    Without a verdict of the virus scanner, where there is one, it stays "being checked" and is tried again later.
    """
    attachment = Attachment.objects.get(pk=attachment_id)
    if attachment.state != FileState.CHECKING:
        return None
    try:
        with attachment.file.open("rb") as content:
            is_infected = clamd.is_infected(content)
    except clamd.NoVerdict as error:
        return Later(str(error))
    services.inspect_file(attachment_id=attachment_id, is_infected=is_infected)
    return None


@periodic("feedback.sweep_files")
def sweep_files() -> None:
    """Delete files that no row knows."""
    services.sweep_files(at=timezone.now())


@periodic("feedback.repair")
def repair() -> None:
    """Let follow again what should have followed and got lost, and raise the alarm."""
    if lost := services.repair(at=timezone.now()):
        logger.error("feedback: followed again, as it was lost: %s", lost)


@periodic("feedback.close_settled")
def close_settled() -> None:
    """Close cases in which all was quiet after the answer, some thousand of them at a time."""
    _in_parts(partial(services.close_settled, at=timezone.now()), size=CLOSED_AT_ONCE, most=CLOSED_PARTS)


@periodic("feedback.tell_times")
def tell_times() -> None:
    """Keep what answers took that an earlier release gave, some thousand of them at a time."""
    _in_parts(services.tell_times, size=TOLD_AT_ONCE, most=TOLD_PARTS)


def _in_parts(step: Callable[..., int], *, size: int, most: int) -> None:
    """Take a step for so many rows, each time in a transaction of its own, until it finds fewer or it was the last."""
    for _part in range(most):
        if step(size=size) < size:
            break


def rehearse(*, rehearsal_id: int, part: int, **_: object) -> None:
    """Replay a draft of the rules over the next part of the past cases."""
    services.rehearse_part(rehearsal_id=rehearsal_id, part=part, at=timezone.now())


@periodic("feedback.count_figures")
def count_figures() -> None:
    """Count what the home page says of our work."""
    services.count_figures(at=timezone.now())


def make_export(*, export_id: int, part: int, **_: object) -> None:
    """Read the next part of a list that is taken out; the last one makes the file."""
    services.make_export_part(export_id=export_id, part=part, at=timezone.now())


@periodic("feedback.forget_exports")
def forget_exports() -> None:
    """Delete the files of lists that are older than a day."""
    services.forget_exports(at=timezone.now())


@periodic("feedback.forget_counts")
def forget_counts() -> None:
    """Forget yesterday's counters of wrong codes."""
    services.forget_old_counts(at=timezone.now())


@for_many("case_id")
def learn_words(case_ids: Sequence[int]) -> None:
    """Learn the words of cases, so that a search finds them also when they are mistyped."""
    services.learn_words(case_ids=case_ids)


@periodic("feedback.seal_records")
def seal_records() -> None:
    """Seal what was added to the record until an hour ago."""
    services.seal_records(at=timezone.now())


@periodic("feedback.forget_words")
def forget_words() -> None:
    """Forget words that no case holds any more."""
    services.forget_words()


@periodic("feedback.forget_held")
def forget_held() -> None:
    """Delete files that waited in vain for their form."""
    services.forget_held(at=timezone.now())


@periodic("feedback.forget_drafts")
def forget_drafts() -> None:
    """Forget drafts that nobody has touched for two months."""
    services.forget_old_drafts(at=timezone.now())


def recount(*, actor_id: int, after: int = 0, **_: object) -> None:
    """Count the next open deadlines again with the calendar of today, in the name of whoever asked for it."""
    services.recount_part(after=after, actor=User.objects.get(pk=actor_id), at=timezone.now())


@periodic("feedback.escalate")
def escalate() -> None:
    """Tell officers, heads and inspectors what comes near its last day or passed it."""
    services.escalate(at=timezone.now())
