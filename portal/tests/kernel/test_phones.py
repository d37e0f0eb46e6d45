"""Phone numbers as people type them, their stored form and how they are shown."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kernel import phones
from portal.kernel.phones import PhoneError, PhoneFault

MOBILE = "+989161234567"
LANDLINE = "+986633112233"
calm = settings(deadline=None)


@pytest.mark.parametrize(
    "typed",
    [
        "09161234567",
        "9161234567",
        "989161234567",
        "+989161234567",
        "00989161234567",
        "+98 0916 123 4567",
        "+98 (0) 916 123-4567",
        "۰۹۱۶۱۲۳۴۵۶۷",
        "٠٩١٦ ١٢٣ ٤٥٦٧",
        "０９１６１２３４５６７",
        "\u200e+98\u00a0916\u2009123\u20114567\u200f",
        "0916-123-45-67",
        "0916.123.4567",
        "\u202a09161234567\u202c",
        "＋۹۸۹۱۶۱۲۳۴۵۶۷",
    ],
)
def test_normalise_of_a_mobile_as_people_type_it(typed):
    assert phones.normalise(typed) == MOBILE


@pytest.mark.parametrize(
    "typed",
    [
        "06633112233",
        "066-33112233",
        "(066) 3311 2233",
        "۰۶۶/۳۳۱۱۲۲۳۳",
        "+986633112233",
        "0098 66 33112233",
        "986633112233",
    ],
)
def test_normalise_of_a_landline_as_people_type_it(typed):
    assert phones.normalise(typed) == LANDLINE


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("+49 30 1234567", "+49301234567"),
        ("0044 20 7946 0018", "+442079460018"),
        ("+9647701234567", "+9647701234567"),
    ],
)
def test_normalise_of_a_number_of_another_country(typed, found):
    assert phones.normalise(typed) == found


@pytest.mark.parametrize(
    ("typed", "reason", "digits"),
    [
        ("", PhoneFault.EMPTY, 0),
        (" + ", PhoneFault.EMPTY, 0),
        ("ندارم", PhoneFault.FOREIGN, 0),
        ("0916123456x", PhoneFault.FOREIGN, 10),
        ("066-33112233 داخلی 12", PhoneFault.FOREIGN, 13),
        ("0916+1234567", PhoneFault.FOREIGN, 11),
        ("0916123456", PhoneFault.MOBILE_LENGTH, 10),
        ("091612345678", PhoneFault.MOBILE_LENGTH, 12),
        ("916123456", PhoneFault.MOBILE_LENGTH, 10),
        ("+98916123456", PhoneFault.MOBILE_LENGTH, 10),
        ("98916123456", PhoneFault.MOBILE_LENGTH, 10),
        ("09161234567 09181234567", PhoneFault.MOBILE_LENGTH, 22),
        ("33112233", PhoneFault.LANDLINE_LENGTH, 8),
        ("0663311223", PhoneFault.LANDLINE_LENGTH, 10),
        ("6633112233", PhoneFault.LANDLINE_LENGTH, 10),
        ("+98 66 3311", PhoneFault.LANDLINE_LENGTH, 7),
        ("19161234567", PhoneFault.PREFIX, 11),
        ("+98 00 663311223", PhoneFault.PREFIX, 11),
        ("+049301234567", PhoneFault.PREFIX, 12),
        ("000966331122", PhoneFault.PREFIX, 10),
        ("+4930123", PhoneFault.ABROAD_LENGTH, 7),
        ("+4930123456789012", PhoneFault.ABROAD_LENGTH, 16),
    ],
)
def test_normalise_of_no_number_says_why_and_how_many_digits(typed, reason, digits):
    with pytest.raises(PhoneError) as refusal:
        phones.normalise(typed)

    assert (refusal.value.reason, refusal.value.digits) == (reason, digits)


@calm
@given(st.text(st.characters() | st.sampled_from("0123456789۰۱۲۳+-() "), max_size=25))
def test_normalise_of_anything_gives_a_number_that_stays_or_a_refusal(typed):
    try:
        number = phones.normalise(typed)
    except PhoneError:
        return
    assert phones.normalise(number) == number
    assert phones.normalise(phones.display(number)) == number


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (MOBILE, "0916 123 4567"),
        (LANDLINE, "066 3311 2233"),
        ("+49301234567", "+49301234567"),
        ("1590", "1590"),
    ],
)
def test_display(number, shown):
    assert phones.display(number) == shown


@pytest.mark.parametrize(
    ("number", "mobile"),
    [(MOBILE, True), (LANDLINE, False), ("+49301234567", False), ("+9891612345678", False), ("", False)],
)
def test_is_mobile(number, mobile):
    assert phones.is_mobile(number) == mobile
