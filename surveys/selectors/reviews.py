"""Reads of service cards that visitors found wrong: which version was in force when, and whose reviews are open."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from directory.models import ServiceCardVersion, User
from directory.selectors import may_keep_pages
from portal.kernel import jalali
from surveys.models import CardReview
from surveys.policy import Quarter
from surveys.selectors.quarters import REPORT_READERS, units_reported_to
from surveys.selectors.questionnaires import holds


class CardsInForce:
    """Which version of a service's card was in force on a day; read once."""

    def __init__(self) -> None:
        self._published: dict[int, list[tuple[date, date | None, int]]] = defaultdict(list)
        rows = ServiceCardVersion.objects.order_by("service", "number")
        for service, card, since, until in rows.values_list("service", "pk", "published_at", "retired_at"):
            if since is None:
                continue
            last = jalali.local(until).date() if until else None
            self._published[service].append((jalali.local(since).date(), last, card))

    def on(self, service: int | None, day: date) -> int | None:
        """Return the version a visitor of that day could have read; on the day of a change, the new one."""
        found = None
        for since, until, card in self._published.get(service or 0, ()):
            if since <= day and (until is None or day <= until):
                found = card
        return found


def is_renewed(card: ServiceCardVersion) -> bool:
    """Tell whether a later version of a card was put in force."""
    later = ServiceCardVersion.objects.filter(service=card.service_id, number__gt=card.number)
    return later.exclude(published_at=None).exists()


def reviews_of(quarter: Quarter, units: Iterable[int]) -> QuerySet[CardReview]:
    """Return the reviews of these units' cards that a quarter opened, and those still open from before."""
    until = Q(year__lt=quarter.year) | Q(year=quarter.year, quarter__lt=quarter.number)
    own = Q(year=quarter.year, quarter=quarter.number)
    reviews = CardReview.objects.filter(own | until & Q(decision=""), card__service__unit__in=list(units))
    return reviews.select_related("card__service").order_by(
        "card__service__order", "card__service__code", "id"
    )


def reviews_known_to(user: User) -> QuerySet[CardReview]:
    """Return the reviews a member of staff may know of: keepers of the public pages all, heads those of their units."""
    if may_keep_pages(user) or holds(user, REPORT_READERS):
        return CardReview.objects.all()
    units = units_reported_to(user)
    none = CardReview.objects.none()
    return none if units is None else CardReview.objects.filter(card__service__unit__in=units.values("pk"))
