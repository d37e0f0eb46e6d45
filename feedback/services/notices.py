"""Notices as rows: queued in the transaction of their cause, sent by a task, their state written here."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Min

from directory.models import User
from feedback import policy
from feedback.enums import Delivery, EventKind, NoticeChannel, NoticeState, NoticeTopic
from feedback.models import Case, Message, Notice
from feedback.services.change import CaseNotFound, lock_for_staff, record
from portal.outbox.publish import publish, publish_each

#: For so long news for an officer who had many is gathered before it goes out as one notice.
GATHERED_FOR = timedelta(hours=1)
#: What a case keeps of its citizen for each way, and since when it is known not to work.
ADDRESS = {NoticeChannel.EMAIL.value: "email", NoticeChannel.SMS.value: "phone"}
#: What makes two notices the same one (the constraint `notice_once`).
SAME = ("message_id", "topic", "channel", "address", "occasion")


@transaction.atomic
def queue_notice(
    *,
    case: Case,
    message: Message,
    topic: NoticeTopic,
    channel: NoticeChannel,
    address: str,
    at: datetime,
    recipient: User | None = None,
    occasion: int = 0,
) -> Notice:
    """Queue one notice and publish `notice.queued`; the same notice to the same address is queued once only.

    `occasion` tells notices of one topic apart: the number of what this one is about.
    """
    notice, is_fresh = _keep(
        Notice(
            case=case,
            message=message,
            topic=topic,
            channel=channel,
            address=address,
            recipient=recipient,
            occasion=occasion,
            language=case.language,
            created_at=at,
        )
    )
    if is_fresh:
        publish("notice.queued", notice_id=notice.pk)
    return notice


@transaction.atomic
def queue_notices(notices: Sequence[Notice]) -> None:
    """Queue notices that are not in the database yet as `queue_notice` does; many cost hardly more than one."""
    wanted = {_sameness(notice): notice for notice in notices}
    known = Notice.objects.filter(message__in={notice.message_id for notice in notices}).values_list(*SAME)
    # In one order, so that two calls at once cannot wait for each other.
    fresh = [wanted[same] for same in sorted(wanted.keys() - set(known.order_by()))]
    if not fresh:
        return
    try:
        with transaction.atomic():
            Notice.objects.bulk_create(fresh)
    except IntegrityError:  # somebody queues one of them at this moment
        fresh = [notice for notice, is_fresh in map(_keep, fresh) if is_fresh]
    publish_each("notice.queued", [{"notice_id": notice.pk} for notice in fresh])


@transaction.atomic
def notify_officer(
    *, case: Case, message: Message, topic: NoticeTopic, officer: User, at: datetime
) -> Notice:
    """Queue one e-mail to an officer; one who had many within the hour gets the next ones gathered in one.

    `settings.NOTICES_AN_HOUR` says how many are many. What is held goes out by `gather_notices`.
    """
    User.objects.select_for_update(no_key=True).get(pk=officer.pk)
    to_him = Notice.objects.filter(recipient=officer)
    lately = to_him.filter(created_at__gt=at - GATHERED_FOR).exclude(state=NoticeState.GATHERED).count()
    is_much = lately >= settings.NOTICES_AN_HOUR or to_him.filter(state=NoticeState.HELD).exists()
    state = NoticeState.HELD if is_much else NoticeState.QUEUED
    notice, is_fresh = _keep(
        Notice(
            case=case,
            message=message,
            topic=topic,
            channel=NoticeChannel.EMAIL,
            address=officer.email,
            recipient=officer,
            language=case.language,
            created_at=at,
            state=state,
        )
    )
    if is_fresh and not is_much:
        publish("notice.queued", notice_id=notice.pk)
    return notice


def _keep(new: Notice) -> tuple[Notice, bool]:
    """Save a notice where the same one is not there yet; return the one that is there, and whether it is new."""
    names = ("case_id", "recipient_id", "language", "state", "created_at")
    values = {name: getattr(new, name) for name in names}
    return Notice.objects.get_or_create(**dict(zip(SAME, _sameness(new), strict=True)), defaults=values)


def _sameness(notice: Notice) -> tuple[object, ...]:
    return tuple(getattr(notice, name) for name in SAME)


# --- Many at once -----------------------------------------------------------------------------------------------


def gather_notices(*, at: datetime) -> int:
    """Send one notice instead of many to each officer whose news has waited long enough; return how many went out."""
    held = Notice.objects.filter(state=NoticeState.HELD, recipient__isnull=False).order_by()
    waiting = held.values("recipient").annotate(since=Min("created_at")).filter(since__lte=at - GATHERED_FOR)
    return sum(_gather(officer_id) for officer_id in waiting.values_list("recipient", flat=True))


@transaction.atomic
def _gather(officer_id: int) -> int:
    """Let the newest notice stand for all that an officer may still know of; the others hang on it."""
    officer = User.objects.select_for_update(no_key=True).get(pk=officer_id)
    held = Notice.objects.filter(state=NoticeState.HELD, recipient=officer)
    known = held.filter(case__in=Case.objects.visible_to(officer))
    newest = known.order_by("created_at", "id").last()
    if newest is None:
        held.update(state=NoticeState.FAILED, error="the officer may not see the case any more")
        return 0
    known.exclude(pk=newest.pk).update(state=NoticeState.GATHERED, digest=newest)
    held.exclude(pk=newest.pk).update(
        state=NoticeState.FAILED, error="the officer may not see the case any more"
    )
    held.filter(pk=newest.pk).update(state=NoticeState.QUEUED)
    publish("notice.queued", notice_id=newest.pk)
    return 1


# --- Once more --------------------------------------------------------------------------------------------------


@transaction.atomic
def resend_notice(*, notice_id: int, actor: User, at: datetime) -> Notice:
    """Send a notice once more, to the address that the case has now, and publish `notice.queued`.

    Raises `CaseNotFound` for a notice of a case hidden from the actor, and `NoticeRefused`.
    """
    notice = Notice.objects.select_for_update(of=("self",)).filter(pk=notice_id).first()
    if notice is None or notice.case_id is None or notice.message is None:
        raise CaseNotFound
    case = lock_for_staff(case_id=notice.case_id, actor=actor)
    if why := policy.resend_refusal(notice.state, notice.resends):
        raise policy.NoticeRefused(why)
    address = getattr(case, ADDRESS[notice.channel]) if notice.recipient_id is None else notice.address
    if not address:
        raise policy.NoticeRefused("address")
    record(case, EventKind.RESENT, at=at, actor=actor, unit=case.unit)
    if address != notice.address:
        channel, topic = NoticeChannel(notice.channel), NoticeTopic(notice.topic)
        return queue_notice(
            case=case, message=notice.message, topic=topic, channel=channel, address=address, at=at
        )
    notice.state, notice.error, notice.attempts, notice.sent_at = NoticeState.QUEUED, "", 0, None
    # A late report on the message before says nothing of this one.
    notice.gateway_id = ""
    notice.resends += 1
    notice.save(update_fields=["state", "error", "attempts", "sent_at", "gateway_id", "resends"])
    publish("notice.queued", notice_id=notice.pk)
    return notice


@transaction.atomic
def correct_contact(*, case_id: int, actor: User, phone: str, email: str, at: datetime) -> Case:
    """Put another phone number or e-mail address into a case; what was marked as not working is tried again.

    Neither the old nor the new one is written into the record. Raises `CaseNotFound`, and `NoticeRefused` where the
    sender wanted to stay unknown.
    """
    case = lock_for_staff(case_id=case_id, actor=actor)
    if case.is_anonymous:
        raise policy.NoticeRefused("anonymous")
    if (case.phone, case.email) == (phone, email):
        return case
    case.phone_failed_at = case.phone_failed_at if case.phone == phone else None
    case.email_failed_at = case.email_failed_at if case.email == email else None
    case.phone, case.email = phone, email
    case.save(update_fields=["phone", "email", "phone_failed_at", "email_failed_at"])
    record(case, EventKind.CONTACT, at=at, actor=actor, unit=case.unit)
    return case


# --- How far it came --------------------------------------------------------------------------------------------


def mark_sent(*, notice: Notice, at: datetime) -> None:
    """The gateway takes the notice; an address that was marked as not working is not so any more.

    Called in a transaction that is undone when the gateway does not take it; `note_gateway` follows where it gave a
    number under which it will report how far the message came.
    """
    notice.gateway_id = ""
    _mark(notice, NoticeState.SENT, error="", sent_at=at)
    _mark_address(notice, None)


def note_gateway(*, notice_id: int, gateway_id: str) -> None:
    """Write down under which number the gateway will report on a notice that was marked as sent."""
    Notice.objects.filter(pk=notice_id).update(gateway_id=gateway_id)


def mark_retrying(*, notice: Notice, error: str) -> None:
    """The gateway could not be reached; the notice is tried again."""
    _mark(notice, NoticeState.RETRYING, error=error)


def mark_failed(*, notice: Notice, error: str) -> None:
    """The notice was given up; staff sees why."""
    _mark(notice, NoticeState.FAILED, error=error)


@transaction.atomic
def mark_refused(*, notice: Notice, error: str, at: datetime) -> None:
    """The gateway refused the notice for good: nothing more goes to this address of the case until it is corrected."""
    _mark(notice, NoticeState.FAILED, error=error)
    _mark_address(notice, at)


@transaction.atomic
def note_bounce(*, notice_id: int, status: str, is_for_good: bool, at: datetime) -> bool:
    """Write down that a sent e-mail came back; return whether that was news.

    One that will never arrive marks the address, as a refusal by the gateway does.
    """
    notice = (
        Notice.objects.select_for_update(of=("self",)).filter(pk=notice_id, state=NoticeState.SENT).first()
    )
    if notice is None or notice.channel != NoticeChannel.EMAIL:
        return False
    _settle(notice, NoticeState.FAILED, f"it came back: {status}")
    if is_for_good:
        _mark_address(notice, at)
    return True


@transaction.atomic
def note_delivery(*, gateway_id: str, delivery: Delivery, state: str, at: datetime) -> bool:
    """Write down the last word of the SMS gateway on a message; return whether the message is known.

    What arrived has arrived, whatever is reported later. A number at which nothing ever arrives is marked, as a
    refusal marks it; `state` is the gateway's own word, for staff to look up.
    """
    known = Notice.objects.select_for_update(of=("self",)).filter(gateway_id=gateway_id[:64])
    notice = known.filter(channel=NoticeChannel.SMS).order_by("sent_at", "id").last() if gateway_id else None
    if notice is None:
        return False
    if delivery == Delivery.DELIVERED and notice.state in (NoticeState.SENT, NoticeState.FAILED):
        _settle(notice, NoticeState.ARRIVED, "")
        _mark_address(notice, None)
    elif delivery != Delivery.DELIVERED and notice.state == NoticeState.SENT:
        _settle(notice, NoticeState.FAILED, f"SMS gateway: {delivery} ({state[:20]})")
        if delivery == Delivery.BARRED:
            _mark_address(notice, at)
    return True


def _settle(notice: Notice, state: NoticeState, error: str) -> None:
    notice.state, notice.error = state, error
    notice.save(update_fields=["state", "error"])


def _mark_address(notice: Notice, failed_at: datetime | None) -> None:
    if notice.recipient_id is None and notice.case_id is not None:
        field = ADDRESS[notice.channel]
        marked = {f"{field}_failed_at": failed_at}
        Case.objects.filter(pk=notice.case_id, **{field: notice.address}).exclude(**marked).update(**marked)


def _mark(notice: Notice, state: NoticeState, *, error: str, sent_at: datetime | None = None) -> None:
    notice.state, notice.error, notice.sent_at = state, error[:300], sent_at
    notice.attempts += 1
    notice.save(update_fields=["state", "error", "sent_at", "attempts", "gateway_id"])
