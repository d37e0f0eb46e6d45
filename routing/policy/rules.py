"""Rules as values: what makes one broken, and a rule set compiled for reading texts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from portal.kernel.characters import ZWNJ
from portal.kernel.text import fold
from routing.enums import Fault, Kind, Stage
from routing.policy.phrases import PhraseIndex
from routing.policy.words import VERB_PREFIXES, chunks, split, spoken

HEAD, DESK, INSP, SEC = "HEAD", "DESK", "INSP", "SEC"

#: The only units that a misconduct report may ever reach (PRODUCT.md section 8).
CONFIDENTIAL_UNITS = frozenset({INSP, HEAD, SEC})
#: Who steps in where nobody nearer may.
REPLACEMENTS = (INSP, HEAD)
#: Units to which messages go by their code, whatever the rules say.
NEEDED_UNITS = CONFIDENTIAL_UNITS | {DESK}
MAX_WEIGHT = 20
#: Keywords of fewer letters are found in too many messages.
SHORTEST_KEYWORD = 3

#: A phrase of a rule and its weight; None of `not_if`.
_Said = tuple[str, int | None]
#: The words of each phrase.
Spelled = Mapping[str, list[str]]

_KINDS = frozenset(Kind.values)
_BETWEEN = "\ue000"  # a private character: no text folds to it


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word or phrase as the rule's author wrote it, and what it is worth.

    The longer of two phrases speaks for the words they share. A phrase worth 0 takes its words from its own rule:
    «با تشکر» says nothing, though «تشکر» does.
    """

    phrase: str
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSpec:
    """One rule: these words, in messages of these kinds, speak for this unit.

    `kinds` empty means every kind. `always` is what the rule is worth without any word, only for named kinds.
    A phrase of `not_if` anywhere in the message switches the rule off. A lane decides at once, points compete.
    """

    id: str
    unit: str
    stage: Stage = Stage.POINTS
    kinds: frozenset[str] = frozenset()
    keywords: tuple[Keyword, ...] = ()
    not_if: tuple[str, ...] = ()
    always: int = 0
    note: str = ""

    def applies_to(self, kind: str) -> bool:
        return not self.kinds or kind in self.kinds


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault of one rule, with the phrase or value that has it; only the lighter ones allow its use."""

    rule: str
    fault: Fault
    what: str = ""

    @property
    def is_blocking(self) -> bool:
        return self.fault not in (Fault.REPEATED, Fault.SHORTENED, Fault.SHORT)


class BrokenRules(ValueError):
    """Rules that must not be used; `problems` names every fault."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.rule}: {p.fault} {p.what}".rstrip() for p in self.problems))


def spell(phrases: Iterable[str]) -> dict[str, list[str]]:
    """Return each phrase with the words that are looked for, none if nothing of it is left after folding.

    Folding is by far the dearest step and has a fixed price per call, so all phrases are folded in one.
    """
    distinct = list(dict.fromkeys(phrases))
    if not distinct:
        return {}
    folded = fold(_BETWEEN.join(phrase.replace(_BETWEEN, " ") for phrase in distinct)).split(_BETWEEN)
    return {
        phrase: [
            heard for word in split(" ".join(chunks(text))) if word[0].isalnum() and (heard := spoken(word))
        ]
        for phrase, text in zip(distinct, folded, strict=True)
    }


def is_findable(phrase: str) -> bool:
    """Say whether anything of a phrase is left to look for after folding."""
    return bool(spell([phrase])[phrase])


def problems(specs: Iterable[RuleSpec]) -> list[Problem]:
    """Return every fault of the rules, in their order."""
    specs = tuple(specs)
    return _problems(specs, spell(_phrases(specs)))


def _phrases(specs: Iterable[RuleSpec]) -> Iterator[str]:
    return (phrase for spec in specs for phrase, _weight in _said(spec))


def _problems(specs: Iterable[RuleSpec], spelled: Spelled, *, with_phrases: bool = True) -> list[Problem]:
    seen: set[str] = set()
    found = []
    for spec in specs:
        if spec.id in seen:
            found.append(Problem(spec.id, Fault.REPEATED_ID))
        seen.add(spec.id)
        found.extend(_rule_problems(spec))
        if with_phrases:
            found.extend(_phrase_problems(spec, spelled))
    return found


def _rule_problems(spec: RuleSpec) -> Iterator[Problem]:
    if not spec.keywords and not spec.always:
        yield Problem(spec.id, Fault.NO_WORDS)
    if spec.always and not spec.kinds:
        yield Problem(spec.id, Fault.ALWAYS_FOR_ALL)
    for kind in sorted(spec.kinds - _KINDS):
        yield Problem(spec.id, Fault.UNKNOWN_KIND, kind)
    if spec.stage == Stage.LANE and Kind.MISCONDUCT in spec.kinds and spec.unit not in CONFIDENTIAL_UNITS:
        yield Problem(spec.id, Fault.MISCONDUCT_LEAK, spec.unit)
    for keyword in spec.keywords:
        if not 0 <= keyword.weight <= MAX_WEIGHT:
            yield Problem(spec.id, Fault.WEIGHT, f"{keyword.phrase}={keyword.weight}")


