"""After an answer: rating it, and the review by right."""

from datetime import timedelta
from typing import Any

import pytest
from crispy_forms.utils import render_crispy_form
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from directory.enums import Role
from directory.models import Membership, Unit, User
from feedback import policy, services
from feedback.enums import EventKind, Kind, Score, Status
from feedback.forms import ReviewForm
from feedback.models import Case, CaseEvent, Rating, Review
from feedback.tests.factories import AT, make_receipt, make_user
from feedback.tests.pages import errors_of, text_of
from portal.outbox.models import Event

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]


@pytest.fixture
def officer() -> User:
    return make_user("officer", "CONT")


@pytest.fixture
def heads() -> dict[str, User]:
    return {code: make_user(f"{code}.head", code, Role.HEAD) for code in ("CONT", "TECH", "INSP", "HEAD")}


def answered(actor: User, *, at: Any = AT, **changes: Any) -> services.Receipt:
    receipt = make_receipt(at=at, **changes)
    services.answer(case_id=receipt.case.pk, actor=actor, body="سلام. حق با شماست.", at=at)
    return receipt


def ask(case: Case, *, at: Any = AT, reason: str = "") -> Review:
    return services.ask_review(case_id=case.pk, reason=reason, at=at)


def rate(case: Case, score: Score = Score.SATISFIED, words: str = "", at: Any = AT) -> Rating:
    answer = case.messages.filter(purpose="answer").last()
    return services.rate(case_id=case.pk, answer_id=answer.pk, score=score, words=words, at=at)


# --- Rating -------------------------------------------------------------------------------------------------------


def test_rate_when_pressed_again_then_changes_the_one_rating(officer: User) -> None:
    case = answered(officer).case

    rate(case, Score.DISSATISFIED)
    rate(case, Score.SATISFIED, "پس از تماس دوم درست شد.", AT + timedelta(days=13))

    rating = Rating.objects.get()
    assert (rating.score, rating.words, rating.unit.code) == (4, "پس از تماس دوم درست شد.", "CONT")
    assert (rating.rated_at, rating.changed_at) == (AT, AT + timedelta(days=13))
    assert CaseEvent.objects.filter(kind=EventKind.RATED, side="citizen").count() == 2


def test_rate_when_two_weeks_have_passed_then_stands(officer: User) -> None:
    case = answered(officer).case
    rate(case)

    with pytest.raises(policy.RatingRefused, match="late"):
        rate(case, Score.VERY_DISSATISFIED, at=AT + timedelta(days=15))
    assert Rating.objects.get().score == Score.SATISFIED


def test_rate_when_pressed_as_often_as_only_a_program_does_then_stands_until_tomorrow(officer: User) -> None:
    case = answered(officer).case
    for press in range(policy.WRITINGS_A_DAY):
        rate(case, [Score.SATISFIED, Score.DISSATISFIED][press % 2])

    with pytest.raises(policy.RatingRefused, match="often"):
        rate(case, Score.VERY_DISSATISFIED, at=AT + timedelta(hours=23))
    assert rate(case, Score.VERY_DISSATISFIED, at=AT + timedelta(days=1)).score == Score.VERY_DISSATISFIED


def test_rate_when_the_message_is_no_answer_of_the_case_then_refuses(officer: User) -> None:
    case, other = answered(officer).case, answered(officer).case
    strange = [case.messages.first(), other.messages.filter(purpose="answer").last()]

    for message in strange:
        with pytest.raises(policy.RatingRefused, match="answer"):
            services.rate(case_id=case.pk, answer_id=message.pk, score=Score.SATISFIED, words="", at=AT)


# --- Review: who ---------------------------------------------------------------------------------------------------


def test_review_when_an_officer_answered_then_the_head_of_the_unit_looks_again(
    officer: User, heads: dict[str, User]
) -> None:
    case = answered(officer).case

    review = ask(case, reason="مدارک را ندیده‌اند.")

    case.refresh_from_db()
    assert (review.reviewer, review.unit.code, review.author) == (heads["CONT"], "CONT", officer)
    assert (case.status, case.assigned_to, case.awaits_staff) == (Status.REOPENED, heads["CONT"], True)
    assert Event.objects.filter(name="case.review_asked", payload={"case_id": case.pk}).count() == 1


