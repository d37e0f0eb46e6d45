"""Texts with blanks: names in braces, filled by plain replacement in one pass. There is no template language.

A blank is `{name}`, all lower-case ASCII. What fills a blank is never read again: a citizen called `{unit}` stays so.
"""

import re
from collections.abc import Collection, Mapping

BLANK = re.compile(r"\{([a-z_]+)\}")
BRACE = re.compile(r"\{[^{}]{0,40}\}?|\}")


def unknown_blanks(text: str, known: Collection[str]) -> list[str]:
    """Return whatever stands in braces, or is a stray brace, and is none of the `known` blanks; each once."""
    left = BLANK.sub(lambda blank: "" if blank[1] in known else blank[0], text)
    return list(dict.fromkeys(BRACE.findall(left)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values into their blanks; what has no value stays as it is written."""
    return BLANK.sub(lambda blank: values.get(blank[1], blank[0]), text)
