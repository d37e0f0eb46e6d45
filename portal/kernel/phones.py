"""Phone numbers: typed in many ways, stored as E.164 (+989161234567), shown as 0916 123 4567."""

import re
from enum import StrEnum

from portal.kernel.characters import ASCII_DIGITS
from portal.kernel.text import ascii_digits, clean

NATIONAL_LENGTH = 11  # with the leading 0, for mobiles and for landlines with their area code
ABROAD_LENGTHS = range(8, 16)  # ITU-T E.164 allows 15 digits with the country code; fewer than 8 is none

_SEPARATOR = re.compile(r"[\s()\[\]./\-\u2010-\u2015\u2212\u2043\u200c\u200d]+")
_NUMBER = re.compile(r"\+?[0-9]+")
# The country code with + or 00, or bare: before a mobile, or before the ten digits of a landline.
_IRAN = re.compile(r"(?:\+98|0098)0?|98(?=9|[1-8][0-9]{9}\Z)")
_ABROAD = re.compile(r"\+|00")
_MOBILE = re.compile(r"\+989[0-9]{9}")
_IRANIAN = re.compile(r"\+98[1-9][0-9]{9}")


class PhoneFault(StrEnum):
    """Why something typed is no phone number."""

    EMPTY = "empty"  # no digit and nothing else
    FOREIGN = "foreign"  # a character that does not belong in a phone number
    MOBILE_LENGTH = "mobile_length"  # a mobile number without its 11 digits
    LANDLINE_LENGTH = "landline_length"  # a landline number without its 11 digits, area code included
    ABROAD_LENGTH = "abroad_length"  # a number of another country without 8–15 digits
    PREFIX = "prefix"  # starts neither as a mobile, an area code nor another country's number


class PhoneError(ValueError):
    """What was typed is no phone number.

    `reason` says why; `digits` is how many digits it has, counted for Iranian numbers as they are written at
    home (09…, 066…), so that a form can say "a mobile number has 11 digits; this one has 10".
    """

    def __init__(self, reason: PhoneFault, digits: int) -> None:
        super().__init__(f"not a phone number: {reason} ({digits} digits)")
        self.reason = reason
        self.digits = digits


def normalise(typed: str) -> str:
    """Return the E.164 form of a phone number typed in any usual way.

    Takes Iranian mobiles (09…, 9…, 98…, +98…, 0098…), Iranian landlines with their area code and numbers of
    other countries with + or 00; digits of any script, spaces, dashes, brackets, dots and slashes between.
    The number is checked for its form only: whether it was ever given out is not known here. Raises
    PhoneError.
    """
    number = _SEPARATOR.sub("", ascii_digits(clean(typed)).replace("\uff0b", "+"))
    if number in {"", "+"}:
        raise PhoneError(PhoneFault.EMPTY, 0)
    if not _NUMBER.fullmatch(number):
        raise PhoneError(PhoneFault.FOREIGN, sum(character in ASCII_DIGITS for character in number))
    if _IRAN.match(number):
        return _iranian(_IRAN.sub("0", number, count=1))
    if _ABROAD.match(number):
        return _abroad(_ABROAD.sub("", number, count=1))
    return _iranian(f"0{number}" if number.startswith("9") else number)


def display(e164: str) -> str:
    """Return a stored number as it is shown: "0916 123 4567", "066 3311 2233"; a foreign one as it is."""
    if not _IRANIAN.fullmatch(e164):
        return e164
    home = "0" + e164[3:]
    area = 4 if is_mobile(e164) else 3
    return f"{home[:area]} {home[area:7]} {home[7:]}"


def is_mobile(e164: str) -> bool:
    """Tell whether a stored number is an Iranian mobile, to which an SMS can be sent."""
    return _MOBILE.fullmatch(e164) is not None


def _iranian(home: str) -> str:
    """Return the E.164 form of an Iranian number as it is written at home, with its leading 0."""
    fault = PhoneFault.MOBILE_LENGTH if home.startswith("09") else PhoneFault.LANDLINE_LENGTH
    if len(home) != NATIONAL_LENGTH:
        raise PhoneError(fault, len(home))
    if not home.startswith("0") or home.startswith("00"):
        raise PhoneError(PhoneFault.PREFIX, len(home))
    return f"+98{home[1:]}"


def _abroad(digits: str) -> str:
    if digits.startswith("0"):
        raise PhoneError(PhoneFault.PREFIX, len(digits))
    if len(digits) not in ABROAD_LENGTHS:
        raise PhoneError(PhoneFault.ABROAD_LENGTH, len(digits))
    return f"+{digits}"