@pytest.mark.parametrize(
    ("author", "reviewer"), [("CONT", "TECH"), ("TECH", "HEAD"), ("INSP", "HEAD"), ("HEAD", "INSP")]
)
def test_review_when_a_head_answered_then_goes_one_level_up(
    heads: dict[str, User], author: str, reviewer: str
) -> None:
    case = make_receipt().case
    unit = Unit.objects.get(code=author)
    if author != "CONT":
        services.redirect(case_id=case.pk, actor=heads["CONT"], unit=unit, reason="کار ایشان است.", at=AT)
    services.answer(case_id=case.pk, actor=heads[author], body="پاسخ", at=AT)

    review = ask(case)

    assert (review.reviewer, review.unit.code) == (heads[reviewer], reviewer)
    assert Case.objects.get().unit.code == reviewer


def test_review_when_the_head_above_answered_for_the_unit_then_not_the_head_below(
    heads: dict[str, User],
) -> None:
    case = answered(heads["TECH"]).case

    assert ask(case).reviewer == heads["INSP"]


def test_review_when_the_unit_above_is_complained_of_then_it_is_passed_over(heads: dict[str, User]) -> None:
    case = make_receipt(about_unit=Unit.objects.get(code="TECH"), subject="شکایت", body="رفتار").case
    services.answer(case_id=case.pk, actor=make_user("any", case.unit.code, Role.HEAD), body="پاسخ", at=AT)

    assert ask(case).unit.code not in {"TECH", "CONT", "PROJ", case.unit.code}


def test_review_when_the_head_belongs_to_an_excluded_unit_then_is_passed_over(
    officer: User, heads: dict[str, User]
) -> None:
    Membership.objects.create(user=heads["CONT"], unit=Unit.objects.get(code="BUD"), role=Role.OFFICER)
    case = answered(officer, about_unit=Unit.objects.get(code="BUD")).case

    assert ask(case).reviewer == heads["TECH"]


def test_review_when_it_is_about_misconduct_then_stays_in_the_lane(heads: dict[str, User]) -> None:
    inspector = make_user("inspector", "INSP", Role.INSPECTOR)
    case = answered(inspector, kind=Kind.MISCONDUCT).case

    assert ask(case).reviewer == heads["INSP"]


def test_review_when_no_unit_has_a_head_then_another_unit_gets_it_and_nobody_yet(officer: User) -> None:
    case = answered(officer).case

    review = ask(case)

    assert (review.unit.code, review.reviewer) == ("TECH", None)


# --- Review: once, in time, by another ------------------------------------------------------------------------------


def test_review_when_asked_for_again_then_refuses_for_ever(officer: User, heads: dict[str, User]) -> None:
    case = answered(officer).case
    ask(case)
    services.answer(case_id=case.pk, actor=heads["CONT"], body="بازنگری شد.", at=AT)

    with pytest.raises(policy.ReviewRefused, match="once"):
        ask(case)
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(**_row(case, officer))


def _row(case: Case, officer: User) -> dict[str, Any]:
    answer = case.messages.filter(purpose="answer").first()
    units = {"unit": case.unit, "unit_before": case.unit}
    return {"case": case, "answer": answer, "author": officer, "asked_at": AT, **units}


@pytest.mark.parametrize(
    "change", ["reviewer_id = author_id", "decided_by_id = author_id, decided_at = now()"]
)
def test_review_when_sql_gives_it_to_the_author_then_the_database_refuses(
    officer: User, heads: dict[str, User], change: str
) -> None:
    ask(answered(officer).case)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE feedback_review SET {change}")


def test_review_when_deleted_by_sql_then_the_database_refuses(officer: User) -> None:
    ask(answered(officer).case)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM feedback_review")


