"""The way into a case by its tracking code, and the plain question before it when codes are guessed."""

from datetime import datetime, timedelta

from django.conf import settings

from feedback.models import Case, WrongCodes
from feedback.selectors.reference import reference_lately
from portal.kernel import codes
from portal.rows import Given, Prepared

EVERYWHERE = -1
CASE = Prepared(lambda: Case.objects.filter(pk=Given("case")))
CASE_BY_TOKEN = Prepared(lambda: Case.objects.filter(token_digest=Given("digest")))
CASE_BY_HASH = Prepared(lambda: Case.objects.filter(code_hash=Given("hash")))
WRONG_CODES = Prepared(
    lambda: WrongCodes.objects.filter(
        hour__gte=Given("since"), neighbourhood__in=[Given("neighbourhood"), EVERYWHERE]
    )
)


def case_by_code(code: str) -> Case | None:
    """Return the case that a well-typed tracking code opens, under any pepper still accepted; else None.

    Every pepper is tried whatever comes of it: a wrong code takes as long as a right one.
    """
    hashes = [codes.digest(code, pepper) for pepper in settings.CODE_PEPPERS.values()]
    found = [case for one in hashes for case in CASE_BY_HASH.rows(hash=one)]
    return found[0] if found else None


def case_by_token(digest: bytes) -> Case | None:
    """Return the case that a form's token made, by the token's digest, with its unit and service."""
    case = CASE_BY_TOKEN.first(digest=digest)
    return reference_lately().with_places(case) if case else None


def question_needed(*, neighbourhood: int, at: datetime) -> bool:
    """Tell whether so many wrong codes came lately that the next one must answer a plain question."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    rows = WRONG_CODES.rows(since=hour - timedelta(hours=1), neighbourhood=neighbourhood)
    near = sum(row.count for row in rows if row.neighbourhood == neighbourhood)
    everywhere = sum(row.count for row in rows if row.neighbourhood == EVERYWHERE)
    return near >= settings.WRONG_CODES_NEAR or everywhere >= settings.WRONG_CODES_ALL


def case_of_visit(case_id: int, mark: str) -> Case | None:
    """Return the case of a citizen's visit, or None when the code that began it (`mark`) was replaced since."""
    case = CASE.first(case=case_id)
    return case if case and bytes(case.code_hash)[:8].hex() == mark else None
