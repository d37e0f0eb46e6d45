"""Cases that are answered together: joined ones of one sender, and similar ones of many."""

import pytest
from django.test import Client

from directory.enums import Role
from directory.models import Unit, User
from feedback import policy, selectors, services, tasks
from feedback.enums import Kind, Purpose
from feedback.models import Case, ClusterCase, Message, Notice, Review
from feedback.tests.factories import AT, make_case, make_receipt, make_user
from feedback.tests.pages import text_of
from feedback.tests.test_admin_case import (
    QUEUE,
    WORDS,
    count_queries,
    errors_of,
    hidden,
    page_of,
    shown,
    take_step,
)
from feedback.tests.test_drafts import client_of
from portal.outbox.models import Event

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]

PHONE = "+989160000001"


@pytest.fixture
def officer() -> User:
    return make_user("cont.officer", "CONT")


@pytest.fixture
def pair() -> tuple[Case, Case]:
    return make_case(phone=PHONE), make_case(phone=PHONE)


def join(pair: tuple[Case, Case], actor: User) -> Case:
    return services.merge(case_id=pair[1].pk, into=pair[0].number, actor=actor, at=AT)


# --- Joined cases of one sender -----------------------------------------------------------------------------------


def test_merge_when_pressed_then_the_younger_follows_and_the_citizen_is_told(
    officer: User, pair: tuple[Case, Case]
) -> None:
    old, young = pair

    take_step(client_of(officer), young, "merge", merge__number=old.number)
    tasks.notify_merged(**Event.objects.get(name="case.merged").payload)

    young.refresh_from_db()
    assert young.merged_into == old
    assert Notice.objects.get().topic == "merged"
    page = shown(client_of(officer), young)
    assert "این پرونده همراه پروندهٔ پیشین همین فرستنده" in page
    assert 'name="_answer"' not in page
    assert "همراه این پرونده پاسخ می‌گیرند" in shown(client_of(officer), old)


def test_merge_when_the_older_is_answered_then_each_citizens_page_has_the_answer(
    officer: User, pair: tuple[Case, Case]
) -> None:
    join(pair, officer)

    services.answer(case_id=pair[0].pk, actor=officer, body=WORDS, at=AT)

    for case in pair:
        case.refresh_from_db()
        assert (case.status, case.merged_into, case.messages.last().body) == ("answered", None, WORDS)
    assert Event.objects.filter(name="case.answered").count() == 2


def test_merge_when_a_question_is_asked_then_a_reply_in_either_ends_the_waiting(
    officer: User, pair: tuple[Case, Case]
) -> None:
    join(pair, officer)
    services.ask(case_id=pair[0].pk, actor=officer, body="کدام مدرک؟", at=AT)
    assert set(Case.objects.values_list("status", flat=True)) == {"waiting_citizen"}

    services.reply(case_id=pair[1].pk, body="گواهی بیمه.", at=AT)

    assert set(Case.objects.values_list("status", "awaits_staff")) == {("in_progress", True)}
    assert "گواهی بیمه." in shown(client_of(officer), pair[0])


def test_merge_when_the_older_is_sent_on_then_the_younger_goes_along(
    officer: User, pair: tuple[Case, Case]
) -> None:
    join(pair, officer)

    services.redirect(
        case_id=pair[0].pk, actor=officer, unit=Unit.objects.get(code="BUD"), reason="بودجه", at=AT
    )

    assert set(Case.objects.values_list("unit__code", flat=True)) == {"BUD"}


def test_unmerge_when_pressed_then_each_is_for_itself_again(officer: User, pair: tuple[Case, Case]) -> None:
    join(pair, officer)

    take_step(client_of(officer), pair[1], "unmerge")

    services.answer(case_id=pair[0].pk, actor=officer, body=WORDS, at=AT)
    assert list(Case.objects.order_by("pk").values_list("status", flat=True)) == ["answered", "received"]
    assert [event.kind for event in pair[1].events.all()][-2:] == ["merged", "unmerged"]