@pytest.mark.parametrize(("days", "is_in_time"), [(0, True), (30, True), (31, False)])
def test_review_when_time_passes_then_is_open_for_thirty_days(
    officer: User, days: int, is_in_time: bool
) -> None:
    case = answered(officer).case
    late = AT + timedelta(days=days)

    if is_in_time:
        ask(case, at=late)
    else:
        with pytest.raises(policy.ReviewRefused, match="late"):
            ask(case, at=late)
    assert Review.objects.exists() == is_in_time


def test_review_when_there_is_no_answer_then_refuses() -> None:
    with pytest.raises(policy.ReviewRefused, match="answer"):
        ask(make_receipt().case)


def test_review_when_asked_for_then_has_fifteen_working_days_of_its_own(officer: User) -> None:
    case = answered(officer).case

    ask(case, at=AT + timedelta(days=20))

    case.refresh_from_db()
    deadline = case.deadlines.last()
    assert (deadline.policy, deadline.days, deadline.due_on) == ("review-15", 15, case.due_on)
    assert case.due_on > (AT + timedelta(days=20 + 15)).date()


@pytest.mark.parametrize("step", ["take", "answer", "ask", "refer_out", "redirect"])
def test_review_when_the_author_works_on_it_then_refuses(
    officer: User, heads: dict[str, User], step: str
) -> None:
    case = answered(officer).case
    ask(case)
    more: dict[str, Any] = {"body": "پاسخ من درست بود."} if step != "take" else {}
    if step == "redirect":
        more = {"unit": Unit.objects.get(code="PROJ"), "reason": "نه"}

    with pytest.raises(policy.AuthorRefused):
        getattr(services, step)(case_id=case.pk, actor=officer, at=AT, **more)
    assert Case.objects.get().status == Status.REOPENED


def test_review_when_nobody_holds_it_then_dispatch_never_gives_it_to_the_author(officer: User) -> None:
    case = answered(officer).case
    ask(case)
    Case.objects.update(unit=Unit.objects.get(code="CONT"), assigned_to=None)

    assert services.assign(case_id=case.pk, at=AT) is None


def test_review_when_answered_then_says_who_and_when(officer: User, heads: dict[str, User]) -> None:
    case = answered(officer).case
    ask(case)

    services.answer(case_id=case.pk, actor=heads["CONT"], body="بازنگری شد.", at=AT + timedelta(days=3))

    review = Review.objects.get()
    assert (review.decided_by, review.decided_at) == (heads["CONT"], AT + timedelta(days=3))


# --- The pages ---------------------------------------------------------------------------------------------------


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True)


def visit(client: Client, receipt: services.Receipt) -> str:
    client.post("/track/", {"code": receipt.code})
    return text_of(client.get("/track/case/"))


def press(client: Client, case: Case, **fields: Any) -> Any:
    answer = case.messages.filter(purpose="answer").last()
    return client.post("/track/case/rating/", {"answer": answer.pk, **fields})


@pytest.fixture
def receipt(officer: User) -> services.Receipt:
    return answered(officer, at=timezone.now() - timedelta(hours=3), is_anonymous=True)


def test_case_page_when_one_of_the_five_is_pressed_then_it_is_kept_also_without_a_name(
    client: Client, receipt: services.Receipt
) -> None:
    page = visit(client, receipt)
    assert page.count('name="score"') == 5
    assert 'name="words"' not in page

    response = press(client, receipt.case, score="5")

    assert (response.status_code, response["Location"]) == (303, "/track/case/#rate")
    page = text_of(client.get("/track/case/"))
    assert "خیلی راضی" in page
    assert 'aria-pressed="true"' in page
    press(client, receipt.case, score="5", words="پاسخ روشن بود.")
    assert Rating.objects.get().words == "پاسخ روشن بود."


@pytest.mark.parametrize("score", ["", "0", "6", "²", "x", "5.5", "9" * 30])
def test_case_page_when_a_press_is_forged_then_nothing_is_kept(
    client: Client, receipt: services.Receipt, score: str
) -> None:
    visit(client, receipt)

    response = press(client, receipt.case, score=score)

    assert response.status_code == 200
    assert not Rating.objects.exists()


