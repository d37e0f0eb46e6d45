"""Ready answers: written by heads, filled from a fixed list, inert whatever stands in them."""

import pytest
from django.test import Client

from directory.enums import Role
from directory.models import Unit, User
from feedback.models import CannedAnswer, Case
from feedback.tests.factories import make_case, make_user
from feedback.tests.pages import text_of
from feedback.tests.test_admin_case import box, hidden, page_of, shown
from feedback.tests.test_drafts import client_of
from portal.kernel.blanks import fill, unknown_blanks

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]
FOLDER = "/admin/feedback/cannedanswer/"
KNOWN = ("unit", "citizen_name")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("سلام {citizen_name}", []),
        ("{unit}{unit}", []),
        ("{0.__class__} {unit}", ["{0.__class__}"]),
        ("{{ settings.SECRET_KEY }}", ["{", "{ settings.SECRET_KEY }", "}"]),
        ("{% load x %}", ["{% load x %}"]),
        ("{Unit} {unit!r} {unit:>9}", ["{Unit}", "{unit!r}", "{unit:>9}"]),
        ("یک } و یک {", ["}", "{"]),
    ],
)
def test_unknown_blanks_when_a_text_has_braces_then_names_all_that_is_no_blank(
    text: str, wrong: list[str]
) -> None:
    assert unknown_blanks(text, KNOWN) == wrong


def test_fill_when_a_value_looks_like_a_blank_then_it_stays_as_it_is() -> None:
    values = {"unit": "امور {citizen_name}", "citizen_name": "{unit}"}

    assert fill("{citizen_name}، {unit}، {other}", values) == "{unit}، امور {citizen_name}، {other}"


@pytest.fixture
def head() -> User:
    return make_user("cont.head", "CONT", Role.HEAD)


@pytest.fixture
def ready() -> CannedAnswer:
    return CannedAnswer.objects.create(
        unit=Unit.objects.get(code="CONT"),
        title="رسید",
        text="{citizen_name}، پروندهٔ {case_number} تا {due_date} در {unit} بررسی می‌شود. {service}. {officer}",
    )


def saved(client: Client, unit: str, text: str) -> str:
    """Save a ready answer and return the page that comes: empty when it is stored."""
    key = Unit.objects.get(code=unit).pk
    answer = client.post(f"{FOLDER}add/", {"unit": key, "title": "عنوان", "text": text, "is_active": "on"})
    return "" if answer.status_code == 302 else text_of(answer)


def test_ready_answer_when_a_head_writes_it_then_is_stored_for_his_unit_only(head: User) -> None:
    client = client_of(head)

    assert saved(client, "CONT", "سلام {citizen_name}") == ""
    assert saved(client, "BUD", "سلام")
    assert [one.unit.code for one in CannedAnswer.objects.all()] == ["CONT"]


def test_ready_answer_when_it_has_other_braces_or_frightens_then_is_refused(head: User) -> None:
    client = client_of(head)

    assert "{{" in saved(client, "CONT", "{{ settings }}")
    assert "شکایت بی‌مورد پیگرد قانونی دارد" in saved(client, "CONT", "شکایت بی‌مورد پیگرد قانونی دارد.")
    assert not CannedAnswer.objects.exists()


def test_ready_answer_when_an_officer_opens_it_then_reads_only_his_units(ready: CannedAnswer) -> None:
    own, other = (client_of(make_user(f"{unit}.o", unit)) for unit in ("CONT", "BUD"))

    assert own.get(f"{FOLDER}{ready.pk}/change/").status_code == 200
    assert own.post(f"{FOLDER}{ready.pk}/change/", {"title": "x"}).status_code == 403
    assert other.get(f"{FOLDER}{ready.pk}/change/").status_code == 404


def test_case_page_when_a_ready_answer_is_put_in_then_its_blanks_are_filled_and_nothing_is_sent(
    ready: CannedAnswer,
) -> None:
    case: Case = make_case(full_name="مریم {unit}")
    client = client_of(make_user("cont.officer", "CONT"))
    opened = hidden(shown(client, case))

    page = text_of(
        client.post(page_of(case), {**opened, "answer-body": "سلام.", "ready": ready.pk, "insert": "1"})
    )

    number = case.number.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    text = (
        f"سلام.\n\nمریم {{unit}}، پروندهٔ {number} تا ۲۳ خرداد ۱۴۰۵ در امور پیمانکاران و مشاوران بررسی می‌شود."
    )
    assert box(page, "answer-body") == f"{text} خدمت. cont.officer"
    assert case.messages.count() == 1


def test_case_page_when_none_is_chosen_then_says_so_and_keeps_the_words(ready: CannedAnswer) -> None:
    case = make_case()
    client = client_of(make_user("cont.officer", "CONT"))

    page = text_of(
        client.post(
            page_of(case),
            {**hidden(shown(client, case)), "answer-body": "سلام.", "ready": "x", "insert": "1"},
        )
    )

    assert "نخست یک پاسخ آماده برگزینید." in page
    assert box(page, "answer-body") == "سلام."
