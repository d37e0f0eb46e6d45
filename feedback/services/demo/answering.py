"""Made-up answering for the demonstration: ready answers, a proposal to reject, joined cases, ratings, a review."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from directory.enums import Role
from directory.models import Membership, Unit, User
from feedback.enums import OPEN, Ground, Purpose, Score, SheetFormat, Status
from feedback.models import CannedAnswer, Case, Message, Rejection
from feedback.policy import REVIEW_DAYS
from feedback.services.after import ask_review, rate
from feedback.services.closing import close_settled
from feedback.services.exports import ask_export
from feedback.services.intake import Submission, submit
from feedback.services.merging import merge
from feedback.services.rejection import propose, reject

READY = (
    (
        "رسید و زمان پاسخ",
        "{citizen_name}، سلام.\n\nپیام شما با شمارهٔ {case_number} به {unit} رسید و تا {due_date} پاسخ می‌گیرد."
        " اگر مدرک دیگری دارید، همین‌جا پیوست کنید.\n\n{officer}",
    ),
    (
        "پوزش برای دیرکرد",
        "{citizen_name}، سلام.\n\nپاسخ پروندهٔ {case_number} دیر شد و از این بابت پوزش می‌خواهیم.",
    ),
    (
        "مدرک‌های لازم",
        "{citizen_name}، سلام.\n\nبرای {service} این مدرک‌ها لازم است:\n۱. \n۲. \n\nپس از رسیدن آن‌ها دوباره خبر می‌دهیم.",
    ),
)
#: What citizens think of their answers, one after the other; some say nothing.
OPINIONS: tuple[tuple[Score | None, str], ...] = (
    (Score.SATISFIED, ""),
    (None, ""),
    (Score.VERY_SATISFIED, "روشن و زود بود، سپاس."),
    (Score.DISSATISFIED, "پاسخ آمد، ولی نگفتید کی انجام می‌شود."),
    (None, ""),
    (Score.NEITHER, ""),
)
WHY = {
    "ground": Ground.LAW,
    "body": "درخواست شما را با مدرک‌هایش خواندیم. پایهٔ درخواستی به سابقهٔ کار بیشتری نیاز دارد.",
    "law": "آیین‌نامهٔ طبقه‌بندی و تشخیص صلاحیت پیمانکاران، شرط سابقه",
    "onward": "پس از تکمیل سابقه دوباره درخواست دهید؛ به همین پاسخ هم می‌توانید تا ۳۰ روز اعتراض کنید.",
}


def seed_answering(now: datetime) -> None:
    """Make what the pages of answering show in the demonstration; running it again adds nothing."""
    if CannedAnswer.objects.exists():
        return
    for unit in Unit.objects.filter(is_active=True):
        CannedAnswer.objects.bulk_create(
            CannedAnswer(unit=unit, title=title, text=text) for title, text in READY
        )
    _join(now)
    _reject(now)
    _rate(now)
    _review(now)
    close_settled(at=now, size=100)
    _take_out(now)


def _join(now: datetime) -> None:
    """Let one sender write twice about the same thing."""
    words = {
        "kind": "complaint",
        "subject": "رتبه‌بندی شرکت هنوز پاسخی ندارد",
        "full_name": "شهروند نمونه ۶۱",
        "phone": "+989160000061",
    }
    bodies = (
        "مدارک رتبه‌بندی شرکت را یک ماه پیش دادیم و پاسخی نیامده است.",
        "دوباره دربارهٔ رتبه‌بندی شرکت می‌نویسم.",
    )
    pair = [
        submit(submission=Submission(**words, body=body), token=f"demo-join-{number}", at=now).case  # type: ignore[arg-type]
        for number, body in enumerate(bodies)
    ]
    officer = _one(pair[0].unit, Role.OFFICER)
    if officer is not None and pair[0].unit == pair[1].unit:
        merge(case_id=pair[1].pk, into=pair[0].number, actor=officer, at=now)


def _reject(now: datetime) -> None:
    """Propose to reject two open cases of a unit with a head, and approve one of the proposals."""
    if Rejection.objects.exists():
        return
    done = 0
    for case in Case.objects.filter(status__in=OPEN, is_confidential=False, merged_into=None).order_by("pk"):
        officer, head = _one(case.unit, Role.OFFICER), _one(case.unit, Role.HEAD)
        if officer is None or head is None or case.merged.exists():
            continue
        propose(case_id=case.pk, actor=officer, at=now, **WHY)  # type: ignore[arg-type]
        done += 1
        if done == 2:
            reject(case_id=case.pk, actor=head, at=now)
            return


def _answers() -> QuerySet[Message]:
    """Return the answers of cases that are settled and no secret, the newest last."""
    settled = Case.objects.filter(status=Status.ANSWERED, is_confidential=False)
    return Message.objects.filter(purpose=Purpose.ANSWER, case__in=settled).order_by("sent_at", "pk")


def _rate(now: datetime) -> None:
    """Let two citizens in three say what they think of their answer, a few of them in words."""
    for number, answer in enumerate(_answers()):
        score, words = OPINIONS[number % len(OPINIONS)]
        if score is not None:
            at = min(answer.sent_at + timedelta(days=1), now)
            rate(case_id=answer.case_id, answer_id=answer.pk, score=score, words=words, at=at)


def _review(now: datetime) -> None:
    """Let one citizen ask for a second look at the newest answer an officer gave."""
    by_officers = _answers().filter(author__memberships__role=Role.OFFICER)
    answer = by_officers.filter(sent_at__gt=now - timedelta(days=REVIEW_DAYS)).last()
    if answer is not None:
        ask_review(case_id=answer.case_id, reason="پاسخ به بخش دوم پیام من نمی‌پردازد.", at=now)


def _take_out(now: datetime) -> None:
    """Let every head take out the list of the cases he may see, so that no page of such lists is empty."""
    for head in User.objects.filter(memberships__role=Role.HEAD, is_active=True).order_by("username"):
        cases = Case.objects.visible_to(head).filter(is_confidential=False).values_list("pk", flat=True)
        ask_export(
            actor=head,
            case_ids=list(cases),
            narrowed="",
            purpose="گزارش ماهانهٔ معاونت",
            form=SheetFormat.XLSX,
            language="fa",
            at=now,
        )


def _one(unit: Unit, role: Role) -> User | None:
    found = (
        Membership.objects.active().filter(unit=unit, role=role).select_related("user").order_by("pk").first()
    )
    return found.user if found else None
