"""Form tokens and plain questions."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.core import signing
from django.utils import translation

from portal.kernel.text import persian_digits
from portal.ui import challenge
from portal.ui.challenge import Question, TokenForged, TokenOld

AT = datetime(2026, 5, 20, 6, 54, tzinfo=UTC)


def question(answer: int) -> Question:
    return Question("", "", "", answer)


def test_token_when_read_later_then_tells_its_age() -> None:
    token = challenge.new_token(AT)

    assert challenge.read_token(token, AT + timedelta(seconds=75)) == timedelta(seconds=75)


def test_token_when_made_twice_then_differs_and_is_fit_for_an_address() -> None:
    one, other = challenge.new_token(AT), challenge.new_token(AT)

    assert one != other
    assert one.replace(":", "").replace(".", "").replace("-", "").replace("_", "").isalnum()
    assert len(one.split(".")[0]) == 32


def test_token_when_the_clock_was_set_back_then_counts_as_new() -> None:
    token = challenge.new_token(AT)

    assert challenge.read_token(token, AT - timedelta(days=1)) == timedelta()


def test_token_when_older_than_the_limit_then_is_old(settings: LazySettings) -> None:
    token = challenge.new_token(AT)

    with pytest.raises(TokenOld):
        challenge.read_token(token, AT + timedelta(seconds=settings.FORM_MAX_SECONDS + 1))


@pytest.mark.parametrize(
    "token",
    [
        "",
        "made-up",
        "made-up.1747724040:x",
        "\x00",
        "نشان",
        "\ud800",
        "a" * 100_000,
        signing.Signer(salt="somewhere else").sign("random.1747724040"),
        pytest.param(challenge.new_token(AT)[:-1], id="cut"),
        pytest.param(challenge.new_token(AT).replace(".", ".9"), id="another time"),
    ],
)
def test_token_when_not_made_here_then_is_forged(token: str) -> None:
    with pytest.raises(TokenForged):
        challenge.read_token(token, AT)


@pytest.mark.parametrize(
    "typed",
    ["8", "۸", "٨", "８", "هشت", " هشت\u200cتا ", "eight", "EIGHT", "می‌شود ۸.", "8 تا"],
)
def test_question_when_answered_in_any_script_or_word_then_is_right(typed: str) -> None:
    assert question(8).is_answered_by(typed)


@pytest.mark.parametrize(
    "typed", ["", "9", "نه", "۱۸", "8 9", "8 یا 9", "²", "-", "\x00", "\ud800", "8" * 100_000]
)
def test_question_when_answered_otherwise_then_is_wrong(typed: str) -> None:
    assert not question(8).is_answered_by(typed)


@pytest.mark.parametrize("number", range(2, 19))
def test_question_when_answered_with_any_spelling_of_the_sum_then_is_right(number: int) -> None:
    spellings = [*challenge.SPELLINGS[number], str(number), persian_digits(number)]

    assert all(question(number).is_answered_by(spelling) for spelling in spellings)


@pytest.mark.parametrize(("language", "words"), [("fa", "چند می‌شود؟"), ("en", "How much is ")])
def test_question_when_read_from_its_token_then_is_the_same_in_the_page_s_language(
    language: str, words: str
) -> None:
    asked = challenge.new_question(AT)

    with translation.override(language):
        again = challenge.read_question(asked.token, AT + timedelta(minutes=5))

    assert (again.nonce, again.answer) == (asked.nonce, asked.answer)
    assert words in again.text


def test_question_when_bound_to_a_form_then_serves_no_other() -> None:
    asked = challenge.new_question(AT, bound="one form")

    assert challenge.read_question(asked.token, AT, bound="one form").answer == asked.answer
    for bound in ("", "another form"):
        with pytest.raises(TokenForged):
            challenge.read_question(asked.token, AT, bound=bound)


def test_question_when_its_token_is_read_by_a_robot_then_gives_no_number_away() -> None:
    asked = [challenge.new_question(AT) for _ in range(50)]

    assert len({question.answer for question in asked}) > 5
    assert all(question.token.split(".")[0] == question.nonce for question in asked)


def test_form_token_when_used_as_a_question_then_is_forged() -> None:
    with pytest.raises(TokenForged):
        challenge.read_question(challenge.new_token(AT), AT)
