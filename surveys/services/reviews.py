"""Service cards that visitors found wrong: a task for the version and the field, and its end."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet

from directory.models import User
from surveys import policy, selectors
from surveys.enums import ASSURED, CardDecision
from surveys.models import AnswerValue, CardReview, Closing, Response
from surveys.policy import Cell

#: Where an answer belongs: unit, service, version of the card in force on its day (None where there was none).
Place = tuple[int | None, int | None, int | None]


@dataclass
class Found:
    """What visitors said of the cards, by place: valid answers, those that found it wrong, what they named."""

    n: Counter[Place] = field(default_factory=Counter)
    k: Counter[Place] = field(default_factory=Counter)
    people: Counter[Place] = field(default_factory=Counter)
    named: dict[Place, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


@transaction.atomic
def open_reviews(*, closing: Closing, at: datetime) -> None:
    """Open a review for every field of every version of a card that visitors of a closed quarter found wrong.

    Only what reports may show opens one. A field that is being looked at already, and one that was found in an
    earlier counting of this quarter, is not opened again.
    """
    CardReview.objects.bulk_create(_reviews(closing, at), ignore_conflicts=True)


@transaction.atomic
def decide_review(
    *, review_id: int, decision: CardDecision, note: str, actor: User, at: datetime
) -> CardReview:
    """Close a review with what was decided and why. Raises `policy.ReviewRefused`."""
    review = CardReview.objects.select_for_update(of=("self",)).select_related("card").get(pk=review_id)
    is_renewed = selectors.is_renewed(review.card)
    policy.check_decision(decision, note, is_decided=not review.is_open, is_renewed=is_renewed)
    review.decision, review.note, review.decided_by, review.decided_at = decision, note.strip(), actor, at
    review.save(update_fields=["decision", "note", "decided_by", "decided_at"])
    return review


def _reviews(closing: Closing, at: datetime) -> Iterator[CardReview]:
    found = _found(closing.period)
    visible, detailed = _shown(found.n), _shown(found.people)
    for place in sorted(visible, key=str):
        if place[2] is None or not policy.needs_review(found.k[place], found.n[place]):
            continue
        named = found.named[place] if place in detailed else Counter()
        for one in policy.fields_to_review(named, found.people[place]):
            yield CardReview(
                card_id=place[2],
                field=one,
                year=closing.year,
                quarter=closing.quarter,
                wrong=found.k[place],
                answers=found.n[place],
                named=named[one] or None,
                opened_at=at,
            )


# --- What visitors said -----------------------------------------------------------------------------------------


def _found(quarter: policy.Quarter) -> Found:
    """Count the official answers about cards, each with the version that was in force on its day."""
    official = Response.objects.counted().filter(day__range=(quarter.first, quarter.last), mode__in=ASSURED)
    answers = AnswerValue.objects.filter(response__in=official, option__is_missing=False).order_by()
    in_force, found = selectors.CardsInForce(), Found()
    for unit, service, day, value, count in _rows(answers.filter(item__code=policy.MATCH), "option__value"):
        place = (unit, service, in_force.on(service, day))
        found.n[place] += count
        found.k[place] += count if value in policy.MISMATCH else 0
    details = answers.filter(item__code=policy.DETAILS)
    for unit, service, day, value, count in _rows(details, "option__value"):
        found.named[unit, service, in_force.on(service, day)][value] += count
    for unit, service, day, count in _rows(details, of="response"):
        found.people[unit, service, in_force.on(service, day)] += count
    return found


def _rows(answers: QuerySet[AnswerValue], *by: str, of: str = "pk") -> Iterable[tuple[Any, ...]]:
    place = ("response__unit", "response__service", "response__day")
    return answers.values_list(*place, *by).annotate(total=Count(of, distinct=of != "pk"))


def _shown(counts: Counter[Place]) -> set[Place]:
    """Return the places whose figures may be shown: the tree of the reports, with the versions of the cards below."""
    return {key for key in policy.shown(_tree(counts)) if isinstance(key, tuple) and len(key) == 3}


def _tree(counts: Counter[Place]) -> Cell:
    units: dict[int | None, dict[int | None, list[Cell]]] = defaultdict(lambda: defaultdict(list))
    for (unit, service, card), count in counts.items():
        units[unit][service].append(Cell((unit, service, card), count))
    return _sum((), (_sum((unit,), _services(unit, found)) for unit, found in units.items()))


def _services(unit: int | None, found: dict[int | None, list[Cell]]) -> Iterator[Cell]:
    return (_sum((unit, service), cards) for service, cards in found.items())


def _sum(key: object, cells: Iterable[Cell]) -> Cell:
    children = list(cells)
    return Cell(key, sum(cell.n for cell in children), children)