def test_case_page_when_words_are_too_long_then_they_come_back(
    client: Client, receipt: services.Receipt
) -> None:
    visit(client, receipt)

    page = text_of(press(client, receipt.case, score="1", words="واژه " * 1000))

    assert "واژه واژه" in page
    assert len(errors_of(page)) == 1


@pytest.mark.parametrize(("prefix", "language"), [("", "fa"), ("/en", "en")])
def test_case_page_when_a_review_may_be_asked_for_then_its_form_is_the_one_drawn_afresh(
    client: Client, receipt: services.Receipt, prefix: str, language: str
) -> None:
    with translation.override(language):
        drawn = render_crispy_form(ReviewForm())
    visit(client, receipt)
    blank = text_of(client.get(f"{prefix}/track/case/"))
    faulty = text_of(client.post(f"{prefix}/track/case/review/", {"reason": "چ" * 5000}))

    assert drawn in blank
    assert 'id="id_reason_error"' in faulty
    assert drawn in text_of(client.get(f"{prefix}/track/case/"))


@pytest.mark.parametrize("path", ["/track/case/rating/", "/track/case/review/"])
def test_after_when_there_is_no_visit_then_the_code_is_asked_for_and_words_are_kept(
    client: Client, path: str
) -> None:
    page = text_of(client.post(path, {"words": "حرف من", "reason": "حرف من"}))

    assert 'name="code"' in page
    assert "حرف من" in page


@pytest.mark.parametrize("path", ["/track/case/rating/", "/track/case/review/"])
def test_after_when_another_site_posts_then_refuses(
    client: Client, receipt: services.Receipt, path: str
) -> None:
    visit(client, receipt)

    response = client.post(path, {"score": "1"}, headers={"origin": "https://elsewhere.example"})

    assert response.status_code == 403
    assert not Review.objects.exists()


def test_case_page_when_a_review_is_asked_for_then_says_who_reads_and_by_when(
    client: Client, receipt: services.Receipt
) -> None:
    assert "بازنگری بخواهید" in visit(client, receipt)

    response = client.post("/track/case/review/", {"reason": "مدارک را ندیده‌اند."})

    assert (response.status_code, response["Location"]) == (303, "/track/case/#review")
    page = text_of(client.get("/track/case/"))
    assert 'data-case-status="reopened"' in page
    assert "مدارک را ندیده‌اند." in page
    assert 'action="/track/case/review/"' not in page
    assert client.post("/track/case/review/", {"reason": "باز هم"}).status_code == 303
    assert Review.objects.get().reason == "مدارک را ندیده‌اند."


def test_case_page_when_the_review_is_answered_then_names_the_bodies_outside(
    client: Client, receipt: services.Receipt, heads: dict[str, User]
) -> None:
    ask(receipt.case, at=timezone.now())
    services.answer(case_id=receipt.case.pk, actor=heads["CONT"], body="بازنگری شد.", at=timezone.now())

    page = visit(client, receipt)

    assert 'action="/track/case/review/"' not in page
    assert 'href="tel:136"' in page
    assert page.count('data-message-by="staff"') == 2


def test_print_when_opened_then_holds_the_answer_and_no_code(
    client: Client, receipt: services.Receipt
) -> None:
    visit(client, receipt)

    page = text_of(client.get("/track/case/print/"))

    assert "حق با شماست" in page
    assert receipt.case.number in page
    assert receipt.code not in page.replace(" ", "")


def test_case_page_when_rated_and_reviewed_then_the_rating_and_the_review_cost_a_query_each(
    client: Client, receipt: services.Receipt, heads: dict[str, User]
) -> None:
    def queries() -> int:
        visit(client, receipt)
        with CaptureQueriesContext(connection) as caught:
            client.get("/track/case/")
        return len(caught)

    few = queries()
    press(client, receipt.case, score="2", words="نه")
    ask(receipt.case, at=timezone.now())
    services.answer(case_id=receipt.case.pk, actor=heads["CONT"], body="بازنگری شد.", at=timezone.now())

    assert few <= 8
    assert queries() <= few + 2