def _phrase_problems(spec: RuleSpec, spelled: Spelled) -> Iterator[Problem]:
    seen: dict[str, list[_Said]] = {}
    for phrase, weight in _said(spec):
        spelling = "".join(spelled[phrase])
        earlier = seen.setdefault(spelling, [])
        if not spelling:
            yield Problem(spec.id, Fault.EMPTY_PHRASE, phrase)
        elif earlier:
            yield Problem(spec.id, _repetition(phrase, weight, earlier), phrase)
        elif len(spelling) < SHORTEST_KEYWORD:
            yield Problem(spec.id, Fault.SHORT, phrase)
        elif _is_shortened(phrase, spelled[phrase]):
            yield Problem(spec.id, Fault.SHORTENED, phrase)
        earlier.append((phrase, weight))


def _said(spec: RuleSpec) -> Iterator[_Said]:
    yield from ((keyword.phrase, keyword.weight) for keyword in spec.keywords)
    yield from ((phrase, None) for phrase in spec.not_if)


def _repetition(phrase: str, weight: int | None, earlier: Iterable[_Said]) -> Fault:
    """Say what is wrong with a phrase that came before: a rule keeps each phrase once, however it is written."""
    folded = fold(phrase)
    others = {other for written, other in earlier if fold(written) == folded} - {weight}
    if not others:
        return Fault.REPEATED
    return Fault.ALSO_A_WORD if weight is None else Fault.TWO_WEIGHTS


def _is_shortened(phrase: str, looked_for: list[str]) -> bool:
    """Say whether of several words only one is looked for, the others being endings: «بازرسی‌تان» is «بازرسی»."""
    if len(looked_for) != 1:
        return False
    parts = phrase.replace(ZWNJ, " ").split()
    return len(parts) > 1 and parts[0] not in VERB_PREFIXES


@dataclass(slots=True, eq=False)
class Entry:
    """A phrase of a rule inside the index; `place` is the rule's place in the set.

    Never changed; not frozen, as that would double the price of the thousands that a compilation makes.
    """

    place: int
    rule: RuleSpec
    phrase: str
    weight: int
    kinds: frozenset[str]
    switches_off: bool = False


@dataclass(frozen=True, slots=True)
class CompiledRules:
    """A rule set ready for use; immutable, so one object serves every request of a process."""

    specs: tuple[RuleSpec, ...]
    version: int | None
    index: PhraseIndex[Entry]
    #: Rules that speak without a word, with their place in `specs`.
    wordless: tuple[tuple[int, RuleSpec], ...]


def compile_rules(specs: Iterable[RuleSpec], *, version: int | None = None) -> CompiledRules:
    """Return the rules in their order, ready for `choose`; raises BrokenRules where one has a blocking fault."""
    specs = tuple(specs)
    spelled = spell(_phrases(specs))
    # Of a phrase's faults only emptiness stops a rule; to look for the others costs a sixth of all this.
    found = _problems(specs, spelled, with_phrases=not all(spelled.values()))
    if broken := [problem for problem in found if problem.is_blocking]:
        raise BrokenRules(broken)
    index = PhraseIndex((spelled[entry.phrase], entry) for entry in _entries(specs, spelled))
    wordless = tuple((place, rule) for place, rule in enumerate(specs) if rule.always)
    return CompiledRules(specs, version, index, wordless)


def _entries(specs: tuple[RuleSpec, ...], spelled: Spelled) -> Iterator[Entry]:
    for place, rule in enumerate(specs):
        for keyword in _distinct(rule.keywords, spelled):
            yield Entry(place, rule, keyword.phrase, keyword.weight, rule.kinds)
        for phrase in rule.not_if:
            yield Entry(place, rule, phrase, 0, rule.kinds, switches_off=True)


def _distinct(keywords: Iterable[Keyword], spelled: Spelled) -> Iterable[Keyword]:
    """Return each keyword once: of several spacings of one («پیمانکار», «پیمان کار») the widest, at the best weight."""
    widest: dict[str, Keyword] = {}
    for keyword in keywords:
        joined = "".join(spelled[keyword.phrase])
        widest[joined] = _widest(widest[joined], keyword, spelled) if joined in widest else keyword
    return widest.values()


def _widest(one: Keyword, other: Keyword, spelled: Spelled) -> Keyword:
    phrase = max(one.phrase, other.phrase, key=lambda phrase: len(spelled[phrase]))
    return Keyword(phrase, max(one.weight, other.weight))
