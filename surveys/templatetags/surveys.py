"""What templates of the surveys ask for: the page they stand on, the code of an answer, a share with its interval."""

from dataclasses import dataclass
from datetime import date

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from portal.kernel import codes
from portal.ui import qr
from surveys import selectors
from surveys.enums import Page
from surveys.reports.places import Figure

register = template.Library()

#: Names of the pages that ask whether they were useful.
ASKING = frozenset(Page.values)


@dataclass(frozen=True)
class VoteBox:
    """The question «was this page useful?» on one page; `is_answered` after a vote."""

    path: str
    is_answered: bool


@register.simple_tag(takes_context=True)
def vote_box(context: template.Context) -> VoteBox | None:
    """Return the box for the page being shown, None on a page that does not ask."""
    request = context.get("request")
    if request is None or request.resolver_match is None:
        return None
    if request.resolver_match.view_name not in ASKING:
        return None
    return VoteBox(path=request.path, is_answered="useful" in request.GET)


@dataclass(frozen=True)
class Slip:
    """A visit code as a page shows it: to send, to read, and drawn with the survey's address before it."""

    code: str
    grouped: str
    address: str
    drawing: qr.Drawing
    expires_on: date
    is_spent: bool


@register.simple_tag
def slip_of_answer(answer_id: int) -> Slip | None:
    """Return the visit code of an answer to a case, None where it has none or the code has run out."""
    found = selectors.code_of(str(answer_id), timezone.now())
    if found is None:
        return None
    address = f"{settings.PUBLIC_URL}{reverse('surveys:visit')}"
    return Slip(
        code=found.code,
        grouped=codes.grouped(found.code),
        address=address.partition("//")[2],
        drawing=qr.draw(f"{address}#{found.code}"),
        expires_on=found.expires_on,
        is_spent=found.is_spent,
    )


@register.simple_tag
def share_of(k: int, n: int) -> Figure:
    """Return k of n as a share with its interval."""
    return Figure(k, n)
