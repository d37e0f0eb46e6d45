"""Reads of themes: which there are, which comments are sorted, and how often each theme was found."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from directory.models import User
from surveys.models import AnswerValue, Coding, Questionnaire, Theme
from surveys.policy import Quarter
from surveys.selectors.quarters import words_of


@dataclass
class Sorted:
    """How many comments of a quarter are sorted, how often each theme was found, and how two people compare.

    `twice` comments were sorted by two people, `alike` of them into the very same themes.
    """

    comments: int = 0
    twice: int = 0
    alike: int = 0
    counts: Counter[int] = field(default_factory=Counter)


def themes_of(questionnaire: Questionnaire) -> list[Theme]:
    """Return the whole codebook of a questionnaire, with themes that are out of use."""
    return list(questionnaire.themes.all())


def with_codings(comments: QuerySet[AnswerValue]) -> QuerySet[AnswerValue]:
    """Read the comments with who sorted them into which themes; two more queries a page."""
    codings = Coding.objects.order_by("is_second").prefetch_related("themes")
    return comments.prefetch_related(Prefetch("codings", codings))


def unsorted(comments: QuerySet[AnswerValue]) -> QuerySet[AnswerValue]:
    """Return the comments that nobody sorted yet."""
    return comments.filter(~Exists(Coding.objects.filter(answer=OuterRef("pk"))))


def sorted_by_others(comments: QuerySet[AnswerValue], user: User) -> QuerySet[AnswerValue]:
    """Return the comments that one other person sorted, which this one may check."""
    codings = Coding.objects.filter(answer=OuterRef("pk"))
    once = Exists(codings.filter(is_second=False).exclude(coded_by=user))
    return comments.filter(once, ~Exists(codings.filter(is_second=True)))


def sorted_comments(questionnaire: Questionnaire, quarter: Quarter) -> Sorted:
    """Count the themes of a quarter's comments, from what the first person found."""
    rows = Coding.objects.filter(answer__in=words_of(questionnaire, quarter).order_by().values("pk"))
    found = Sorted()
    first: dict[object, frozenset[int]] = {}
    for answer, is_second, themes in _themes(rows):
        if not is_second:
            first[answer] = themes
            found.comments += 1
            found.counts.update(themes)
        else:
            found.twice += 1
            found.alike += first.get(answer) == themes
    return found


def _themes(codings: QuerySet[Coding]) -> Iterable[tuple[object, bool, frozenset[int]]]:
    rows = codings.order_by("is_second", "pk").values_list("pk", "answer", "is_second", "themes")
    sets: dict[int, tuple[object, bool, set[int]]] = {}
    for key, answer, is_second, theme in rows:
        own = sets.setdefault(key, (answer, is_second, set()))
        if theme is not None:
            own[2].add(theme)
    return [(answer, is_second, frozenset(themes)) for answer, is_second, themes in sets.values()]
