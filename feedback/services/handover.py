"""The one-time code that staff hands over: its citizen replaces it by a code of his own before seeing the case.

The fresh code is derived from a token of the citizen's page, like the code of a form (decision 3). It is shown first
and takes effect when he says that he has kept it, so that a lost connection never costs anybody the case.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from feedback.enums import EventKind
from feedback.models import Case
from feedback.services.change import lock, record
from feedback.services.intake import MAX_DRAWS
from portal.kernel import codes


class CodeSpent(Exception):
    """The one-time code was replaced before, perhaps by somebody else."""


def fresh_code(*, token: str) -> str:
    """Return the code that a page's token gives: the same one each time it is looked at."""
    return _free_code(token)[0]


def _free_code(token: str) -> tuple[str, int, bytes]:
    """Return the first code derived from the token that opens no case yet, with its key and hash."""
    key, pepper = next(iter(settings.CODE_PEPPERS.items()))
    drawn = (codes.derive(token, pepper=pepper, attempt=attempt) for attempt in range(MAX_DRAWS))
    hashes = ((code, codes.digest(code, pepper)) for code in drawn)
    code, digest = next(pair for pair in hashes if not Case.objects.filter(code_hash=pair[1]).exists())
    return code, key, digest


@transaction.atomic
def replace_code(*, case_id: int, mark: str, token: str, at: datetime) -> Case:
    """Put the fresh code of the token in the place of the one-time code whose hash begins with `mark`.

    From then on the one-time code is as unknown as any other. Raises `CodeSpent`.
    """
    case = lock(case_id=case_id)
    if not case.code_is_one_time or bytes(case.code_hash)[:8].hex() != mark:
        raise CodeSpent
    _code, case.code_key, case.code_hash = _free_code(token)
    case.code_is_one_time = False
    case.save(update_fields=["code_key", "code_hash", "code_is_one_time"])
    record(case, EventKind.CODE_REPLACED, at=at)
    return case
