"""Reads of closed quarters: their countings, and sums over their tallies."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet, Sum

from directory.enums import Role
from directory.models import Unit, User
from directory.selectors import reach
from surveys.enums import WRITTEN, ItemKind
from surveys.models import AnswerValue, Closing, Item, Questionnaire, Response, Tally
from surveys.policy import Quarter
from surveys.selectors.questionnaires import holds

#: Who reads the reports of the whole organization; heads read it with their own units only.
REPORT_READERS = (Role.MANAGER, Role.ADMINISTRATOR)


def units_reported_to(user: User) -> QuerySet[Unit] | None:
    """Return the units whose figures a member of staff may read; None when the reports are not for him at all."""
    return Unit.objects.all() if holds(user, REPORT_READERS) else units_headed_by(user)


def units_headed_by(user: User) -> QuerySet[Unit] | None:
    """Return the units that a head answers for, with those below them; None for everybody else."""
    heads = reach(user).heads
    return Unit.objects.filter(pk__in=heads) if heads else None


def headlines() -> dict[int, str]:
    """Return questionnaire → code of its headline: the first compulsory five-point question it ever had."""
    scales = Item.objects.filter(kind=ItemKind.FIVE_POINT, is_compulsory=True)
    order = ("version__questionnaire", "version__number", "section__order", "section_id", "order")
    rows = scales.order_by(*order).distinct("version__questionnaire")
    return dict(rows.values_list("version__questionnaire", "code"))


def closings() -> list[Closing]:
    """Return the latest counting of every closed quarter, the newest quarter first."""
    rows = Closing.objects.order_by("-year", "-quarter", "-edition").distinct("year", "quarter")
    return list(rows)


def closing_of(quarter: Quarter) -> Closing | None:
    """Return the latest counting of a quarter."""
    return Closing.objects.filter(year=quarter.year, quarter=quarter.number).order_by("-edition").first()


def sums(
    closings: Iterable[Closing], questionnaire: Questionnaire, by: Sequence[str], **where: Any
) -> list[tuple[Any, ...]]:
    """Return rows of `by` and the number summed over the tallies of these countings."""
    tallies = Tally.objects.filter(
        closing__in=[closing.pk for closing in closings], questionnaire=questionnaire, **where
    )
    return list(tallies.order_by().values_list(*by).annotate(total=Sum("count")))


def words_of(questionnaire: Questionnaire, quarter: Quarter) -> QuerySet[AnswerValue]:
    """Return what people wrote in a quarter in their own words, in the order of random numbers."""
    days = (quarter.first, quarter.last)
    counted = Response.objects.counted().filter(version__questionnaire=questionnaire, day__range=days)
    words = AnswerValue.objects.filter(response__in=counted, item__kind__in=WRITTEN).exclude(text="")
    return words.select_related("item").order_by("id")
