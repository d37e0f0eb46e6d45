"""Finding the phrases of a rule set in a text, in time that does not grow with the number of rules."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from portal.kernel.memory import Memory
from routing.policy.latin import ending_after, is_latin, latin_consonants, persian_consonants
from routing.policy.words import (
    SHORT,
    VERB_PREFIXES,
    alike,
    chunks,
    ending_sizes,
    one_less,
    one_slip,
    split,
    spoken,
    written,
)

#: Phrases of more words than this are found in the spacing they are written in, not in every joined spelling.
LONGEST_JOINED = 5

#: Words of fewer letters have too many neighbours to be recognised when misspelled («انتقادی», «انتقالی»).
_LONG = 8
#: How sure we are of a misspelled word, as letters taken off.
_MISSPELLED = 9

Entry = TypeVar("Entry")

#: What a word of a text may stand for: known words, each with the letters taken off or changed to get there.
Readings = Sequence[tuple[str, int]]


#: A phrase found in a text: its first word, the word after its last (as a negative number, so that of two the longer
#: sorts first), the letters taken off to find it, and its entries. Of two readings of one place the one with fewer
#: letters taken off is right.
Match: TypeAlias = tuple[int, int, int, list[Entry]]
_READING_ORDER = itemgetter(1, 2)


class _Node(Generic[Entry]):
    """A place in the tree of words; most are leaves, which share one empty dictionary."""

    __slots__ = ("entries", "following")

    def __init__(self) -> None:
        self.following: dict[str, _Node[Entry]] = _NO_MORE
        self.entries: list[Entry] = []


_NO_MORE: dict[str, Any] = {}


class _Word(NamedTuple, Generic[Entry]):
    """A word of a text: what it may stand for, the phrases it is, and the words that would make it a longer one.

    These two with the letters taken off to get there; `is_beginning` says whether there are any of them.
    """

    readings: Readings
    phrases: Sequence[tuple[list[Entry], int]]
    beginnings: Sequence[tuple[dict[str, _Node[Entry]], int]]
    is_beginning: bool


_NOTHING: _Word[Any] = _Word((), (), (), False)


class PhraseIndex(Generic[Entry]):
    """Phrases as a tree of words: «فهرست» then «بها», and the joined spelling «فهرستبها»; built once, then read."""

    def __init__(self, phrases: Iterable[tuple[Sequence[str], Entry]]) -> None:
        self._root: _Node[Entry] = _Node()
        self._known: dict[str, None] = {}
        for phrase, entry in phrases:
            for spelling in _spellings(phrase):
                self._node(spelling).entries.append(entry)
        self._memory = Memory(self._read)

    def _node(self, spelling: Sequence[str]) -> _Node[Entry]:
        node = self._root
        for word in spelling:
            following = node.following.get(word)
            if following is None:
                self._known[word] = None
                following = _Node()
                if node.following is _NO_MORE:
                    node.following = {}
                node.following[word] = following
            node = following
        return node

    def search(self, folded: str) -> list[Match[Entry]]:
        """Return every phrase in the text, also overlapping ones, in the order of their first words.

        Of those that begin at one word the longest comes first, of equally long ones the surest.
        """
        memory = self._memory
        words = [word for chunk in chunks(folded) for word in memory[chunk]]
        words.append(_NOTHING)
        found: list[Match[Entry]] = []
        for start, (_readings, phrases, beginnings, is_beginning) in enumerate(words):
            if not is_beginning:
                continue
            before = len(found)
            for entries, cut in phrases:
                found.append((start, -start - 1, cut, entries))
            if beginnings and (readings := words[start + 1][0]):
                for following, cut in beginnings:
                    for known, size in readings:
                        if known in following:
                            _follow(words, start, start + 2, cut + size, following[known], found)
            if len(found) - before > 1:
                found[before:] = sorted(found[before:], key=_READING_ORDER)
        return found

    def length(self, chunk: str) -> int:
        """Return how many words a chunk of a text is read as."""
        return len(self._memory[chunk])

    def forget(self) -> None:
        """Read every word anew; for measuring what a process's first texts cost."""
        self._memory.clear()

    def _read(self, chunk: str) -> tuple[_Word[Entry], ...]:
        """Return each word of a chunk that is no lone ending; an unknown word has no readings."""
        return tuple(self._word(word) for word in split(chunk) if spoken(word))

    def _word(self, word: str) -> _Word[Entry]:
        readings = self._readings_of(word)
        if not readings:
            return _NOTHING
        first = self._root.following
        nodes = [(first[known], cut) for known, cut in readings if known in first]
        return _Word(
            readings,
            [(node.entries, cut) for node, cut in nodes if node.entries],
            [(node.following, cut) for node, cut in nodes if node.following],
            bool(nodes),
        )

    def _readings_of(self, word: str) -> list[tuple[str, int]]:
        """Return the readings of a word; the less certain ways are tried only where the others find nothing."""
        if is_latin(word):
            return list(self._latin_readings(word))
        found = list(self._stems(word))
        if (correct := written(word)) != word:
            if not found:
                found = list(self._stems(correct, changed=1))
            elif found[0][1] > 1 and (heard := spoken(correct)) in self._known:
                found.insert(0, (heard, 1))  # «ساختمون» is «ساختمان» rather than «ساخت»
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
        known = self._known
        sounds = alike(word)
        if (heard := spoken(word)) in known:
            yield heard, changed
        for size in ending_sizes(word):
            length = len(word) - size
            heard = sounds[:length] if length > SHORT else word[:length]
            if heard in known:
                yield heard, changed + size
            if length >= SHORT and word[length] in "متشا" and (heard := sounds[:length] + "ه") in known:
                yield heard, changed + size - 1


def _follow(
    words: Sequence[_Word[Entry]],
    start: int,
    end: int,
    cut: int,
    node: _Node[Entry],
    found: list[Match[Entry]],
) -> None:
    """Add the phrases that `node` and what follows it in the text make up."""
    if node.entries:
        found.append((start, -end, cut, node.entries))
    if node.following:
        for known, size in words[end][0]:
            if known in node.following:
                _follow(words, start, end + 1, cut + size, node.following[known], found)


def _spellings(phrase: Sequence[str]) -> list[Sequence[str]]:
    """Return the phrase with every choice of its spaces left out: «فهرست بها» and «فهرستبها»."""
    if len(phrase) <= 2:
        return [phrase, (spoken("".join(phrase)),)][: len(phrase)]
    spellings: list[Sequence[str]] = [phrase[:1]]
    for word in phrase[1:]:
        joined = [(*spelling[:-1], spoken(spelling[-1] + word)) for spelling in spellings]
        spellings = [(*spelling, word) for spelling in spellings]
        if len(phrase) <= LONGEST_JOINED:
            spellings += joined
    return spellings
