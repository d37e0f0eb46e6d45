"""What stands between a robot and the portal without standing in a person's way: form tokens and plain questions.

A form carries a signed token that says when it was opened. Where something looks odd (a form sent within seconds, a
trap that was filled, many wrong codes nearby) a plain question is asked, in words; nobody is ever turned away.
"""

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.kernel.text import fold

FORM_SALT = "portal.form"
QUESTION_SALT = "portal.question"
HOLD_SALT = "portal.hold"
#: Longer than any token we make; what is longer is not looked at.
LONGEST = 200


class TokenForged(Exception):
    """This token was not made by the portal."""


class TokenOld(Exception):
    """This token was made too long ago."""


# --- Form tokens ------------------------------------------------------------------------------------------------


def new_token(at: datetime) -> str:
    """Return a fresh one-time token for a form opened at `at`: 24 random bytes and the second, signed."""
    return _sign(secrets.token_urlsafe(24), at, FORM_SALT)


def read_token(token: str, at: datetime) -> timedelta:
    """Return how long ago the form was opened; nothing, should the clock have been set back since.

    Raises `TokenForged` or, after `settings.FORM_MAX_SECONDS`, `TokenOld`.
    """
    _random, age = _unsign(token, at, FORM_SALT)
    return age


def new_hold(at: datetime) -> str:
    """Return a fresh token under which a form's files are kept until it is sent."""
    return _sign(secrets.token_urlsafe(24), at, HOLD_SALT)


def is_hold(token: str, at: datetime) -> bool:
    """Tell whether we made this token for a form's files, not too long ago."""
    try:
        _unsign(token, at, HOLD_SALT)
    except (TokenForged, TokenOld):
        return False
    return True


def _sign(random: str, at: datetime, salt: str) -> str:
    return signing.Signer(salt=salt).sign(f"{random}.{int(at.timestamp())}")


def _unsign(token: str, at: datetime, salt: str) -> tuple[str, timedelta]:
    if len(token) > LONGEST or not token.isascii():
        raise TokenForged
    try:
        random, _dot, second = signing.Signer(salt=salt).unsign(token).rpartition(".")
    except signing.BadSignature:
        raise TokenForged from None
    age = timedelta(seconds=int(at.timestamp()) - int(second))
    if age > timedelta(seconds=settings.FORM_MAX_SECONDS):
        raise TokenOld
    return random, max(age, timedelta())


# --- Plain questions --------------------------------------------------------------------------------------------

#: The numbers of the questions and their sums, in the page's language.
WORDS = {
    1: _("one"), 2: _("two"), 3: _("three"), 4: _("four"), 5: _("five"),
    6: _("six"), 7: _("seven"), 8: _("eight"), 9: _("nine"),
}  # fmt: skip

#: What people write for a sum, in both languages at once, whatever the page's is.
SPELLINGS = {
    2: ("دو", "two"), 3: ("سه", "three"), 4: ("چهار", "چار", "four"), 5: ("پنج", "five"), 6: ("شش", "شیش", "six"),
    7: ("هفت", "seven"), 8: ("هشت", "eight"), 9: ("نه", "nine"), 10: ("ده", "ten"), 11: ("یازده", "eleven"),
    12: ("دوازده", "twelve"), 13: ("سیزده", "thirteen"), 14: ("چهارده", "fourteen"),
    15: ("پانزده", "پونزده", "fifteen"), 16: ("شانزده", "شونزده", "sixteen"), 17: ("هفده", "هیفده", "seventeen"),
    18: ("هجده", "هیجده", "هژده", "eighteen"),
}  # fmt: skip
NUMBERS = {fold(word): number for number, words in SPELLINGS.items() for word in words}


@dataclass(frozen=True)
class Question:
    """A sum of two small numbers and the token that carries it from page to page without naming them."""

    text: str
    token: str
    nonce: str
    answer: int

    def is_answered_by(self, typed: str) -> bool:
        """Tell whether `typed` says the sum: in digits of any script or as the Persian or English word."""
        words = re.findall(r"\d+|[^\W\d]+", fold(typed[:LONGEST]))
        said = {int(word) if word.isdecimal() else NUMBERS.get(word) for word in words} - {None}
        return said == {self.answer}


def new_question(at: datetime, bound: str = "") -> Question:
    """Return a fresh question; it can only be read with the same `bound`, for example the token of its form."""
    nonce = secrets.token_urlsafe(12)
    return _question(nonce, _sign(nonce, at, QUESTION_SALT + bound))


def read_question(token: str, at: datetime, bound: str = "") -> Question:
    """Return the question a token carries; raises `TokenForged` or `TokenOld`.

    A question that is bound to nothing must be used up by the caller (`nonce`), or one answer would serve for ever.
    """
    nonce, _age = _unsign(token, at, QUESTION_SALT + bound)
    return _question(nonce, token)


def _question(nonce: str, token: str) -> Question:
    """Draw both numbers from the nonce under the secret key, so that the token does not give them away."""
    drawn = hmac.digest(settings.SECRET_KEY.encode(), f"{QUESTION_SALT}.{nonce}".encode(), "sha256")
    one, other = drawn[0] % 9 + 1, drawn[1] % 9 + 1
    return Question(_sum(one, other), token, nonce, one + other)


def _sum(one: int, other: int) -> str:
    return gettext("How much is %(one)s plus %(other)s?") % {"one": WORDS[one], "other": WORDS[other]}
