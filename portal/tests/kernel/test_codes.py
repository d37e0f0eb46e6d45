"""Tracking codes and case numbers: their shape, their check digit, and reading what people type."""

from collections import Counter
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kernel import codes
from portal.kernel.codes import CodeFault, CodeTypo

PEPPER = b"only for these tests"
CODE = "1234567890123450"  # its check digit is right
BANK_CARD = "4111111111111111"

calm = settings(deadline=None)
drawn = st.builds(lambda token: codes.derive(token, pepper=PEPPER), st.text(min_size=1))


def in_script(code: str, zero: str) -> str:
    return "".join(chr(ord(zero) + int(digit)) for digit in code)


# --- Shape ------------------------------------------------------------------------------------------------------


def test_draw_gives_different_codes_of_the_agreed_shape():
    many = [codes.draw() for _ in range(500)]

    assert len(set(many)) == 500
    assert {len(code) for code in many} == {16}
    assert {code[0] for code in many} == {"1", "2", "3", "4"}
    assert all(codes.read(code) == code for code in many)


@calm
@given(st.text(min_size=1), st.integers(min_value=0, max_value=9))
def test_derive_gives_the_same_code_for_the_same_token_and_attempt(token, attempt):
    code = codes.derive(token, pepper=PEPPER, attempt=attempt)

    assert code == codes.derive(token, pepper=PEPPER, attempt=attempt)
    assert code.isascii()
    assert len(code) == 16
    assert code[0] in "1234"
    assert codes.damm(code) == 0
    assert not codes.luhn_ok(code)


def test_derive_with_another_token_attempt_or_pepper_gives_another_code():
    found = {
        codes.derive("a", pepper=PEPPER),
        codes.derive("b", pepper=PEPPER),
        codes.derive("a", pepper=PEPPER, attempt=1),
        codes.derive("a", pepper=b"another"),
    }

    assert len(found) == 4


def test_derive_stays_the_same_from_release_to_release():
    assert codes.derive("form-token", pepper=PEPPER) == "3512823613730856"
    assert codes.derive("form-token", pepper=PEPPER, attempt=1) == "2312721745675952"


@pytest.mark.parametrize(("token", "pepper", "attempt"), [("", PEPPER, 0), ("a", b"", 0), ("a", PEPPER, -1)])
def test_derive_without_token_or_pepper_is_refused(token, pepper, attempt):
    with pytest.raises(ValueError, match="needs a token"):
        codes.derive(token, pepper=pepper, attempt=attempt)


def test_codes_are_evenly_spread_and_none_passes_the_luhn_test():
    many = [codes.derive(f"token {number}", pepper=PEPPER) for number in range(20_000)]

    assert len(set(many)) == len(many)
    assert not any(map(codes.luhn_ok, many))
    assert chi_square(Counter(code[0] for code in many), 4) < 20  # 3 degrees of freedom: p = 0.0002
    for place in range(1, 16):
        assert chi_square(Counter(code[place] for code in many), 10) < 35  # 9 degrees of freedom: p = 0.00006


def chi_square(counts: Counter[str], kinds: int) -> float:
    expected = counts.total() / kinds
    assert len(counts) == kinds
    return sum((count - expected) ** 2 / expected for count in counts.values())


# --- Check digits -----------------------------------------------------------------------------------------------


def test_damm_of_the_published_example():
    assert codes.damm("572") == 4
    assert codes.damm("5724") == 0


@calm
@given(drawn, st.integers(0, 15), st.integers(1, 9))
def test_read_with_one_wrong_digit_is_refused(code, place, change):
    wrong = code[:place] + str((int(code[place]) + change) % 10) + code[place + 1 :]

    with pytest.raises(CodeTypo) as refusal:
        codes.read(wrong)

    assert (refusal.value.reason, refusal.value.count) == (CodeFault.CHECK, 16)


@calm
@given(drawn)
def test_read_with_two_neighbours_swapped_is_refused(code):
    for place in range(15):
        swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        if swapped != code:
            with pytest.raises(CodeTypo):
                codes.read(swapped)


