"""The form of each kind: the promised names, and nothing compulsory but subject and body."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from crispy_forms.utils import render_crispy_form
from django.http import QueryDict
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from feedback.enums import Kind
from feedback.forms import KINDS, CaseForm, CodeForm, ReplyForm
from feedback.forms.case import KeptChoiceField
from feedback.selectors import reference
from feedback.tests.factories import AT
from portal.ui import challenge

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]

#: PRODUCT.md section 3; `kind` comes from the address.
PROMISED = {
    "service", "county", "subject", "body", "about_unit", "about_person", "target", "full_name", "phone", "email",
    "organization", "letter_number", "anonymous", "attachments", "voice", "form_token",
}  # fmt: skip
OURS = {"homepage", "question", "question_answer", "hold", "kept", "addressed_unit"}
ABOUT = {"about_unit", "about_person"}
#: A message that is about somebody is not written to a unit as well.
ADDRESSED = {"addressed_unit"}


@pytest.fixture(autouse=True)
def _persian() -> Iterator[None]:
    with translation.override("fa"):
        yield


def sent(kind: Kind = Kind.COMPLAINT, *, seconds: int = 60, is_ours: bool = True, **changes: Any) -> CaseForm:
    """Return a form opened `seconds` ago and sent with a subject and a body."""
    fields = {
        "subject": "عنوان", "body": "متن پیام",
        "form_token": challenge.new_token(AT - timedelta(seconds=seconds)), **changes,
    }  # fmt: skip
    data = QueryDict(mutable=True)
    data.update({name: value for name, value in fields.items() if value is not None})
    return CaseForm(data, MultiValueDict(), kind=kind, at=AT, is_ours=is_ours)


def again(form: CaseForm, **changes: Any) -> CaseForm:
    """Return the form sent once more as it was shown."""
    data = QueryDict(mutable=True)
    data.update({name: form.typed(name) for name in form.data} | changes)
    return CaseForm(data, MultiValueDict(), kind=form.kind, at=AT, is_ours=form.is_ours)


@pytest.mark.parametrize(("backend", "is_promised"), [("http", True), ("none", False)])
def test_phone_when_asked_for_then_an_sms_is_promised_only_where_one_is_sent(
    settings: Any, backend: str, is_promised: bool
) -> None:
    settings.SMS_BACKEND = backend
    page = render_crispy_form(CaseForm(kind=Kind.COMPLAINT, at=AT))

    assert ("پیامک می‌زنیم" in page) == is_promised


@pytest.mark.parametrize(
    ("kind", "left_out"),
    [
        (Kind.REQUEST, ABOUT | {"target"}),
        (Kind.COMPLAINT, ADDRESSED | {"target"}),
        (Kind.SUGGESTION, ABOUT | {"target"}),
        (Kind.CRITICISM, ADDRESSED),
        (Kind.MISCONDUCT, ADDRESSED | {"target"}),
        (Kind.PRAISE, ADDRESSED | {"target"}),
    ],
)
def test_form_when_made_for_a_kind_then_has_the_promised_fields(kind: Kind, left_out: set[str]) -> None:
    assert set(CaseForm(kind=kind, at=AT).fields) == (PROMISED | OURS) - left_out


@pytest.mark.parametrize("kind", Kind)
def test_form_when_only_subject_and_body_are_written_then_is_accepted(kind: Kind) -> None:
    form = sent(kind)

    assert form.is_valid(), form.errors
    assert form.values()["kind"] == kind
    assert [name for name, field in form.fields.items() if field.required] == ["subject", "body"]


@pytest.mark.parametrize("kind", Kind)
def test_form_when_empty_then_says_in_the_kind_s_words_what_is_missing(kind: Kind) -> None:
    form = sent(kind, subject="", body=" \u200c\n")

    assert form.errors["body"] == [KINDS[kind].body_missing]
    assert set(form.errors) == {"subject", "body"}


def test_form_when_too_long_then_says_how_long_it_is() -> None:
    form = sent(subject="ن" * 121, body="ب" * 10_001)

    assert "۱۲۱" in form.errors["subject"][0]
    assert "۱۰۰۰۱" in form.errors["body"][0]


def test_form_when_phone_and_email_are_wrong_then_says_what_is_wrong() -> None:
    form = sent(phone="۰۹۱۶ ۱۲۳ ۴۵۶", email="نشانی")

    assert set(form.errors) == {"phone", "email"}
    assert "۱۰" in form.errors["phone"][0]


def test_form_when_anonymous_then_keeps_no_identity_and_minds_no_mistake_in_it() -> None:
    form = sent(
        anonymous="on", full_name="نام", phone="12", email="x", organization="س", letter_number="۱۲/۳"
    )

    assert form.is_valid()
    given = form.values()
    assert given["is_anonymous"] is True
    assert [given[name] for name in ("full_name", "phone", "email", "organization", "letter_number")] == [
        ""
    ] * 5
    assert form.typed("full_name") == "نام"


def test_form_when_everything_is_chosen_then_gives_the_service_its_objects() -> None:
    form = sent(
        Kind.CRITICISM, service="s01", county="khorramabad", target="policy", about_unit="CONT", about_person="مدیر",
        full_name="شهروند", phone="۰۹۱۶۱۲۳۴۵۶۷", email="a@example.ir", organization="شرکت", letter_number="۱۲/۳",
    )  # fmt: skip

    assert form.is_valid(), form.errors
    given = form.values()
    assert (given["service"].code, given["county"].code, given["about_unit"].code) == (
        "s01",
        "khorramabad",
        "CONT",
    )
    assert (given["target"], given["phone"]) == ("policy", "+989161234567")


def test_form_when_a_key_was_added_then_ignores_it() -> None:
    form = sent(status="closed", unit="HEAD", is_confidential="on", target="policy")

    assert form.is_valid()
    assert not {"status", "unit", "is_confidential", "target"} & set(form.values())


# --- The plain question ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "odd",
    [{"seconds": 1}, {"homepage": "https://example.ir"}, {"is_ours": False}],
    ids=["fast", "trap", "foreign"],
)
def test_form_when_something_is_odd_then_asks_and_lets_the_right_answer_in(odd: dict[str, Any]) -> None:
    form = sent(**odd)

    assert not form.is_valid()
    assert form.asked is not None
    assert set(form.errors) == {"question_answer"}
    assert form.typed("body") == "متن پیام"
    assert again(form, question_answer=str(form.asked.answer)).is_valid()


def test_form_when_the_answer_is_wrong_then_asks_another_question() -> None:
    form = sent(seconds=0)
    form.is_valid()
    second = again(form, question_answer="99")

    assert not second.is_valid()
    assert second.asked is not None
    assert form.asked is not None
    assert second.asked.nonce != form.asked.nonce
    assert list(second.errors["question_answer"]) != list(form.errors["question_answer"])


def test_form_when_the_answer_belongs_to_another_form_then_asks_again() -> None:
    solved = sent(seconds=0)
    solved.is_valid()
    assert solved.asked is not None
    other = sent(seconds=0, question=solved.asked.token, question_answer=str(solved.asked.answer))

    assert not other.is_valid()


def test_form_when_something_else_is_wrong_then_asks_no_question_yet() -> None:
    form = sent(seconds=0, body="")

    assert not form.is_valid()
    assert form.asked is None


@pytest.mark.parametrize(
    "token",
    [
        "",
        "made-up",
        "\x00",
        "ن",
        pytest.param(challenge.new_token(AT - timedelta(days=2)), id="two days old"),
    ],
)
def test_form_when_its_token_is_forged_or_old_then_gets_a_fresh_one_and_keeps_the_text(token: str) -> None:
    form = sent(form_token=token)

    assert not form.is_valid()
    assert form.non_field_errors()
    assert form.token != token
    assert form.typed("body") == "متن پیام"
    assert challenge.read_token(form.token, AT) == timedelta()


def test_form_when_the_clock_of_the_server_went_back_then_asks_instead_of_refusing() -> None:
    form = sent(seconds=-3600)

    assert not form.is_valid()
    assert form.asked is not None


def test_code_form_when_refused_then_shows_nothing_of_what_was_typed() -> None:
    data = QueryDict(mutable=True)
    data.update({"code": "1234"})
    form = CodeForm(data, at=AT)
    form.full_clean()
    form.refuse_unknown(ask=False)

    assert form.typed("code") == ""
    assert list(form.errors) == ["code"]


def test_form_when_two_are_open_then_each_offers_out_of_its_own_memory_and_keeps_its_own_choices() -> None:
    one, other = (CaseForm(kind=Kind.COMPLAINT, at=AT) for _ in range(2))
    counties = list(one.memory.counties.values())
    one.memory = one.fields["county"].kept = replace(reference(), counties={"only": counties[0]})

    one.fields["county"].widget.attrs["class"] = "own"

    shown = {
        form: [str(value) for value, _name in form["county"].field.widget.choices] for form in (one, other)
    }
    assert shown[one] == ["", counties[0].code]
    assert shown[other] == ["", *(county.code for county in counties)]
    assert "class" not in other.fields["county"].widget.attrs
    assert sent(county=counties[0].code).fields["county"].clean(counties[0].code) == counties[0]


def test_form_when_it_asks_a_question_then_only_this_form_wants_an_answer() -> None:
    hasty, calm = sent(seconds=0), sent()
    hasty.full_clean()
    later = sent(seconds=0)

    wanted = [form.fields["question_answer"].required for form in (hasty, calm, later)]

    assert hasty.asked is not None
    assert wanted == [True, False, False]
    assert hasty["question_answer"].field.required
    assert calm.fields["subject"] is later.fields["subject"]


def test_form_when_kinds_and_languages_come_in_turn_then_each_has_its_own_words() -> None:
    said = []
    for kind, language in product((Kind.REQUEST, Kind.COMPLAINT, Kind.REQUEST), ("fa", "en")):
        with translation.override(language):
            form = sent(kind, subject="", body="")
            said.append((str(form["subject"].help_text), form.errors["body"][0]))

    assert said[:2] == said[4:]
    assert len(set(said)) == 4


def test_form_when_it_was_drawn_refused_and_asked_about_then_the_fields_it_shares_are_as_before() -> None:
    def told() -> list[Any]:
        forms = (CaseForm(kind=Kind.CRITICISM, at=AT), CodeForm(at=AT), ReplyForm())
        shared = [
            one for form in forms for one in form.fields.values() if not isinstance(one, KeptChoiceField)
        ]
        return [(dict(vars(field)), dict(vars(field.widget)), dict(field.widget.attrs)) for field in shared]

    typed = QueryDict("body=&code=1234&question=forged&attachments=none")
    before = told()
    for language in ("fa", "en"):
        with translation.override(language):
            lost = CodeForm(typed, at=AT)
            lost.full_clean()
            lost.refuse_unknown(ask=True)
            refused = [sent(Kind.CRITICISM, seconds=0), sent(Kind.CRITICISM, body="", target="?"), lost]
            for form in (*refused, ReplyForm(typed), CaseForm(kind=Kind.CRITICISM, at=AT), ReplyForm()):
                assert form.errors or not form.is_bound
                assert "<input" in render_crispy_form(form)

    assert told() == before
