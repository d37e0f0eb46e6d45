"""Demo data of the public pages: announcements, a card that is due for review, entries looked at on different days."""

from datetime import datetime, timedelta

from django.db import transaction

from directory.enums import ActivityKind
from directory.models import Announcement, Position, Unit
from directory.services.cards import load_cards
from portal.kernel import jalali
from portal.kernel.text import persian_digits

#: Days before today on which a piece appeared; its kind, address, titles and texts.
PIECES = (
    (
        2, ActivityKind.NEWS, "grade-renewal-before-new-year",
        "تمدید گواهینامه را به ماه آخر سال نگذارید",
        "Do not leave the renewal of certificates to the last month",
        "از سه ماه پیش از پایان اعتبار می‌توانید تمدید بخواهید. در اسفند صف بلند می‌شود و بررسی چند روز بیشتر طول می‌کشد."
        "\n\nاگر گواهینامهٔ شما تا پایان سال تمام می‌شود، همین حالا در سامانهٔ ساجات درخواست بدهید. پرسشی بود، بنویسید.",
        "You can ask for renewal from three months before the end. In the last month of the year the queue is long and"
        " takes some days more.\n\nIf your certificate ends this year, ask now in the SAJAT system."
        " Questions? Write to us.",
    ),
    (
        6, ActivityKind.ACTIVITY, "yearbook-published",
        "سالنامهٔ آماری استان منتشر شد",
        "The statistical yearbook of the province is out",
        "سالنامهٔ تازه با جدول‌های جمعیت، کشاورزی، آموزش و سلامت آماده است. فایل آن رایگان است."
        "\n\nاگر جدولی را لازم دارید که در سالنامه نیست، از صفحهٔ «ارائه آمار و سالنامه» بخواهید.",
        "The new yearbook has tables on population, farming, education and health. The file is free."
        "\n\nIf you need a table that is not in it, ask from the page “Statistics and the yearbook”.",
    ),
    (
        15, ActivityKind.NEWS, "enumerators-wanted",
        "برای طرح آمارگیری نیروی کار به آمارگیر نیاز داریم",
        "Enumerators wanted for the labour force survey",
        "داوطلبان دارای دیپلم یا بالاتر می‌توانند نام بنویسند. آموزش یک‌روزه و رایگان است."
        "\n\nزمان و جای آموزش را به هر داوطلب خبر می‌دهیم.",
        "Volunteers with a school diploma or more can sign up. The training takes one day and is free."
        "\n\nEach volunteer is told when and where.",
    ),
    (
        28, ActivityKind.ACTIVITY, "site-visit-dorud",
        "بازدید از طرح‌های نیمه‌تمام دورود و پاسخ به پرسش‌های مردم",
        "A visit to unfinished projects in Dorud, and answers to people’s questions",
        "ناظران طرح‌های عمرانی از چهار طرح بازدید کردند و با اهالی حرف زدند. گزارش هر طرح با تاریخ پایان آن آماده شد."
        "\n\nاگر در محل شما هم طرحی مانده است، از صفحهٔ «طرح‌های عمرانی استان» بنویسید.",
        "Supervisors visited four projects and talked with the people there."
        " A report with an end date was made for each."
        "\n\nIf a project near you stands still, write from the page “Development projects of the province”.",
    ),
)  # fmt: skip
HOURS = ("شنبه تا چهارشنبه، ۷:۳۰ تا ۱۴:۳۰", "Saturday to Wednesday, 7:30 to 14:30")
#: Units with a deputy in the demo, and cards that came into force so long ago that they are due for review; visitors of
#: the demo find the last of them wrong.
WITH_DEPUTY, OLD_CARDS = ("DESK", "CONT", "STAT"), ("s09", "s13", "s06")


@transaction.atomic
def seed_demo_pages(now: datetime) -> int:
    """Add what keeps no public page empty; return how many announcements were new (none the second time)."""
    load_cards(at=now - timedelta(days=200), only=OLD_CARDS)
    load_cards(at=now - timedelta(days=45))
    if Announcement.objects.exists():
        return 0
    _entries(now)
    for days, kind, slug, title_fa, title_en, body_fa, body_en in PIECES:
        Announcement.objects.create(
            kind=kind,
            slug=slug,
            title_fa=title_fa,
            title_en=title_en,
            body_fa=body_fa,
            body_en=body_en,
            published_from=now - timedelta(days=days),
            is_pinned=slug == "enumerators-wanted",
        )
    return len(PIECES)


def _entries(now: datetime) -> None:
    """Give the entries rooms, hours and days of a look; the last three have waited too long for one."""
    today = jalali.local(now).date()
    posts = list(Position.objects.order_by("unit__order", "id"))
    for number, post in enumerate(posts, start=1):
        is_old = number > len(posts) - 3
        post.room = persian_digits(f"طبقهٔ {1 + number // 5}، اتاق {100 + number}")
        post.internal = str(100 + number)
        post.hours_fa, post.hours_en = HOURS
        post.checked_on = today - timedelta(days=220 if is_old else 10 * number % 90)
    Position.objects.bulk_update(posts, ["room", "internal", "hours_fa", "hours_en", "checked_on"])
    for number, unit in enumerate(Unit.objects.filter(code__in=WITH_DEPUTY), start=21):
        Position.objects.create(
            unit=unit,
            title_fa="کارشناس مسئول",
            title_en="Senior officer",
            holder_fa=persian_digits(f"مدیر نمونه {number}"),
            holder_en=f"Sample Manager {number}",
            phone=f"066000001{number}",
            is_head=False,
            is_deputy=True,
            checked_on=today,
            order=1,
        )
