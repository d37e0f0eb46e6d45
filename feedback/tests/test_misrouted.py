"""Learning from redirects: the report by rule, suggested words, and who may look at what."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from directory.enums import Role
from directory.models import Unit, User
from directory.services import load_reference
from feedback import services
from feedback.enums import Kind
from feedback.models import Case
from feedback.services.misrouted import Suggestion
from feedback.tests.factories import make_case, make_user
from feedback.tests.pages import text_of
from routing import services as routing
from routing.models import Rehearsal, RuleSet
from routing.selectors import rules_of
from routing.tests.factories import rule

pytestmark = pytest.mark.django_db

NOW = timezone.now()
RULES = [
    rule("", "INSP", lane=True, kinds=["misconduct"], always=4),
    rule("", "CONT", "پیمانکار=5"),
    rule("", "STAT", "آمار=5"),
]
PAGE = "/admin/routing/ruleset/misrouted/"


@pytest.fixture(autouse=True)
def english(english_portal: None) -> None:
    """Staff pages follow the language of the installation; here the texts of the source are read."""


@pytest.fixture
def officer() -> User:
    load_reference()
    rules = RuleSet.objects.create(version=1, name="قواعد آزمایشی")
    for spec in RULES:
        routing.add_rule(ruleset_id=rules.pk, spec=spec, actor=None, at=NOW)
    routing.publish(ruleset=rules, actor=None, at=NOW)
    return make_user("cont.officer", "CONT")


@pytest.fixture
def editor(officer: User) -> Client:
    client = Client()
    client.force_login(make_user("editor", "IT", Role.RULE_EDITOR))
    return client


def redirected(officer: User, body: str, unit: str = "STAT", **changes: Any) -> Case:
    case = make_case(**{"subject": "پیمانکار", "body": body, "at": NOW, **changes})
    services.redirect(
        case_id=case.pk, actor=officer, unit=Unit.objects.get(code=unit), reason="مال ما نیست", at=NOW
    )
    return case


def miss(officer: User) -> None:
    """Store three cases with a shared word that went to the wrong unit, and some that were right."""
    for name in ("یک", "دو", "سه"):
        redirected(officer, f"پیمانکار سرشماری محله {name}", full_name="زرین‌کلاه نمونه")
    for number in range(4):
        make_case(subject="پیمانکار", body=f"مدارک شرکت ما {number}", at=NOW)


def test_report_when_cases_were_redirected_then_it_names_rule_share_and_units(officer: User) -> None:
    miss(officer)
    redirected(officer, "پیمانکار و ساختمان", "ADM")

    row = services.misrouted(at=NOW)[0]

    assert (row.rule, row.cases, row.redirected, row.share) == ("r02", 8, 4, 50)
    assert [(one.right, one.cases, one.is_frequent) for one in row.misses] == [
        ("STAT", 3, True),
        ("ADM", 1, False),
    ]


def test_report_when_a_case_came_back_to_its_first_unit_then_it_is_no_miss(officer: User) -> None:
    case = redirected(officer, "پیمانکار و آب")
    services.redirect(
        case_id=case.pk,
        actor=make_user("stat.officer", "STAT"),
        unit=Unit.objects.get(code="CONT"),
        reason="برگشت",
        at=NOW,
    )

    assert services.misrouted(at=NOW) == []


def test_report_when_a_misconduct_report_was_moved_then_it_is_not_counted(officer: User) -> None:
    inspector = make_user("inspector", "INSP", Role.INSPECTOR)
    redirected(inspector, "گزارش پیمانکار", "HEAD", kind=Kind.MISCONDUCT)

    assert services.misrouted(at=NOW) == []


def test_advice_when_cases_share_a_word_then_it_is_suggested_with_its_effect(officer: User) -> None:
    miss(officer)

    advice = services.advise(rule="r02", stage="points", right="STAT", at=NOW)

    words = {one.word: one for one in advice.suggestions}
    assert (advice.rule, advice.misses, advice.others) == ("r03", 3, 4)
    assert words["سرشماری"] == Suggestion("سرشماری", weight=10, cases=3, mended=3, disturbed=0)
    assert words.keys() <= {"سرشماری", "محله"}  # neither names nor words of one case only


@pytest.mark.parametrize("body", ["فقط من این را نوشتم", "زرین‌کلاه نمونه نامم است"])
def test_advice_when_a_word_stands_in_fewer_than_three_cases_then_it_is_not_shown(
    officer: User, body: str
) -> None:
    miss(officer)
    redirected(officer, f"پیمانکار {body}", full_name="زرین‌کلاه نمونه")

    advice = services.advise(rule="r02", stage="points", right="STAT", at=NOW)

    assert not {one.word for one in advice.suggestions} & set(body.replace("\u200c", " ").split())


def test_advice_when_no_rule_is_for_the_unit_then_there_is_none(officer: User) -> None:
    for _number in range(3):
        redirected(officer, "پیمانکار و ساختمان", "ADM")

    advice = services.advise(rule="r02", stage="points", right="ADM", at=NOW)

    assert (advice.rule, advice.suggestions) == (None, ())


def test_page_when_an_editor_adds_a_word_then_it_stands_in_the_draft(officer: User, editor: Client) -> None:
    miss(officer)
    draft = routing.new_draft(source=RuleSet.objects.in_force().get(), name="بهار", at=NOW)
    page = text_of(editor.get(PAGE, {"rule": "r02", "stage": "points", "to": "STAT"}))
    assert "سرشماری" in page
    assert "مدارک" not in page

    answer = editor.post(PAGE, {"draft": draft.pk, "code": "r03", "word": "10=سرشماری"}, follow=True)

    assert rules_of(draft.pk)[2] == rule("r03", "STAT", "آمار=5", "سرشماری=10")
    assert "The word is in the draft" in text_of(answer)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"draft": ""}, "Choose a draft"),
        ({"draft": "987654321"}, "Choose a draft"),
        ({"code": "r99"}, "no such rule any more"),
        ({"word": "6=؟"}, "Nothing is left"),
    ],
)
def test_page_when_a_word_cannot_be_added_then_it_is_said(
    officer: User, editor: Client, changes: dict[str, str], said: str
) -> None:
    draft = routing.new_draft(source=RuleSet.objects.in_force().get(), name="بهار", at=NOW)

    answer = editor.post(PAGE, {"draft": draft.pk, "code": "r03", "word": "6=عدد", **changes}, follow=True)

    assert said in text_of(answer)


def test_page_when_the_miss_is_not_in_the_report_then_it_is_missing(officer: User, editor: Client) -> None:
    assert editor.get(PAGE, {"rule": "r02", "stage": "points", "to": "STAT"}).status_code == 404


def test_page_when_opened_by_who_writes_no_rules_then_it_is_shut(officer: User) -> None:
    client = Client()
    client.force_login(officer)

    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE).status_code == 403


def test_examples_when_opened_then_each_editor_sees_only_cases_of_his_own(
    officer: User, editor: Client
) -> None:
    case = make_case(subject="پیمانکار", body="پیمانکار زرد", at=NOW)
    draft = routing.new_draft(source=RuleSet.objects.in_force().get(), name="بهار", at=NOW)
    row = Rehearsal.objects.create(
        ruleset=draft,
        fingerprint="x",
        state="finished",
        asked_at=NOW,
        finished_at=NOW,
        result={"examples": {"CONT>STAT": [case.pk]}, "breach_examples": []},
    )
    address = f"/admin/routing/ruleset/rehearsed/{row.pk}/"
    desk = make_user("desk.head", "DESK", Role.HEAD)
    both = Client()
    both.force_login(make_user("both", "CONT"))
    User.objects.get(username="both").memberships.create(
        unit=Unit.objects.get(code="IT"), role=Role.RULE_EDITOR
    )
    client = Client()
    client.force_login(desk)

    unseen = text_of(client.get(address, {"move": "CONT>STAT"}))
    seen = text_of(both.get(address, {"move": "CONT>STAT"}))

    assert f"/admin/feedback/case/{case.pk}/change/" in seen
    assert f"/admin/feedback/case/{case.pk}/change/" not in unseen
    assert "1 more case is not yours to see" in unseen
    assert editor.get(address, {"move": "x"}).status_code == 404
