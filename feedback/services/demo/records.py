"""What the demo shows of lists, notices and keeping, so that none of their pages is empty."""

from datetime import datetime

from directory.models import User
from feedback.enums import Delivery, NoticeChannel, NoticeTopic, Purpose, SheetFormat
from feedback.models import Case, Export, Notice
from feedback.services.erasing import keep_longer
from feedback.services.exports import ask_export, make_export_part
from feedback.services.notices import mark_refused, mark_sent, note_delivery, note_gateway, queue_notice


def seed_demo_records(*, username: str, at: datetime) -> bool:
    """Let a head take a list out, keep a case longer and find notices that arrived and that did not.

    False where it was done.
    """
    head = User.objects.filter(username=username).first()
    if head is None or Export.objects.exists():
        return False
    cases = list(Case.objects.visible_to(head).filter(is_confidential=False).order_by("pk"))
    _take_out(head, cases, at)
    reachable = next((case for case in cases if case.phone and case.is_open), None)
    if reachable is not None:
        _arrive(reachable, at)
        _miss(reachable, at)
    if settled := [case for case in cases if not case.is_open]:
        keep_longer(case_id=settled[0].pk, actor=head, reason="رسیدگی در کمیسیون مادهٔ ۷۶ ادامه دارد.", at=at)
    return True


def _take_out(head: User, cases: list[Case], at: datetime) -> None:
    export = ask_export(
        actor=head,
        case_ids=[case.pk for case in cases],
        narrowed="",
        purpose="گزارش ماهانهٔ معاونت",
        form=SheetFormat.XLSX,
        language="fa",
        at=at,
    )
    for part in range(export.parts.count()):
        make_export_part(export_id=export.pk, part=part, at=at)


def _arrive(case: Case, at: datetime) -> None:
    number = f"demo-{case.pk}"
    notice = _by_sms(case, NoticeTopic.RECEIVED, at)
    mark_sent(notice=notice, at=at)
    note_gateway(notice_id=notice.pk, gateway_id=number)
    note_delivery(gateway_id=number, delivery=Delivery.DELIVERED, state="10", at=at)


def _miss(case: Case, at: datetime) -> None:
    mark_refused(notice=_by_sms(case, NoticeTopic.MOVED, at), error="SMS gateway: 400", at=at)


def _by_sms(case: Case, topic: NoticeTopic, at: datetime) -> Notice:
    return queue_notice(
        case=case,
        message=case.messages.get(purpose=Purpose.SUBMISSION),
        topic=topic,
        channel=NoticeChannel.SMS,
        address=case.phone,
        at=at,
    )
