"""Finding the phrases of a rule set in a text, in time that does not grow with the number of rules."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import chain
from typing import Generic, NamedTuple, TypeVar

from routing.policy.latin import ending_after, is_latin, latin_consonants, persian_consonants
from routing.policy.words import (
    SHORT,
    VERB_PREFIXES,
    chunks,
    endings,
    one_less,
    one_slip,
    split,
    spoken,
    written,
)

#: Phrases of more words than this are found in the spacing they are written in, not in every joined spelling.
LONGEST_JOINED = 5

#: Chunks of text whose words are remembered: most of any text are the same few thousand, and they are short.
REMEMBERED = 1 << 14
LONGEST_REMEMBERED = 30

#: Words of fewer letters have too many neighbours to be recognised when misspelled («انتقادی», «انتقالی»).
_LONG = 8
#: How sure we are of a misspelled word, on the scale of `Match.cut`.
_MISSPELLED = 9

Entry = TypeVar("Entry")

#: What a word of a text may stand for: known words, each with the letters taken off or changed to get there.
Readings = tuple[tuple[str, int], ...]


class Match(NamedTuple, Generic[Entry]):
    """A phrase found in a text, from word `start` up to, not including, word `end`.

    `cut` counts the letters of endings that were taken off: of two readings of one place the smaller is right.
    """

    start: int
    end: int
    cut: int
    entries: list[Entry]


class _Node(Generic[Entry]):
    __slots__ = ("entries", "following")

    def __init__(self) -> None:
        self.following: dict[str, _Node[Entry]] = {}
        self.entries: list[Entry] = []


class PhraseIndex(Generic[Entry]):
    """Phrases as a tree of words: «فهرست» then «بها», and the joined spelling «فهرستبها»; built once, then read."""

    def __init__(self, phrases: Iterable[tuple[Sequence[str], Entry]]) -> None:
        self._root: _Node[Entry] = _Node()
        self._known: dict[str, None] = {}
        for phrase, entry in phrases:
            for spelling in _spellings(phrase):
                self._node(spelling).entries.append(entry)
        self._remember = lru_cache(maxsize=REMEMBERED)(self._read)

    def _node(self, spelling: Sequence[str]) -> _Node[Entry]:
        self._known.update(dict.fromkeys(spelling))
        node = self._root
        for word in spelling:
            following = node.following.get(word)
            if following is None:
                following = node.following[word] = _Node()
            node = following
        return node

    def search(self, folded: str) -> list[Match[Entry]]:
        """Return every phrase in the text, also overlapping ones, in the order of their first words."""
        readings = list(chain.from_iterable(map(self._readings, chunks(folded))))
        readings.append(())  # nothing follows the last word
        found = []
        for start, reading in enumerate(readings):
            paths = [(self._root, start, 0)] if reading else []
            for node, end, cut in paths:
                if node.entries:
                    found.append(Match(start, end, cut, node.entries))
                for word, size in readings[end]:
                    following = node.following.get(word)
                    if following is not None:
                        paths.append((following, end + 1, cut + size))
        return found

    def _readings(self, chunk: str) -> tuple[Readings, ...]:
        return self._remember(chunk) if len(chunk) <= LONGEST_REMEMBERED else self._read(chunk)

    def _read(self, chunk: str) -> tuple[Readings, ...]:
        """Return, for each word of a chunk that is no lone ending, its readings; none if it is unknown."""
        return tuple(tuple(self._readings_of(word)) for word in split(chunk) if spoken(word))

    def _readings_of(self, word: str) -> list[tuple[str, int]]:
        """Return the readings of a word; the less certain ways are tried only where the others find nothing."""
        if is_latin(word):
            return list(self._latin_readings(word))
        found = list(self._stems(word))
        if not found and (correct := written(word)) != word:
            found = list(self._stems(correct, changed=1))
        return found or [(known, _MISSPELLED) for known in self._misspelled(spoken(word))]

    def _misspelled(self, word: str) -> list[str]:
        """Return the known words that one slip of the finger turns into this one."""
        if len(word) < _LONG - 1:
            return []
        near = {known: None for part in one_less(word) for known in self._one_less.get(part, ())}
        return [known for known in near if known[0] == word[0] and one_slip(known, word)]

    @cached_property
    def _one_less(self) -> dict[str, list[str]]:
        """The long known words by themselves and by themselves with any one letter left out."""
        found: dict[str, list[str]] = {}
        for word in self._known:
            if len(word) >= _LONG and not is_latin(word) and not word.startswith(VERB_PREFIXES):
                for part in one_less(word):
                    found.setdefault(part, []).append(word)
        return found

    def _latin_readings(self, word: str) -> Iterator[tuple[str, int]]:
        if word in self._known:
            yield word, 0
        for heard in latin_consonants(word):
            for known in self._by_consonants.get(heard, ()):
                ending = ending_after(word, known)
                if ending is not None:
                    yield known, 1 + len(ending)

    @cached_property
    def _by_consonants(self) -> dict[str, list[str]]:
        """The known words by their consonants, gathered when the first text in Latin letters comes."""
        found: dict[str, list[str]] = {}
        for word in self._known:
            if not word.isascii() and (heard := persian_consonants(word)):
                found.setdefault(heard, []).append(word)
        return found

    def _stems(self, word: str, changed: int = 0) -> Iterator[tuple[str, int]]:
        """Yield the word and what is left of it without an ending, where known.

        A silent «ه» that speech drops before an ending comes back: «پروندم» is «پرونده» and «م».
        """
        if (heard := spoken(word)) in self._known:
            yield heard, changed
        for stem, ending in endings(word):
            if (heard := spoken(stem)) in self._known:
                yield heard, changed + len(ending)
            if len(stem) >= SHORT and ending[0] in "متشا" and (heard := spoken(stem + "ه")) in self._known:
                yield heard, changed + len(ending) - 1


def _spellings(phrase: Sequence[str]) -> list[Sequence[str]]:
    """Return the phrase with every choice of its spaces left out: «فهرست بها» and «فهرستبها»."""
    spellings: list[Sequence[str]] = [phrase[:1]]
    for word in phrase[1:]:
        joined = [(*spelling[:-1], spoken(spelling[-1] + word)) for spelling in spellings]
        spellings = [(*spelling, word) for spelling in spellings]
        if len(phrase) <= LONGEST_JOINED:
            spellings += joined
    return spellings
