"""Finding what names a person in a comment: numbers of identity, phones, cards, accounts, e-mail addresses."""

import re

from portal.kernel.codes import luhn_ok
from portal.kernel.text import ascii_digits

#: What stands in place of something personal.
MASK = "▪▪▪"

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_IBAN = re.compile(r"\bIR[\s-]?(?:\d[\s-]?){24}", re.IGNORECASE)
_NUMBER = re.compile(r"\+?\d(?:[\s‌-]?\d){7,18}")


def mask_personal(text: str) -> str:
    """Return a text without e-mail addresses, account, card, phone and national identity numbers, in any digits."""
    plain = ascii_digits(text)
    spans = [found.span() for pattern in (_EMAIL, _IBAN) for found in pattern.finditer(plain)]
    spans += [found.span() for found in _NUMBER.finditer(plain) if _names_somebody(found[0])]
    for start, end in sorted(_joined(spans), reverse=True):
        text = text[:start] + MASK + text[end:]
    return text


def is_personal(text: str) -> bool:
    """Tell whether a text holds something that `mask_personal` would take out."""
    return mask_personal(text) != text


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans without those that lie inside another."""
    return [
        (start, end)
        for start, end in set(spans)
        if not any(a <= start and end <= b and (a, b) != (start, end) for a, b in spans)
    ]


def _names_somebody(typed: str) -> bool:
    digits = re.sub(r"\D", "", typed)
    if typed.startswith("+") or digits.startswith(("09", "989", "0098")):
        return True  # a mobile, or a phone with its country
    if len(digits) == 10:
        return _is_national(digits)
    if len(digits) == 11:
        return digits.startswith("0")  # a land line with its area code
    return len(digits) == 16 and (luhn_ok(digits) or digits[0] in "1234")  # a card, or a tracking code


def _is_national(digits: str) -> bool:
    """Tell whether ten digits carry the check digit of a national identity number."""
    if len(set(digits)) == 1:
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return int(digits[9]) == (rest if rest < 2 else 11 - rest)
