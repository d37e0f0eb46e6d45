"""Drafts: what is typed is kept for its author alone, until it is sent; colleagues know only that he writes."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from directory.models import User
from feedback import services
from feedback.models import Case, Draft, Message
from feedback.tests.factories import AT, make_case, make_user
from feedback.tests.pages import text_of
from feedback.tests.test_admin_case import WORDS, box, hidden, page_of, press, shown, take_step

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]


@pytest.fixture
def officer() -> User:
    return make_user("cont.officer", "CONT")


@pytest.fixture
def colleague() -> User:
    return make_user("cont.second", "CONT")


@pytest.fixture
def case() -> Case:
    return make_case()


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def keep(client: Client, case: Case, **fields: str) -> None:
    """Press the button that keeps the draft."""
    named = {name.replace("__", "-"): value for name, value in fields.items()}
    client.post(page_of(case), {**hidden(shown(client, case)), **named, "draft": "answer"})


def typing(client: Client, case: Case, version: int = 1, **fields: str) -> dict[str, str]:
    """Send what the script sends as one types, and return what it is told."""
    named = {name.replace("__", "-"): value for name, value in fields.items()}
    response = client.post(f"/admin/feedback/case/{case.pk}/draft/", {"version": version, **named})
    return json.loads(text_of(response))


def test_draft_when_kept_by_the_button_then_is_there_when_the_page_is_opened_again(
    officer: User, case: Case
) -> None:
    client = client_of(officer)

    keep(client, case, answer__body="نیمه‌کاره", note__body="یادم باشد")

    page = shown(client, case)
    assert (box(page, "answer-body"), box(page, "note-body")) == ("نیمه‌کاره", "یادم باشد")
    assert "پیش‌نویس نگه داشته شد" in page
    assert not Message.objects.filter(author=officer).exists()


def test_draft_when_typed_then_is_kept_and_says_when(officer: User, case: Case) -> None:
    with time_machine.travel(AT, tick=False):
        told = typing(client_of(officer), case, answer__body="سلام.")

    assert told == {"saved": "پیش‌نویس ساعت ۱۰:۲۴ نگه داشته شد.", "writing": "", "changed": ""}
    assert Draft.objects.get().words == {"body": "سلام."}


def test_draft_when_emptied_then_is_forgotten(officer: User, case: Case) -> None:
    client = client_of(officer)
    typing(client, case, answer__body="سلام.")

    typing(client, case, answer__body="")

    assert not Draft.objects.exists()


def test_draft_when_only_a_list_was_touched_then_is_none(officer: User, case: Case) -> None:
    typing(client_of(officer), case, redirect__unit="3", redirect__reason="", propose__ground="law")

    assert not Draft.objects.exists()


def test_draft_when_its_step_is_sent_then_is_gone_and_others_stay(officer: User, case: Case) -> None:
    client = client_of(officer)
    keep(client, case, answer__body="نیمه‌کاره", note__body="یادم باشد")

    take_step(client, case, "answer", answer__body=WORDS)

    assert [draft.step for draft in Draft.objects.all()] == ["note"]


def test_draft_when_a_colleague_looks_then_only_that_somebody_writes_is_known(
    officer: User, colleague: User, case: Case
) -> None:
    officer.name_fa = "کارشناس نمونه ۱"
    officer.save()
    typing(client_of(officer), case, answer__body="هنوز نمی‌دانم")

    page = shown(client_of(colleague), case)

    assert "همین حالا \u2068کارشناس نمونه ۱\u2069 دارد در این پرونده می‌نویسد." in page
    assert "هنوز نمی‌دانم" not in page
    assert "کارشناس نمونه ۱" in typing(client_of(colleague), case)["writing"]


def test_writing_when_two_minutes_have_passed_then_nobody_writes(
    officer: User, colleague: User, case: Case
) -> None:
    typing(client_of(officer), case, answer__body="سلام")

    with time_machine.travel(timezone.now() + timedelta(minutes=2, seconds=1), tick=False):
        assert "data-writing hidden" in shown(client_of(colleague), case)


def test_draft_when_the_case_changes_then_its_author_is_warned(
    officer: User, colleague: User, case: Case
) -> None:
    client = client_of(officer)
    keep(client, case, answer__body="سلام")
    services.ask(case_id=case.pk, actor=colleague, body="کدام مدرک؟", at=AT)

    assert "پس از نوشتن شما پرونده عوض شده است" in shown(client, case)
    assert typing(client, case, answer__body="سلام")["changed"].startswith("پرونده در این میان عوض شده")


def test_draft_when_the_case_is_hidden_then_is_refused_like_a_missing_one(case: Case) -> None:
    stranger = client_of(make_user("bud.officer", "BUD"))

    responses = [
        stranger.post(f"/admin/feedback/case/{pk}/draft/", {"answer-body": "سلام"}) for pk in (case.pk, 10**9)
    ]

    assert [response.status_code for response in responses] == [404, 404]
    assert not Draft.objects.exists()


def test_draft_when_old_then_is_forgotten(officer: User, case: Case) -> None:
    typing(client_of(officer), case, answer__body="سلام")

    services.forget_old_drafts(at=timezone.now() + timedelta(days=59))
    assert Draft.objects.exists()
    services.forget_old_drafts(at=timezone.now() + timedelta(days=61))
    assert not Draft.objects.exists()


# --- Preview ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "step"),
    [
        ({"answer-body": "پیش از فرستادن"}, "answer"),
        ({"ask-body": "پیش از فرستادن"}, "ask"),
        ({"propose-body": "پیش از فرستادن", "propose-law": "مادهٔ ۱", "propose-ground": "law"}, "propose"),
    ],
)
def test_preview_when_asked_for_then_is_the_citizens_page_and_nothing_is_sent(
    officer: User, case: Case, fields: dict[str, str], step: str
) -> None:
    client = client_of(officer)

    response = client.post(page_of(case), {**hidden(shown(client, case)), **fields, "preview": step})
    pages = [text_of(client.get(response["Location"] + f"&theme={theme}")) for theme in ("light", "dark")]

    for page, theme in zip(pages, ("light", "dark"), strict=True):
        assert f'data-theme="{theme}"' in page
        assert "پیش از فرستادن" in page
        assert "هنوز چیزی فرستاده نشده است" in page
        assert "data-case-status" in page
    assert not Message.objects.filter(author=officer).exists()
    case.refresh_from_db()
    assert case.status == "received"


def test_preview_when_it_is_not_ones_own_draft_or_case_then_nothing_is_shown(
    officer: User, colleague: User, case: Case
) -> None:
    typing(client_of(officer), case, answer__body="هنوز نمی‌دانم")
    address = f"/admin/feedback/case/{case.pk}/preview/?step=answer"

    assert client_of(colleague).get(address)["Location"] == page_of(case)
    stranger = client_of(make_user("bud.officer", "BUD"))
    assert [
        stranger.get(address.replace(str(case.pk), pk)).status_code for pk in (str(case.pk), "999999")
    ] == [
        404,
        404,
    ]


def test_step_when_pressed_with_a_draft_then_the_typed_words_count(officer: User, case: Case) -> None:
    client = client_of(officer)
    keep(client, case, answer__body="کهنه")

    press(client, case, hidden(shown(client, case)), "answer", answer__body="تازه")

    assert Message.objects.get(author=officer).body == "تازه"


def test_draft_when_the_words_hold_what_json_cannot_then_the_rest_is_kept(case: Case, officer: User) -> None:
    words = {"answer": {"body": "سلام\x00 و \ud800درود"}}

    kept = services.keep_drafts(case_id=case.pk, actor=officer, words=words, version=1, at=AT)

    assert [draft.words for draft in kept] == [{"body": "سلام و درود"}]
