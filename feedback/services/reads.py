"""Writing down who looked into a confidential case (PRODUCT.md section 9)."""

from datetime import datetime

from directory.models import User
from feedback.models import Case, CaseRead


def note_read(*, case: Case, reader: User, at: datetime) -> None:
    """Write down that `reader` looked into a confidential case; looks within one hour are one row.

    Called by every door that shows a case, its record or its files, before anything is shown: what cannot be written
    down is not shown.
    """
    hour = at.replace(minute=0, second=0, microsecond=0)
    row = CaseRead(case=case, reader=reader, hour=hour, at=at)
    CaseRead.objects.bulk_create([row], ignore_conflicts=True)
