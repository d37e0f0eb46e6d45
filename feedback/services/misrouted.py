"""Learning from redirects: which rules send cases to the wrong unit, and which word would have sent them right.

A person decides about every word. Cases of misconduct are left out altogether: whoever edits rules may not count
them. Of citizens' texts only single words come out, and of those only words that several cases share.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet

from feedback.enums import Purpose
from feedback.models import Case, Message, RoutingDecision
from feedback.services.rehearsal import past_cases
from portal.kernel.text import fold
from routing import services as routing
from routing.policy import CompiledRules, Keyword, compile_rules
from routing.selectors import rules_in_force

#: How far back the report looks.
PERIOD = timedelta(days=365)
#: A word is shown when so many of the cases share it, a miss when there are so many of them.
SHARED_BY = 3
#: Words that are tried for one miss, and the weights each is tried with.
TRIED = 6
WEIGHTS = (6, 10)
#: Cases of one miss that are read, other cases that a word is tried on; the latest ones.
MOST_MISSES = 100
MOST_OTHERS = 300
#: A word in so large a part of all other cases tells nothing.
COMMON = 0.05
SHORTEST = 4


@dataclass(frozen=True)
class Miss:
    """What decided for a unit, and where staff sent so many of those cases."""

    rule: str
    stage: str
    right: str
    cases: int

    @property
    def is_frequent(self) -> bool:
        return self.cases >= SHARED_BY


@dataclass(frozen=True)
class Misrouted:
    """A rule, or a stage without one: the cases it decided, those that were redirected, and where to."""

    rule: str
    stage: str
    cases: int
    redirected: int
    misses: tuple[Miss, ...]

    @property
    def share(self) -> float:
        """Return the redirected part of a hundred."""
        return 100 * self.redirected / self.cases


@dataclass(frozen=True)
class Suggestion:
    """A word that several of the redirected cases share, the weight that serves best, and what it would do.

    `mended` of the redirected cases would reach the right unit with it, `disturbed` of the others tried would leave
    the unit they are with.
    """

    word: str
    weight: int
    cases: int
    mended: int
    disturbed: int

    @property
    def gain(self) -> int:
        return self.mended - self.disturbed


@dataclass(frozen=True)
class Advice:
    """Suggestions for one miss: the rule that would get the word, and on how many cases each was tried."""

    rule: str | None
    misses: int
    others: int
    suggestions: tuple[Suggestion, ...]


#: What decided a case, with the rule where there was one.
_By = tuple[str, str]


def misrouted(*, at: datetime) -> list[Misrouted]:
    """Return what decided cases that staff sent elsewhere, the most redirected first."""
    decided = (
        _decisions(at).values_list("rule_code", "stage").order_by().annotate(Count("case", distinct=True))
    )
    counts: dict[_By, int] = {(rule, stage): count for rule, stage, count in decided}
    moves: dict[_By, Counter[str]] = defaultdict(Counter)
    for by, right in _redirected(at).values():
        moves[by][right] += 1
    rows = [
        Misrouted(
            rule=by[0],
            stage=by[1],
            cases=max(counts.get(by, 0), where.total()),
            redirected=where.total(),
            misses=tuple(Miss(*by, right, count) for right, count in where.most_common()),
        )
        for by, where in moves.items()
    ]
    return sorted(rows, key=lambda row: (-row.redirected, row.rule, row.stage))


def advise(*, rule: str, stage: str, right: str, at: datetime) -> Advice:
    """Return words that would have sent the cases of one miss to the unit `right`, each tried on past cases."""
    rules = rules_in_force()
    redirected = _redirected(at)
    missed = [case for case, move in redirected.items() if move == ((rule, stage), right)][-MOST_MISSES:]
    code = routing.first_rule_in(rules.specs, right) if rules else None
    others = _others(redirected)
    if rules is None or code is None or len(missed) < SHARED_BY:
        return Advice(code, len(missed), len(others), ())
    past = [past_cases(numbers, version=rules.version) for numbers in (missed, others)]
    found = [_tried(word, count, rules, code, *past) for word, count in _words(missed, others, rules)]
    useful = [one for one in found if one.mended >= SHARED_BY]
    useful.sort(key=lambda one: (-one.gain, -one.cases, one.word))
    return Advice(code, len(missed), len(others), tuple(useful))


def _decisions(at: datetime) -> QuerySet[RoutingDecision]:
    return RoutingDecision.objects.filter(
        overridden_by__isnull=True, case__is_confidential=False, decided_at__gt=at - PERIOD
    )


def _redirected(at: datetime) -> dict[int, tuple[_By, str]]:
    """Return, by case, what decided first and the unit to which staff sent it last, where these differ."""
    moved = RoutingDecision.objects.filter(
        overridden_by__isnull=False, case__is_confidential=False, decided_at__gt=at - PERIOD
    )
    last = dict(moved.order_by("case_id", "decided_at", "id").values_list("case_id", "unit__code"))
    found: dict[int, tuple[_By, str]] = {}
    first = RoutingDecision.objects.filter(overridden_by__isnull=True, case__in=moved.values("case"))
    columns = ("case_id", "rule_code", "stage", "unit__code")
    for case, rule, stage, unit in first.order_by("case_id", "-decided_at", "-id").values_list(*columns):
        if unit != last[case]:
            found[case] = ((rule, stage), last[case])
    return found


def _others(redirected: Mapping[int, object]) -> list[int]:
    """Return the latest cases that nobody sent elsewhere: what a new word must leave alone."""
    cases = Case.objects.filter(is_confidential=False).order_by("-pk")
    numbers = cases.values_list("pk", flat=True)[: MOST_OTHERS + len(redirected)]
    return [number for number in numbers if number not in redirected][:MOST_OTHERS]


def _words(missed: list[int], others: list[int], rules: CompiledRules) -> list[tuple[str, int]]:
    """Return words that cases of the miss share and others seldom have, the most telling first."""
    here, there = _spread(missed), _spread(others)
    known = {fold(word.phrase) for spec in rules.specs for word in spec.keywords}
    telling = [
        (word, count)
        for word, count in here.items()
        if count >= SHARED_BY and word not in known and there[word] <= COMMON * max(len(others), 1)
    ]
    telling.sort(key=lambda one: (there[one[0]] - one[1], one[0]))
    return telling[:TRIED]


def _spread(numbers: list[int]) -> Counter[str]:
    """Count in how many cases each word stands; words of names are nobody's business and left out."""
    texts = Message.objects.filter(case__in=numbers, purpose=Purpose.SUBMISSION)
    columns = ("case__subject", "body", "case__full_name", "case__about_person", "case__organization")
    found: Counter[str] = Counter()
    for subject, body, *names in texts.values_list(*columns):
        own = set(fold(" ".join(names)).split())
        found.update(_plain(f"{subject} {body}") - own)
    return found


def _plain(text: str) -> set[str]:
    words = (word.strip(".,;:!?()[]«»\"'") for word in fold(text).split())
    return {word for word in words if len(word) >= SHORTEST and word.isalpha()}


def _tried(
    word: str,
    count: int,
    rules: CompiledRules,
    code: str,
    missed: list[routing.Past],
    others: list[routing.Past],
) -> Suggestion:
    """Replay the cases with the word added, as the rehearsal of such a draft would; the lighter weight if it does."""
    tried = []
    for weight in WEIGHTS:
        draft = _with(rules, code, Keyword(word, weight))
        mending, disturbing = routing.Tally(), routing.Tally()
        routing.replay(missed, draft=draft, current=rules, tally=mending)
        routing.replay(others, draft=draft, current=rules, tally=disturbing)
        tried.append(Suggestion(word, weight, count, mending.right, disturbing.changed))
    return max(tried, key=lambda one: (one.gain, -one.weight))


def _with(rules: CompiledRules, code: str, word: Keyword) -> CompiledRules:
    specs = [
        replace(spec, keywords=(*spec.keywords, word)) if spec.id == code else spec for spec in rules.specs
    ]
    return compile_rules(specs, version=rules.version)
