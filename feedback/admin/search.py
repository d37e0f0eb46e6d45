"""Searching the queue. What is typed names citizens, so it travels in the body of a POST and waits in the session;
the address of the results holds a meaningless key (PRODUCT.md section 14)."""

import secrets

from django.http import HttpRequest

#: Name of the key in an address, and the place of the words in the session.
FOUND = "found"
SEARCHES = "case_searches"
#: Searches kept for a user who goes back and forth between their results.
KEPT = 8
#: Characters of a search.
LONGEST = 200


def keep(request: HttpRequest, words: str) -> str:
    """Keep the words of a search in the session and return the key that stands for them in the address."""
    kept = dict(request.session.get(SEARCHES, {}))
    key = secrets.token_hex(4)
    request.session[SEARCHES] = {**dict(list(kept.items())[1 - KEPT :]), key: words[:LONGEST]}
    return key


def words_of(request: HttpRequest) -> str:
    """Return the words that the key in the address stands for; none for a key that is not known any more."""
    words = request.session.get(SEARCHES, {}).get(request.GET.get(FOUND, ""), "")
    return str(words)