@pytest.mark.parametrize(("digits", "passes"), [(BANK_CARD, True), ("4111111111111112", False), ("0", True)])
def test_luhn_ok(digits, passes):
    assert codes.luhn_ok(digits) == passes


# --- Reading ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        codes.grouped(CODE),
        in_script(CODE, "۰"),
        in_script(CODE, "٠"),
        in_script(CODE, "\uff10"),
        in_script(CODE[:8], "۰") + " " + in_script(CODE[8:], "٠"),
        "  " + "-".join([CODE[:4], CODE[4:8], CODE[8:12], CODE[12:]]) + "\r\n",
        "\u200f" + in_script(CODE, "۰") + "\u200e",
        "\u2068" + CODE + "\u2069",
        "\u202b" + CODE + "\u202c\ufeff",
    ],
)
def test_read_of_a_code_as_people_type_it(typed):
    assert codes.read(typed) == CODE


SEPARATORS = [
    *" \t\n\u00a0\u1680\u2000\u2003\u2007\u2009\u200a\u202f\u205f\u3000",  # spaces: no-break, thin, ideographic
    *"-\u058a\u05be\u1806\u2010\u2011\u2012\u2013\u2014\u2015\u2e3a\u301c\ufe58\ufe63\uff0d",  # dashes
    *"\u2212\u2043\u00ad\u0640",  # minus sign, hyphen bullet, soft hyphen, tatweel
    *"\u200b\u200c\u200d\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff",
]


@pytest.mark.parametrize("separator", SEPARATORS, ids=ascii)
def test_read_with_any_separator_between_the_digits(separator):
    assert codes.read(separator + separator.join(CODE) + separator) == CODE


@pytest.mark.parametrize(
    ("typed", "reason", "count"),
    [
        ("", CodeFault.EMPTY, 0),
        (" -\u200f", CodeFault.EMPTY, 0),
        ("سلام", CodeFault.FOREIGN, 0),
        (CODE + ".", CodeFault.FOREIGN, 16),
        (CODE[:15] + "O", CodeFault.FOREIGN, 15),
        (CODE[:15] + "\u096b", CodeFault.FOREIGN, 15),  # a Devanagari digit
        (CODE[:15] + "②", CodeFault.FOREIGN, 15),
        (CODE + "?", CodeFault.FOREIGN, 16),
        (CODE + "+", CodeFault.FOREIGN, 16),
        (CODE + "\x00", CodeFault.FOREIGN, 16),
        (CODE + "\ud800", CodeFault.FOREIGN, 16),
        (CODE[:15], CodeFault.LENGTH, 15),
        (CODE + "0", CodeFault.LENGTH, 17),
        (CODE[:15] + "4", CodeFault.CHECK, 16),
    ],
    ids=ascii,
)
def test_read_of_no_code_says_why_and_how_many_digits(typed, reason, count):
    with pytest.raises(CodeTypo) as refusal:
        codes.read(typed)

    assert (refusal.value.reason, refusal.value.count) == (reason, count)
    assert CODE[:12] not in str(refusal.value)


@calm
@given(st.text(st.characters() | st.sampled_from("0123456789۰۱۲۳-\u200f "), max_size=30))
def test_read_of_anything_gives_a_code_or_a_refusal(typed):
    try:
        code = codes.read(typed)
    except CodeTypo:
        return
    assert codes.damm(code) == 0


def test_digest_is_32_bytes_under_the_pepper():
    assert len(codes.digest(CODE, PEPPER)) == 32
    assert codes.digest(CODE, PEPPER) == codes.digest(CODE, PEPPER)
    assert codes.digest(CODE, PEPPER) != codes.digest(CODE, b"another")
    with pytest.raises(ValueError, match="pepper"):
        codes.digest(CODE, b"")


def test_grouped_in_fours():
    assert codes.grouped(CODE) == "1234 5678 9012 3450"


# --- Case numbers -----------------------------------------------------------------------------------------------


