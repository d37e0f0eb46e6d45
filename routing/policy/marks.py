"""Showing what the rules heard: a text in pieces, each with the reasons of a decision that were found in it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from portal.kernel.text import fold
from routing.policy.choice import BODY, NOT_IF, SUBJECT, Decision, Reason
from routing.policy.rules import CompiledRules
from routing.policy.words import chunks

#: What folding works through one by one: nothing that it does reaches over a space or a line end.
_PART = re.compile(r"[ \n]+|[^ \n]+")
_IN_TEXT = frozenset({SUBJECT, BODY, NOT_IF})


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a text as it was written, and the reasons found in it; none for what nobody heard."""

    text: str
    heard: tuple[Reason, ...] = ()

    @property
    def is_silencing(self) -> bool:
        """Whether these words only switched rules off."""
        return bool(self.heard) and not any(reason.points for reason in self.heard)


def passages(rules: CompiledRules, decision: Decision, text: str) -> list[Passage]:
    """Return the subject or the body that `rules` made `decision` for, in pieces; joined they are the text again."""
    parts: list[str] = _PART.findall(text)
    words = _words(rules, parts)
    heard: list[list[Reason]] = [[] for _part in parts]
    wanted = {(reason.rule, reason.word): reason for reason in decision.reasons if reason.where in _IN_TEXT}
    for start, minus_end, _cut, entries in rules.index.search(fold(text)):
        keys = [(entry.rule.id, entry.phrase) for entry in entries]
        reasons = [wanted[key] for key in keys if key in wanted]
        for place in range(words[start][0], words[-minus_end - 1][1] + 1) if reasons else ():
            heard[place] += [reason for reason in reasons if reason not in heard[place]]
    return _joined(parts, heard)


def _words(rules: CompiledRules, parts: Iterable[str]) -> list[tuple[int, int]]:
    """Return, for each word that the index reads, the first and the last part it was written in."""
    tokens = [(token, place) for place, part in enumerate(parts) for token in fold(part).split()]
    words: list[tuple[int, int]] = []
    read = 0
    for chunk in chunks(" ".join(token for token, _place in tokens)):
        first, joined = read, tokens[read][0]
        while joined != chunk:  # «می» is joined to its verb
            read += 1
            joined += tokens[read][0]
        words += [(tokens[first][1], tokens[read][1])] * rules.index.length(chunk)
        read += 1
    return words


def _joined(parts: list[str], heard: list[list[Reason]]) -> list[Passage]:
    """Join neighbours in which the same was heard."""
    pairs = zip(parts, map(tuple, heard), strict=True)
    return [
        Passage("".join(part for part, _reasons in group), reasons)
        for reasons, group in groupby(pairs, key=lambda pair: pair[1])
    ]
