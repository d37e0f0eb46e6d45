"""Offering the survey after an answer to a case: it is counted, and the answer gets a code that nobody stores."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count

from directory.models import Unit
from portal.kernel import jalali
from surveys import policy
from surveys.models import Offer, VisitSheet
from surveys.models.visit import MOST_CODES
from surveys.selectors import offer_digests
from surveys.services.visits import mint

#: How long the codes of a quarter's answers hold after its end.
HELD = timedelta(days=30)


@transaction.atomic
def offer_survey(
    *, key: str, unit_id: int, at: datetime, service_id: int | None = None, has_code: bool = False
) -> Offer:
    """Count that a survey was offered after an answer, once for each `key` (the answer's number).

    With `has_code` the answer takes the next code of its unit's, service's and quarter's sheet; `selectors.code_of`
    finds it again for whoever holds the key. Nothing here says whose answer it is.
    """
    day = jalali.local(at).date()
    offer, is_new = Offer.objects.get_or_create(
        digest=offer_digests(key)[0], defaults={"unit_id": unit_id, "day": day}
    )
    if is_new and has_code:
        # Two answers of a unit at once take two places, not one.
        Unit.objects.select_for_update(no_key=True).get(pk=unit_id)
        offer.sheet, offer.place = _free_place(unit_id, service_id, policy.quarter_of(day))
        offer.save(update_fields=["sheet", "place"])
    return offer


def _free_place(unit_id: int, service_id: int | None, quarter: policy.Quarter) -> tuple[VisitSheet, int]:
    """Return the sheet whose codes the answers of a quarter take, and the next place on it.

    A new sheet where there is none under the newest pepper, or the last is full.
    """
    newest = next(iter(settings.CODE_PEPPERS))
    own = VisitSheet.objects.filter(
        of_cases=True, unit=unit_id, service=service_id, issued_on=quarter.first, key=newest
    )
    last = own.annotate(taken=Count("offers")).order_by("-pk").first()
    if last is not None and last.taken < last.count:
        return last, last.taken
    sheet = VisitSheet(
        unit_id=unit_id,
        service_id=service_id,
        count=MOST_CODES,
        of_cases=True,
        expires_on=quarter.last + HELD,
    )
    return mint(sheet=sheet, actor=None, day=quarter.first), 0