@calm
@given(st.integers(1300, 1500), st.integers(1, 10**9 - 1))
def test_case_number_as_shown_is_read_back(year, running):
    number = codes.case_number(year, running)

    assert codes.read_case_number(number) == number
    assert codes.read_case_number(in_script(number.replace("-", ""), "۰")) == number


@pytest.mark.parametrize(
    "typed",
    [
        "1405-000123-CHECK",
        "۱۴۰۵-۰۰۰۱۲۳-CHECK",
        "1405000123CHECK",
        "1405 000 123 CHECK",
        "1405-123-CHECK",
        "\u200f١٤٠٥\u2013١٢٣\u2013CHECK",
    ],
)
def test_read_case_number_as_people_type_it(typed):
    number = codes.case_number(1405, 123)

    assert codes.read_case_number(typed.replace("CHECK", number[-1])) == number


@pytest.mark.parametrize(
    ("typed", "reason", "count"),
    [
        ("", CodeFault.EMPTY, 0),
        ("1405/000123/7", CodeFault.FOREIGN, 11),
        ("1405-00012", CodeFault.LENGTH, 9),
        ("140500012300000", CodeFault.LENGTH, 15),
        ("1405-000124-CHECK", CodeFault.CHECK, 11),
    ],
)
def test_read_case_number_of_no_number_says_why(typed, reason, count):
    with pytest.raises(CodeTypo) as refusal:
        codes.read_case_number(typed.replace("CHECK", codes.case_number(1405, 123)[-1]))

    assert (refusal.value.reason, refusal.value.count) == (reason, count)


@pytest.mark.parametrize(("year", "running"), [(405, 1), (14050, 1), (1405, 0), (1405, 10**9)])
def test_case_number_of_impossible_parts_is_refused(year, running):
    with pytest.raises(ValueError, match="no case number"):
        codes.case_number(year, running)


def test_case_numbers_of_a_year_have_six_digits_then_more():
    numbers = [codes.case_number(1405, running)[:-1] for running in (1, 999_999, 1_000_000)]

    assert numbers == ["1405-000001-", "1405-999999-", "1405-1000000-"]


def test_keyed_bytes_never_end():
    stream = codes._keyed_bytes(b"message", PEPPER)

    assert len(set(islice(stream, 4096))) == 256


# --- Visit codes ------------------------------------------------------------------------------------------------


def test_visit_code_when_derived_then_it_is_the_same_under_the_same_pepper_only() -> None:
    code = codes.derive_visit("seed/0", pepper=b"one")

    assert codes.derive_visit("seed/0", pepper=b"one") == code
    assert codes.derive_visit("seed/1", pepper=b"one") != code
    assert codes.derive_visit("seed/0", pepper=b"other") != code
    assert codes.read_visit(codes.grouped(code)) == code
    assert len({codes.derive_visit(f"seed/{number}", pepper=b"one") for number in range(1000)}) == 1000


@pytest.mark.parametrize(
    ("typed", "reason"),
    [("", "empty"), ("1234", "length"), ("1234 5678 9012 3456", "length"), ("کد", "foreign")],
)
def test_visit_code_when_typed_wrong_then_the_reason_is_told(typed: str, reason: str) -> None:
    with pytest.raises(codes.CodeTypo) as typo:
        codes.read_visit(typed)

    assert typo.value.reason == reason


def test_visit_code_when_one_digit_is_wrong_then_it_is_a_typo() -> None:
    code = codes.derive_visit("seed/0", pepper=b"one")
    wrong = f"{code[:5]}{(int(code[5]) + 1) % 10}{code[6:]}"

    with pytest.raises(codes.CodeTypo):
        codes.read_visit(wrong)


@pytest.mark.parametrize(("seed", "pepper"), [("", b"one"), ("seed", b"")])
def test_visit_code_when_seed_or_pepper_is_missing_then_refused(seed: str, pepper: bytes) -> None:
    with pytest.raises(ValueError, match="seed"):
        codes.derive_visit(seed, pepper=pepper)
