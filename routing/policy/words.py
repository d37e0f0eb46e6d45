"""How folded text becomes words, and which endings a Persian word may wear.

A word is a run of letters with the digits before it («5پایه» is one word, «پایه5» is two). Sentence marks end a
phrase, so they count as words that match nothing; quotes, brackets and dashes do not.
"""

import re
from itertools import product

_WORD = re.compile(r"[0-9]*[^\W\d_]+|[0-9]+|[.!?;:,]")

_PLURALS = ("", "ها", "های", "هایی", "ا", "ای", "ان", "انی", "ات", "اتی", "ی", "یی")
_OWNERS = ("", "م", "ت", "ش", "مان", "تان", "شان", "مون", "تون", "شون", "ام", "ات", "اش", "یم", "ید", "ند")
_COLLOQUIAL = ("", "و", "رو")
#: «یت» makes another word («محروم», «محرومیت»); «یه» is speech for «ی است» («کلاهبرداریه»).
_ENDINGS = (frozenset(map("".join, product(_PLURALS, _OWNERS, _COLLOQUIAL))) | {"یه"}) - {"", "یت"}
_LONGEST_ENDING = max(map(len, _ENDINGS))
_LAST_LETTERS = frozenset(ending[-1] for ending in _ENDINGS)

#: Short words wear fewer endings, else «سد» were found in «سدی», «کار» in «کارت» and «هنگ» in «هنگام».
SHORT = 3
_ENDINGS_OF_TWO_LETTERS = frozenset(ending for ending in _ENDINGS if ending.startswith("ها"))
_OWNERS_OF_MANY = ("", "مان", "تان", "شان", "مون", "تون", "شون")
_ENDINGS_OF_THREE_LETTERS = (
    _ENDINGS_OF_TWO_LETTERS
    | set(map("".join, product(("", "ا", "ای"), _OWNERS_OF_MANY, ("", "و"))))
    | {"م", "مو", "تو", "شو"}
) - {""}

#: The endings that a stem of so many letters may wear; a longer stem all of them. After «ا» the «ی» is only a joint:
#: «بها» is in «بهای».
_ENDINGS_AFTER = {2: _ENDINGS_OF_TWO_LETTERS, SHORT: _ENDINGS_OF_THREE_LETTERS}

#: Endings written apart («پروژه ها», «نامه ی»; ZWNJ is folded to a space): they are no words of their own.
_DETACHED = _ENDINGS_OF_TWO_LETTERS | set(_OWNERS) | {"ی", "ای", "ان", "را", "رو"} - {""}

#: Letters with one sound, which unpractised writers confuse. Short words keep theirs: «سد» is not «صد», nor «قیر»
#: «غیر».
SOUNDS_ALIKE = str.maketrans("طثصذضظژحغ", "تسسززززهق")
_CONFUSED = frozenset(map(chr, SOUNDS_ALIKE))


#: Forms of one verb differ by a letter and mean another person, forms of two verbs too («می‌توانند», «می‌دوانند»).
VERB_PREFIXES = ("می", "نمی")


def chunks(folded: str) -> list[str]:
    """Return what stands between the spaces of folded text; «می» is joined to its verb («می شود» is «میشود»)."""
    if "می" not in folded:
        return folded.split()
    joined = f" {folded}"
    for prefix in VERB_PREFIXES:
        joined = joined.replace(f" {prefix} ", f" {prefix}")
    return joined.split()


def split(chunk: str) -> list[str]:
    """Return the words of a chunk: «(چگنی).» is «چگنی» and a full stop."""
    return _WORD.findall(chunk)


def alike(word: str) -> str:
    """Return a word with one letter for each sound."""
    return word if _CONFUSED.isdisjoint(word) else word.translate(SOUNDS_ALIKE)


def spoken(word: str) -> str:
    """Return a word with one letter for each sound, for comparing: «رطبه» is «رتبه». Empty for a lone ending."""
    if word in _DETACHED:
        return ""
    return alike(word) if len(word) > SHORT else word


def written(word: str) -> str:
    """Return a word as it is written that was given as it is said: «خیابون» is «خیابان», «تموم» is «تمام»."""
    return word.replace("ون", "ان").replace("وم", "ام")


def one_less(word: str) -> set[str]:
    """Return the word and all that is left of it without any one letter."""
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def one_slip(word: str, typed: str) -> bool:
    """Say whether one letter left out, doubled, exchanged or swapped with its neighbour turns `word` into `typed`."""
    start = next(
        (place for place, (one, other) in enumerate(zip(word, typed, strict=False)) if one != other), None
    )
    if start is None:
        return abs(len(word) - len(typed)) <= 1
    rest, typed_rest = word[start:], typed[start:]
    swapped = rest[1::-1] + rest[2:]
    return typed_rest in (rest[1:], swapped) or typed_rest[1:] in (rest, rest[1:])


def ending_sizes(word: str) -> list[int]:
    """Return the letters of each ending that may be taken off a word, the fewest first."""
    if word[-1] not in _LAST_LETTERS:
        return []
    longest = len(word) - 2
    allowed = range(1, min(_LONGEST_ENDING, longest) + 1)
    sizes = [size for size in allowed if word[-size:] in _ENDINGS_AFTER.get(len(word) - size, _ENDINGS)]
    if len(word) == SHORT + 1 and word.endswith("ای"):
        sizes.insert(0, 1)
    return sizes
