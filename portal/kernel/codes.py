"""The tracking code, a citizen's secret of 16 digits, and the case number, which opens nothing.

A tracking code starts with 1–4, goes on with 14 random digits and ends with a Damm check digit; values that
pass the Luhn test are redrawn, because they look like bank cards. That leaves about 48 bits. A case number is
the Jalali year, a running number and a Damm digit: 1405-000123-7.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterator
from enum import StrEnum
from unicodedata import category

from portal.kernel.characters import ASCII_DIGITS
from portal.kernel.text import ascii_digits

LENGTH = 16
VISIT_LENGTH = 12  # a one-time code that opens a survey and nothing else
FIRST_DIGITS = 4  # 1–4
RUNNING_LENGTH = 6
CASE_NUMBER_LENGTHS = range(4 + RUNNING_LENGTH + 1, 4 + 9 + 1 + 1)

# H. Michael Damm, "Total anti-symmetrische Quasigruppen", Marburg 2004: a totally anti-symmetric quasigroup
# of order ten with zeros on its diagonal. It catches every wrong digit and every swap of neighbours.
_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip

# Beside every dash (Pd) and space (Zs): minus, hyphen bullet, soft hyphen, tatweel, and what is not seen —
# zero-width spaces and joiners, bidi controls.
_SEPARATORS = frozenset(
    "\t\n\r\u2212\u2043\u00ad\u0640\u200b\u200c\u200d\u2060\ufeff"
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_FOREIGN = "?"
_SHORT_CASE_NUMBER = re.compile(r"([0-9]{4})-([0-9]{1,9})-([0-9])")


class CodeFault(StrEnum):
    """Why something typed is no code."""

    EMPTY = "empty"  # no digit and nothing else
    FOREIGN = "foreign"  # a character that is neither digit nor separator
    LENGTH = "length"  # too few or too many digits
    CHECK = "check"  # the right number of digits, at least one of them wrong


class CodeTypo(ValueError):
    """What was typed cannot be a code, which is known without a look-up.

    `reason` says why, `count` how many digits were typed. The typed text is not kept: it may be most of a
    secret.
    """

    def __init__(self, reason: CodeFault, count: int) -> None:
        super().__init__(f"not a code: {reason} ({count} digits)")
        self.reason = reason
        self.count = count


def draw() -> str:
    """Return a new random tracking code, 16 ASCII digits, from the system's secure source."""
    return _first_code(_secure_bytes())


def derive(token: str, *, pepper: bytes, attempt: int = 0) -> str:
    """Return the tracking code that belongs to a form token: always the same one under the same pepper.

    So a form that is sent twice gives one receipt without the code being stored. The code is as good as a
    random one to whoever lacks the pepper; `attempt` (0, 1, …) gives another, for a collision. Raises
    ValueError when token or pepper is empty or the attempt is negative.
    """
    if not token or not pepper or attempt < 0:
        raise ValueError("a code needs a token, a pepper and an attempt of 0 or more")
    message = f"tracking-code/{attempt}/{token}".encode("utf-8", "surrogatepass")
    return _first_code(_keyed_bytes(message, pepper))


def read(typed: str) -> str:
    """Return the tracking code meant by `typed`: 16 ASCII digits with a right check digit.

    Takes ASCII, Persian, Arabic-Indic and full-width digits among spaces, dashes, tatweel, joiners and bidi
    marks. Raises CodeTypo for anything else, before any look-up.
    """
    digits = _digits(typed, "")
    if len(digits) != LENGTH:
        raise CodeTypo(CodeFault.LENGTH, len(digits))
    return _checked(digits)


def derive_visit(seed: str, *, pepper: bytes) -> str:
    """Return the visit code of a seed: 11 digits and a Damm digit, always the same under the same pepper.

    Raises ValueError when seed or pepper is empty.
    """
    if not seed or not pepper:
        raise ValueError("a visit code needs a seed and a pepper")
    source = _keyed_bytes(f"visit-code/{seed}".encode(), pepper)
    body = "".join(f"{_next_digit(source)}" for _ in range(VISIT_LENGTH - 1))
    return f"{body}{damm(body)}"


def read_visit(typed: str) -> str:
    """Return the visit code meant by `typed`, 12 ASCII digits; takes what `read` takes. Raises CodeTypo."""
    digits = _digits(typed, "")
    if len(digits) != VISIT_LENGTH:
        raise CodeTypo(CodeFault.LENGTH, len(digits))
    return _checked(digits)


