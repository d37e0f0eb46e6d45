"""What follows an event (portal/wiring.py): each handler takes ids, may run twice, and calls one service."""

from datetime import timedelta

from django.utils import timezone

from directory.models import User
from feedback import services
from feedback.enums import NoticeChannel, NoticeTopic, Purpose
from feedback.models import Case, Message, Notice, Review
from feedback.notifications import compose
from portal import channels
from portal.kernel.phones import is_mobile
from portal.outbox.tasks import Later, periodic

#: A notice is given up after so many tries; with the back-off of the settings that is after about a day.
MAX_TRIES = 28


def dispatch(*, case_id: int, **_: object) -> None:
    """Hand the case to an officer of its unit."""
    services.assign(case_id=case_id, at=timezone.now())


def acknowledge(*, case_id: int, **_: object) -> None:
    """Tell the citizen that the message has arrived."""
    _tell_citizen(Message.objects.get(case_id=case_id, purpose=Purpose.SUBMISSION), NoticeTopic.RECEIVED)


def notify_moved(*, case_id: int, **_: object) -> None:
    """Tell the citizen that another unit has the case now."""
    _tell_citizen(Message.objects.get(case_id=case_id, purpose=Purpose.SUBMISSION), NoticeTopic.MOVED)


def notify_extended(*, case_id: int, extension_id: int, **_: object) -> None:
    """Tell the citizen that the answer takes longer; the day and the reason stand on the page of the case."""
    first = Message.objects.get(case_id=case_id, purpose=Purpose.SUBMISSION)
    _tell_citizen(first, NoticeTopic.EXTENDED, occasion=extension_id)


def notify_asked(*, message_id: int, **_: object) -> None:
    """Tell the citizen that there is a question."""
    _tell_citizen(Message.objects.get(pk=message_id), NoticeTopic.ASKED)


def notify_answered(*, message_id: int, **_: object) -> None:
    """Tell the citizen that there is an answer."""
    _tell_citizen(Message.objects.get(pk=message_id), NoticeTopic.ANSWERED)


def notify_officer(*, case_id: int, **_: object) -> None:
    """Tell the officer who holds the case that it came."""
    case = Case.objects.get(pk=case_id)
    _tell_officer(Message.objects.get(case=case, purpose=Purpose.SUBMISSION), NoticeTopic.UNIT_NEW)


def notify_reply(*, message_id: int, **_: object) -> None:
    """Tell the officer who holds the case that its citizen wrote."""
    _tell_officer(Message.objects.get(pk=message_id), NoticeTopic.UNIT_REPLY)


def notify_review(*, case_id: int, **_: object) -> None:
    """Tell the reviewer that a citizen asks for a second look."""
    _tell_officer(Review.objects.select_related("answer").get(case=case_id).answer, NoticeTopic.UNIT_REVIEW)


def _tell_citizen(message: Message, topic: NoticeTopic, occasion: int = 0) -> None:
    case, now = message.case, timezone.now()
    addresses = {NoticeChannel.EMAIL: case.email} if case.email else {}
    if case.phone and is_mobile(case.phone):
        addresses[NoticeChannel.SMS] = case.phone
    for channel, address in addresses.items():
        services.queue_notice(
            case=case,
            message=message,
            topic=topic,
            channel=channel,
            address=address,
            occasion=occasion,
            at=now,
        )


def _tell_officer(message: Message, topic: NoticeTopic) -> None:
    case = message.case
    officer: User | None = case.assigned_to
    if (
        officer is None
        or not officer.email
        or not Case.objects.visible_to(officer).filter(pk=case.pk).exists()
    ):
        return
    services.queue_notice(
        case=case,
        message=message,
        topic=topic,
        channel=NoticeChannel.EMAIL,
        address=officer.email,
        recipient=officer,
        at=timezone.now(),
    )


def send_notice(*, notice_id: int, **_: object) -> Later | None:
    """Hand one notice to its gateway and write down how that went; a gateway that is away is tried again later."""
    notice = Notice.objects.select_related("case").get(pk=notice_id)
    if notice.sent_at is not None:
        return None
    letter = compose(notice)
    try:
        channels.send(
            channels.Message(
                channel=notice.channel,
                to=notice.address,
                subject=letter.subject,
                text=letter.text,
                html=letter.html,
                language=notice.language,
                one_page=notice.channel == NoticeChannel.SMS,
            )
        )
    except channels.PermanentError as error:
        services.mark_failed(notice=notice, error=str(error))
        return None
    except channels.TransientError as error:
        return _later(notice, str(error))
    services.mark_sent(notice=notice, at=timezone.now())
    return None


def _later(notice: Notice, error: str) -> Later | None:
    if notice.attempts + 1 >= MAX_TRIES:
        services.mark_failed(notice=notice, error=error)
        return None
    services.mark_retrying(notice=notice, error=error)
    return Later(error)


def inspect_file(*, attachment_id: int, **_: object) -> None:
    """Check a file that came in, re-encode pictures, and open it to those who may see the case."""
    services.inspect_file(attachment_id=attachment_id)


def rehearse(*, rehearsal_id: int, part: int, **_: object) -> None:
    """Replay a draft of the rules over the next part of the past cases."""
    services.rehearse_part(rehearsal_id=rehearsal_id, part=part, at=timezone.now())


@periodic("feedback.forget_counts", every=timedelta(hours=1))
def forget_counts() -> None:
    """Forget yesterday's counters of wrong codes."""
    services.forget_old_counts(at=timezone.now())


def learn_words(*, case_id: int, **_: object) -> None:
    """Learn the words of a case, so that a search finds it also when they are mistyped."""
    services.learn_words(case_id=case_id)


@periodic("feedback.forget_words", every=timedelta(hours=6))
def forget_words() -> None:
    """Forget words that no case holds any more."""
    services.forget_words()


def recount(*, actor_id: int, **_: object) -> None:
    """Count the open deadlines again with the calendar of today, in the name of whoever asked for it."""
    services.recount_deadlines(at=timezone.now(), actor=User.objects.get(pk=actor_id))


@periodic("feedback.escalate", every=timedelta(minutes=15))
def escalate() -> None:
    """Tell officers, heads and inspectors what comes near its last day or passed it."""
    services.escalate(at=timezone.now())
