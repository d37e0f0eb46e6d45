"""What follows an event (portal/wiring.py): each handler takes ids, may run twice, and calls one service."""

from datetime import timedelta

from django.utils import timezone

from directory.models import User
from feedback import selectors, services
from feedback.enums import NoticeChannel, NoticeTopic, Purpose
from feedback.models import Case, Message, Notice, Rejection, Review
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


def notify_deciders(*, case_id: int, message_id: int, **_: object) -> None:
    """Tell whoever may decide it that a rejection is proposed."""
    message = Message.objects.select_related("author").get(pk=message_id)
    for decider in selectors.deciders(Case.objects.get(pk=case_id), but=message.author):
        _tell_staff(message, NoticeTopic.UNIT_REJECT, decider)


def notify_proposer(*, rejection_id: int, message_id: int, **_: object) -> None:
    """Tell whoever proposed a rejection that it came back."""
    rejection = Rejection.objects.select_related("proposed_by").get(pk=rejection_id)
    _tell_staff(Message.objects.get(pk=message_id), NoticeTopic.UNIT_BACK, rejection.proposed_by)


def notify_merged(*, case_id: int, **_: object) -> None:
    """Tell the citizen that a case is answered together with another one."""
    _tell_citizen(Message.objects.get(case_id=case_id, purpose=Purpose.SUBMISSION), NoticeTopic.MERGED)


def notify_unmerged(*, case_id: int, **_: object) -> None:
    """Tell the citizen that a case is answered by itself again."""
    _tell_citizen(Message.objects.get(case_id=case_id, purpose=Purpose.SUBMISSION), NoticeTopic.UNMERGED)


def send_held(*, held_id: int, **_: object) -> Later | None:
    """Take a step once nobody can take it back any more."""
    due = services.send_held(held_id=held_id, at=timezone.now())
    return Later("it can still be taken back", at=due) if due else None


def answer_in_cluster(*, cluster_case_id: int, **_: object) -> None:
    """Send the answer to similar cases to one of them."""
    services.answer_in_cluster(cluster_case_id=cluster_case_id, at=timezone.now())


def _tell_citizen(message: Message, topic: NoticeTopic) -> None:
    case, now = message.case, timezone.now()
    if case.email:
        services.queue_notice(
            case=case, message=message, topic=topic, channel=NoticeChannel.EMAIL, address=case.email, at=now
        )
    if case.phone and is_mobile(case.phone):
        services.queue_notice(
            case=case, message=message, topic=topic, channel=NoticeChannel.SMS, address=case.phone, at=now
        )


def _tell_officer(message: Message, topic: NoticeTopic) -> None:
    if message.case.assigned_to is not None:
        _tell_staff(message, topic, message.case.assigned_to)


def _tell_staff(message: Message, topic: NoticeTopic, officer: User) -> None:
    case = message.case
    if not officer.email or not Case.objects.visible_to(officer).filter(pk=case.pk).exists():
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


@periodic("feedback.count_figures", every=timedelta(minutes=15))
def count_figures() -> None:
    """Count what the home page says of our work."""
    services.count_figures(at=timezone.now())


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


@periodic("feedback.forget_drafts", every=timedelta(hours=12))
def forget_drafts() -> None:
    """Forget drafts that nobody has touched for two months."""
    services.forget_old_drafts(at=timezone.now())
