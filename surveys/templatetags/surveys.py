"""What `surveys/useful.html` needs to know of the page it stands on."""

from dataclasses import dataclass

from django import template

from surveys.enums import Page

register = template.Library()


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
    if request.resolver_match.view_name not in Page.values:
        return None
    return VoteBox(path=request.path, is_answered="useful" in request.GET)
