"""Tickets: signed cookies that open one page for a while, and nothing else anywhere.

They hold ids and a form's token, never a code, a name or a text. There is one for each language, because a cookie
travels only to the addresses below its page, and a page's address differs with the language.
"""

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLResolver, get_resolver, reverse
from django.utils import translation

LANGUAGES = [code for code, _name in settings.LANGUAGES]


@dataclass(frozen=True)
class Ticket:
    """A signed cookie for the page called `page` and those below it, good for `seconds`."""

    name: str
    page: str
    seconds: int

    def give(self, response: HttpResponseBase, value: str) -> None:
        """Hand out the ticket, or renew it."""
        for language in LANGUAGES:
            response.set_signed_cookie(
                self._name_in(language),
                value,
                salt=self.page,
                max_age=self.seconds,
                path=self._path_in(language),
                secure=settings.HTTPS,
                httponly=True,
                samesite="Strict",
            )

    def read(self, request: HttpRequest) -> str | None:
        """Return what the ticket holds; None without one, with a forged or an old one."""
        name = self._name_in(translation.get_language())
        return request.get_signed_cookie(name, default=None, salt=self.page, max_age=self.seconds)

    def take_back(self, response: HttpResponseBase) -> None:
        """Make the browser forget the ticket."""
        for language in LANGUAGES:
            response.delete_cookie(self._name_in(language), path=self._path_in(language), samesite="Strict")

    def _name_in(self, language: str | None) -> str:
        return f"{'__Secure-' if settings.HTTPS else ''}{self.name}-{language}"

    def _path_in(self, language: str) -> str:
        return _address(self.page, language, get_resolver())


@lru_cache(maxsize=16)
def _address(page: str, language: str, table: URLResolver) -> str:
    """Return the address of a page in a language, by a table of addresses."""
    with translation.override(language):
        return reverse(page)


#: Shows the receipt again after a refresh; holds the form's token.
RECEIPT = Ticket("receipt", "feedback:received", 30 * 60)
#: The citizen's view of one case, for 20 minutes after the last look.
VISIT = Ticket("case", "feedback:track", settings.CASE_SESSION_SECONDS)
#: The page on which a one-time code is replaced; holds the case, the mark of that code and the fresh code's token.
NEW_CODE = Ticket("new-code", "feedback:new_code", 20 * 60)
