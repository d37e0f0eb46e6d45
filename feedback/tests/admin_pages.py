"""What the tests of the admin's pages share."""

import re

from django.http import HttpResponse


def without_tokens(response: HttpResponse) -> str:
    """Return a page without what differs from answer to answer: the tokens against forgery."""
    return re.sub(r'(name="csrfmiddlewaretoken" value=")\w+', r"\1", response.content.decode())


def same(one: HttpResponse, other: HttpResponse, *, pks: tuple[object, object]) -> bool:
    """Tell whether two answers are alike but for the number that was asked for."""
    pages = [
        without_tokens(answer).replace(f"/{pk}/", "/#/").replace(f"%2F{pk}%2F", "%2F#%2F")
        for answer, pk in zip((one, other), pks, strict=True)
    ]
    places = [
        answer.headers.get("Location", "").replace(f"/{pk}/", "/#/").replace(f"%2F{pk}%2F", "%2F#%2F")
        for answer, pk in zip((one, other), pks, strict=True)
    ]
    return (one.status_code, pages[0], places[0]) == (other.status_code, pages[1], places[1])
