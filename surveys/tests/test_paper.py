"""Paper forms: keyed by figures, checked by a second person, then on their way without their codes."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from directory.enums import Role
from directory.models import Membership, Unit, User
from portal.kernel import jalali
from surveys import policy, services
from surveys.enums import VISIT_SURVEY, ItemKind, Mode
from surveys.models import AnswerValue, PaperBatch, PaperEntry, Response, Version, VisitSheet
from surveys.policy import Choice, Question
from surveys.services import PaperFault, PaperRefused
from surveys.tests.factories import make_service

SCALE = Question(
    "S_MATCH",
    ItemKind.FIVE_POINT,
    (*map(Choice, "54321"), Choice("97", True), Choice("96", True)),
    scale="AGR5",
)
SEVERAL = Question("WHAT", ItemKind.SEVERAL, (Choice("time"), Choice("cost"), Choice("place")))
SINGLE = Question("STATUS", ItemKind.SINGLE, (Choice("done"), Choice("asked")))
WORDS = Question("COMMENT", ItemKind.LONG_TEXT)


@pytest.mark.parametrize(
    ("question", "typed", "expected"),
    [
        (SCALE, "5", ["5"]),
        (SCALE, "۳", ["3"]),
        (SCALE, "9", ["97"]),
        (SCALE, "8", ["96"]),
        (SCALE, "0", []),
        (SCALE, "", []),
        (SEVERAL, "13", ["time", "place"]),
        (SEVERAL, "۳ ۱ ۳", ["place", "time"]),
        (SINGLE, "2", ["asked"]),
        (WORDS, " خوب بود ", ["خوب بود"]),
    ],
)
def test_figures_when_keyed_then_they_stand_for_answers(
    question: Question, typed: str, expected: list[str]
) -> None:
    assert policy.read_keys(question, typed) == expected


@pytest.mark.parametrize(
    ("question", "typed"), [(SCALE, "6"), (SCALE, "55"), (SINGLE, "3"), (SEVERAL, "14"), (SCALE, "x")]
)
def test_figures_when_they_stand_for_nothing_then_refused(question: Question, typed: str) -> None:
    with pytest.raises(policy.KeyRefused):
        policy.read_keys(question, typed)


# --- A sheet of forms -------------------------------------------------------------------------------------------


def clerk(name: str) -> User:
    user = User.objects.create(username=name, is_staff=True)
    Membership.objects.create(user=user, unit=Unit.objects.get(code="CONT"), role=Role.CLERK)
    return user


@pytest.fixture
def sheet(db: None) -> VisitSheet:
    services.load_default_questionnaires()
    service = make_service()
    expires = jalali.local(timezone.now()).date() + timedelta(days=9)
    made = VisitSheet(unit=service.unit, service=service, count=10, expires_on=expires)
    return services.issue_sheet(sheet=made, actor=None, at=timezone.now())


def key(sheet: VisitSheet, number: int, actor: User, **answers: str) -> PaperEntry:
    given = {code: [value] for code, value in {"S_SAT": "4", "S_FLOW": "5", **answers}.items()}
    return services.key_form(sheet=sheet, code=services.codes_of(sheet)[number], answers=given, actor=actor)


def close(sheet: VisitSheet, actor: User, *, days: int = 0) -> PaperBatch:
    day = jalali.local(timezone.now()).date() + timedelta(days=days)
    return services.close_batch(sheet=sheet, day=day, actor=actor, at=timezone.now())


def test_sheet_when_keyed_and_checked_then_answers_go_on_without_their_codes(sheet: VisitSheet) -> None:
    one, other = clerk("one"), clerk("other")
    for number in (3, 1, 7):
        key(sheet, number, one)
    key(sheet, 1, other, S_FLOW="2")

    batch = close(sheet, other)

    assert (batch.keyed, batch.checked, batch.differed, batch.spoiled) == (3, 1, 1, 0)
    values = AnswerValue.objects.filter(item__code="S_FLOW").values_list("option__value", flat=True)
    assert sorted(values) == ["2", "5", "5"]
    assert set(Response.objects.values_list("mode", "unit__code")) == {(Mode.PAPER, "CONT")}
    assert not PaperEntry.objects.exists()
    assert not sheet.tokens.filter(is_spent=False).exists()


def test_sheet_when_not_checked_or_closed_or_empty_then_refused(sheet: VisitSheet) -> None:
    one, other = clerk("one"), clerk("other")

    def fault(step: Any) -> PaperFault:
        with pytest.raises(PaperRefused) as refused:
            step()
        return refused.value.fault

    assert fault(lambda: close(sheet, one)) == PaperFault.EMPTY
    key(sheet, 0, one)
    assert fault(lambda: key(sheet, 0, one)) == PaperFault.KEYED
    assert fault(lambda: close(sheet, one)) == PaperFault.UNCHECKED
    key(sheet, 0, other)
    assert fault(lambda: close(sheet, one, days=1)) == PaperFault.DAY
    assert fault(lambda: close(sheet, one, days=-1)) == PaperFault.DAY
    close(sheet, one)
    assert fault(lambda: close(sheet, one)) == PaperFault.CLOSED
    assert fault(lambda: key(sheet, 1, one)) == PaperFault.CLOSED


def test_form_when_its_code_was_used_online_meanwhile_then_it_does_not_count(sheet: VisitSheet) -> None:
    one, other = clerk("one"), clerk("other")
    for person in (one, other):
        key(sheet, 0, person)
    key(sheet, 1, one)
    services.redeem(
        code=services.codes_of(sheet)[0],
        version=Version.objects.get(questionnaire__slug=VISIT_SURVEY),
        answers={"S_SAT": ["1"]},
        language="fa",
        token="online",
        at=timezone.now(),
    )

    batch = close(sheet, one)

    assert (batch.keyed, batch.spoiled) == (2, 1)
    assert Response.objects.filter(mode=Mode.PAPER).count() == 1
    assert Response.objects.filter(mode=Mode.TOKEN).count() == 1


def test_pages_when_a_clerk_keys_by_hand_then_figures_become_answers(sheet: VisitSheet) -> None:
    client = Client()
    client.force_login(clerk("one"))
    folder = f"/admin/surveys/visitsheet/{sheet.pk}"
    code = services.codes_of(sheet)[4]

    printed = client.get(f"{folder}/paper/").content.decode()
    slips = client.get(f"{folder}/print/").content.decode()
    wrong = client.post(f"{folder}/key/", {"code": code, "S_SAT": "7"}).content.decode()
    kept = client.post(f"{folder}/key/", {"code": code, "S_SAT": "۲", "S_MATCH": "2", "S_MATCH_WHAT": "13"})

    assert f"{code[:4]} {code[4:8]} {code[8:]}" in printed
    assert f"{code[:4]} {code[4:8]} {code[8:]}" in slips
    assert printed.count('class="paper"') == slips.count('class="cut"') == 10
    assert "نشانهٔ هیچ پاسخی نیست" in wrong
    assert kept.status_code == 302
    assert PaperEntry.objects.get().answers["S_SAT"] == ["2"]
    assert len(PaperEntry.objects.get().answers["S_MATCH_WHAT"]) == 2


@pytest.mark.parametrize("page", ["print", "paper", "key"])
def test_pages_when_the_sheet_is_of_another_unit_then_there_is_none(sheet: VisitSheet, page: str) -> None:
    Unit.objects.create(code="OTHER", name_fa="واحد دیگر")
    user = User.objects.create(username="stranger", is_staff=True)
    Membership.objects.create(user=user, unit=Unit.objects.get(code="OTHER"), role=Role.CLERK)
    client = Client()
    client.force_login(user)

    assert client.get(f"/admin/surveys/visitsheet/{sheet.pk}/{page}/").status_code == 404