def test_merge_when_looked_at_by_code_then_both_codes_work_and_say_where(officer: User) -> None:
    old, young = make_receipt(phone=PHONE), make_receipt(phone=PHONE)
    join((old.case, young.case), officer)
    numbers = [one.case.number.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")) for one in (old, young)]

    pages = []
    for receipt in (old, young):
        citizen = Client()
        citizen.post("/track/", {"code": receipt.code})
        pages.append(text_of(citizen.get("/track/case/")))

    assert f"با پروندهٔ {numbers[1]} شما پیوند خورد" in pages[0]
    assert f"با پروندهٔ {numbers[0]} شما پیوند خورد" in pages[1]


def test_merge_when_the_queue_is_opened_then_the_younger_is_left_out_but_found(
    officer: User, pair: tuple[Case, Case]
) -> None:
    join(pair, officer)
    client = client_of(officer)

    queue = text_of(client.get(QUEUE))
    found = text_of(client.get(QUEUE, {"q": pair[1].number}, follow=True))

    assert page_of(pair[0]) in queue
    assert page_of(pair[1]) not in queue
    assert page_of(pair[1]) in found


def _refusal(officer: User, young: Case, number: str) -> str:
    try:
        services.merge(case_id=young.pk, into=number, actor=officer, at=AT)
    except policy.MergeRefused as refusal:
        return str(refusal)
    return ""


def test_merge_when_the_two_do_not_belong_together_then_refuses_by_name(officer: User) -> None:
    old = make_case(phone=PHONE)
    elsewhere = make_case(phone=PHONE, subject="تخصیص اعتبار", body="تخصیص اعتبار بودجه")
    walled = make_case(phone=PHONE, about_unit=Unit.objects.get(code="BUD"))
    stranger, nameless = make_case(phone="+989160000002"), make_case(is_anonymous=True)
    young = make_case(phone=PHONE)
    both = make_user("both", "CONT")
    both.memberships.create(unit=elsewhere.unit, role="officer")

    assert _refusal(officer, young, elsewhere.number) == "unknown"
    assert _refusal(both, young, elsewhere.number) == "unit"
    assert _refusal(officer, young, walled.number) == "walls"
    assert _refusal(officer, young, stranger.number) == "sender"
    assert _refusal(officer, young, nameless.number) == "sender"
    assert _refusal(officer, young, young.number) == "itself"
    assert _refusal(officer, old, young.number) == "younger"
    services.answer(case_id=old.pk, actor=officer, body=WORDS, at=AT)
    assert _refusal(officer, young, old.number) == "settled"
    assert not Case.objects.filter(merged_into__isnull=False).exists()


def test_merge_when_somebody_is_out_of_one_of_them_then_they_stay_apart(
    officer: User, pair: tuple[Case, Case]
) -> None:
    concerned = make_user("concerned", "CONT")
    services.recuse(case_id=pair[1].pk, actor=concerned, reason="برادرم است.", at=AT)

    assert _refusal(officer, pair[1], pair[0].number) == "walls"


def test_merge_when_the_younger_is_under_review_then_its_author_cannot_answer_it_through_the_older(
    officer: User, pair: tuple[Case, Case]
) -> None:
    head = make_user("cont.head", "CONT", Role.HEAD)
    services.answer(case_id=pair[1].pk, actor=officer, body=WORDS, at=AT)
    services.ask_review(case_id=pair[1].pk, reason="پاسخ کامل نبود.", at=AT)

    refused = _refusal(head, pair[1], pair[0].number)
    services.answer(case_id=pair[0].pk, actor=officer, body=WORDS, at=AT)

    assert refused == "review"
    assert Review.objects.get().is_open


@pytest.mark.parametrize("place", [0, 1])
def test_recuse_when_the_case_is_joined_then_none_of_them_exists_for_him(
    officer: User, pair: tuple[Case, Case], place: int
) -> None:
    colleague = make_user("colleague", "CONT")
    join(pair, officer)

    services.recuse(case_id=pair[place].pk, actor=officer, reason="برادرم است.", at=AT)

    assert not Case.objects.visible_to(officer).exists()
    assert Case.objects.visible_to(colleague).count() == 2
    assert [case.events.last().kind for case in pair] == ["recused"] * 2
    assert Event.objects.filter(name="case.recused").count() == 2


def test_recuse_when_nobody_is_left_in_the_unit_then_joined_cases_move_together(
    officer: User, pair: tuple[Case, Case]
) -> None:
    make_user("above", "TECH", Role.HEAD)
    join(pair, officer)

    services.recuse(case_id=pair[1].pk, actor=officer, reason="برادرم است.", at=AT)

    assert list(Case.objects.values_list("unit__code", flat=True)) == ["TECH"] * 2


def test_page_when_a_joined_case_is_hidden_then_its_words_are_too(
    officer: User, pair: tuple[Case, Case]
) -> None:
    join(pair, make_user("colleague", "CONT"))
    services.reply(case_id=pair[1].pk, body="کارشناس شما خویشاوند اوست.", at=AT)
    pair[1].recusals.create(user=officer, at=AT)

    assert "خویشاوند" not in shown(client_of(officer), pair[0])


def test_merge_when_the_number_is_wrong_then_says_so_beside_it(
    officer: User, pair: tuple[Case, Case]
) -> None:
    page = text_of(take_step(client_of(officer), pair[1], "merge", merge__number="1405-1-1"))

    assert errors_of(page, "merge-number")


def test_page_when_three_are_joined_then_costs_what_one_costs(officer: User, pair: tuple[Case, Case]) -> None:
    old, _young = pair
    join(pair, officer)
    one = count_queries(client_of(officer), old)
    for _more in range(2):
        join((old, make_case(phone=PHONE)), officer)

    assert count_queries(client_of(officer), old) == one <= 25


# --- One answer to similar cases ----------------------------------------------------------------------------------


def test_similar_when_asked_for_then_offers_open_cases_of_the_unit_with_rare_words(officer: User) -> None:
    one, other = make_case(), make_case()
    hidden_one = make_case(about_unit=Unit.objects.get(code="CONT"))
    secret = make_case(kind=Kind.MISCONDUCT)
    unlike = make_case(subject="رتبه‌بندی", body="چیز دیگری")
    for case in Case.objects.all():
        services.learn_words(case_ids=[case.pk])

    found = selectors.alike(one, officer)

    assert other in found
    assert not {hidden_one, secret, unlike, one} & set(found)


def test_answer_when_similar_cases_are_ticked_then_each_is_answered_alone(officer: User) -> None:
    one, other, settled = make_case(), make_case(), make_case()
    foreign = make_case(subject="تخصیص اعتبار", body="تخصیص اعتبار بودجه")
    client = client_of(officer)
    ticked = [other.pk, settled.pk, foreign.pk]

    client.post(
        page_of(one),
        {**hidden(shown(client, one)), "answer-body": WORDS, "answer-others": ticked, "_answer": "1"},
    )
    services.answer(case_id=settled.pk, actor=officer, body="جدا", at=AT)
    for row in ClusterCase.objects.all():
        for _repeat in range(2):
            tasks.answer_in_cluster(cluster_case_id=row.pk)

    assert set(ClusterCase.objects.values_list("case", flat=True)) == {other.pk, settled.pk}
    assert other.messages.get(purpose=Purpose.ANSWER).body == WORDS
    assert not foreign.messages.filter(purpose=Purpose.ANSWER).exists()
    assert Message.objects.filter(body=WORDS).count() == 3
    assert "پاسخ به این‌ها هم رفت" in shown(client, one)


def test_similar_when_ticked_before_the_preview_then_they_are_ticked_when_one_comes_back(
    officer: User,
) -> None:
    one, other = make_case(), make_case()
    for case in (one, other):
        services.learn_words(case_ids=[case.pk])
    client = client_of(officer)
    sent = {**hidden(shown(client, one)), "answer-body": WORDS, "answer-others": [other.pk]}

    client.post(page_of(one), {**sent, "preview": "answer"})
    ticked = f'name="answer-others" value="{other.pk}" checked'
    assert ticked in shown(client, one)

    del sent["answer-others"]
    client.post(page_of(one), {**sent, "draft": "answer"})
    assert ticked not in shown(client, one)


def test_cluster_when_a_case_went_elsewhere_meanwhile_then_it_says_that_it_was_not_sent(
    officer: User,
) -> None:
    one, other = make_case(), make_case()
    services.answer_together(case_id=one.pk, actor=officer, body=WORDS, others=[other.pk], at=AT)
    unit = Unit.objects.get(code="BUD")
    services.redirect(case_id=other.pk, actor=officer, unit=unit, reason="بودجه", at=AT)

    tasks.answer_in_cluster(cluster_case_id=ClusterCase.objects.get().pk)

    assert ClusterCase.objects.get().is_refused
    assert not other.messages.filter(purpose=Purpose.ANSWER).exists()
