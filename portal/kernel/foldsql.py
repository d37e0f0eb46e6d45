r"""The database's twin of `text.fold`, written from the same sets of characters; a test holds the two equal.

It depends on no locale: case is folded by tables, patterns are compared under the collation "C". It needs a
database in UTF-8 and nothing else, PostgreSQL 14 or newer. Changing a set of characters changes the folded
values already stored, so it needs a migration that creates the function anew and rewrites the columns made
with it.
"""

from portal.kernel.characters import (
    BREAKS,
    HIGH_HAMZA,
    INVISIBLE,
    LATER,
    LATER_ASTRAL,
    MARKS,
    MARKS_ON_TATWEEL,
    ODD_BLANKS,
    SILENT,
    TO_FOLDED,
)


def _escaped(text: str) -> str:
    """Return a string literal of ASCII, which no client encoding can change."""
    return "E'" + "".join(f"\\u{ord(character):04X}" for character in text) + "'"


#: What most texts are made of, the commonest first, and stays as it is. PostgreSQL's `translate` goes through its list
#: from its front for each character of a text, and would compare these with all of it.
_COMMON = " ا\u06ccنردمهوتبسش\u06a9لزفعگقخحجپصطچضغذثظژetaoinsrhldcumfpgwybvkxjqz0123456789.,:()"
_FROM = _escaped(_COMMON + "".join(map(chr, TO_FOLDED.keys())))
_TO = _escaped(_COMMON + "".join(map(chr, TO_FOLDED.values())))
#: What becomes a space; a lone space, which most gaps are, is none of it and need not be replaced by itself.
_GAPS = rf"\u00AD\u200C{ODD_BLANKS}{BREAKS}"

FOLD_SQL = rf"""
CREATE OR REPLACE FUNCTION portal_fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $fold$
    SELECT btrim(regexp_replace(lower(translate(regexp_replace(normalize(regexp_replace(
        value COLLATE "C",
        '[\u0640\u200D{INVISIBLE}{SILENT}{MARKS}{MARKS_ON_TATWEEL}{LATER}{LATER_ASTRAL}]+', '', 'g'), NFKD),
        '[{MARKS}{HIGH_HAMZA}]+', '', 'g'),
        {_FROM},
        {_TO})),
        '[{_GAPS}]|[ {_GAPS}]{{2,}}', ' ', 'g'))
$fold$;
"""

DROP_FOLD_SQL = "DROP FUNCTION IF EXISTS portal_fold(text);"