def digest(code: str, pepper: bytes) -> bytes:
    """Return the 32 bytes by which a tracking code is stored and found: HMAC-SHA256 under the pepper.

    Raises ValueError when the pepper is empty: the digest would protect nothing.
    """
    if not pepper:
        raise ValueError("a digest needs a pepper")
    return hmac.digest(pepper, code.encode("ascii"), hashlib.sha256)


def grouped(code: str) -> str:
    """Return a code in fours, "1234 5678 9012 3456", as it is shown and read aloud."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def case_number(year: int, running: int) -> str:
    """Return the case number of a Jalali year (four digits) and a running number: "1405-000123-7".

    A running number over 999999 takes more digits. Raises ValueError when the year has not four digits or the
    running number is not between 1 and 999999999.
    """
    if not 1000 <= year <= 9999 or not 1 <= running < 10**9:
        raise ValueError(f"no case number for year {year} and running number {running}")
    return _with_dashes(f"{year}{running:0{RUNNING_LENGTH}}")


def read_case_number(typed: str) -> str:
    """Return the case number meant by `typed`, as "1405-000123-7".

    Takes digits and separators as `read` does; with its dashes or spaces the zeros may be left out,
    1405-123-7. Raises CodeTypo.
    """
    groups = _digits(typed, "-")
    short = _SHORT_CASE_NUMBER.fullmatch(groups)
    digits = "{}{:0>6}{}".format(*short.groups()) if short else groups.replace("-", "")
    if len(digits) not in CASE_NUMBER_LENGTHS:
        raise CodeTypo(CodeFault.LENGTH, len(digits))
    return _with_dashes(_checked(digits)[:-1])


def damm(digits: str) -> int:
    """Return the Damm check digit of ASCII digits; 0 when they end with their own check digit."""
    check = 0
    for digit in digits:
        check = int(_DAMM[check][int(digit)])
    return check


def luhn_ok(digits: str) -> bool:
    """Tell whether ASCII digits pass the Luhn test, as the numbers of bank cards do (ISO/IEC 7812-1)."""
    values = [int(digit) for digit in reversed(digits)]
    doubled = (sum(divmod(2 * value, 10)) for value in values[1::2])
    return (sum(values[::2]) + sum(doubled)) % 10 == 0


def _first_code(source: Iterator[int]) -> str:
    """Return the first code made from random bytes that fails the Luhn test; one in ten passes it."""
    while True:
        first = next(source) % FIRST_DIGITS + 1  # 256 is a multiple of four: unbiased
        body = f"{first}" + "".join(f"{_next_digit(source)}" for _ in range(LENGTH - 2))
        code = f"{body}{damm(body)}"
        if not luhn_ok(code):
            return code


def _next_digit(source: Iterator[int]) -> int:
    """Return an unbiased decimal digit: bytes from 250 up are left out."""
    return next(byte for byte in source if byte < 250) % 10


def _secure_bytes() -> Iterator[int]:
    while True:
        yield from secrets.token_bytes(2 * LENGTH)


def _keyed_bytes(message: bytes, key: bytes) -> Iterator[int]:
    """Expand a message to an endless stream of bytes: HMAC-SHA256 of the message behind a block number."""
    block = 0
    while True:
        yield from hmac.digest(key, block.to_bytes(4, "big") + message, hashlib.sha256)
        block += 1


def _digits(typed: str, separator: str) -> str:
    """Return the digits of `typed` in ASCII, with `separator` for each run of separators between them.

    Raises CodeTypo (EMPTY, FOREIGN).
    """
    plain = "".join(map(_plain, ascii_digits(typed)))
    count = len(plain) - plain.count(" ") - plain.count(_FOREIGN)
    if _FOREIGN in plain:
        raise CodeTypo(CodeFault.FOREIGN, count)
    if not count:
        raise CodeTypo(CodeFault.EMPTY, 0)
    return separator.join(plain.split())


def _plain(character: str) -> str:
    """Return an ASCII digit as it is, a space for a separator, and one sign for everything else."""
    if character in ASCII_DIGITS:
        return character
    return " " if character in _SEPARATORS or category(character) in {"Pd", "Zs"} else _FOREIGN


def _checked(digits: str) -> str:
    if damm(digits) != 0:
        raise CodeTypo(CodeFault.CHECK, len(digits))
    return digits


def _with_dashes(digits: str) -> str:
    return f"{digits[:4]}-{digits[4:]}-{damm(digits)}"
