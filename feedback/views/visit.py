"""A citizen's visit to one case: what its ticket holds."""

from dataclasses import dataclass
from datetime import UTC, datetime

from feedback.models import Case


@dataclass(frozen=True)
class Visit:
    """The case, the mark of the code that opened it, and when the case had been opened before (seconds, 0: never).

    The mark is the start of the code's hash: a code that was replaced since opens nothing any more.
    """

    case_id: int
    mark: str
    before: int

    @classmethod
    def of(cls, case: Case) -> "Visit":
        """Begin a visit with a case found by its code."""
        before = int(case.opened_at.timestamp()) if case.opened_at else 0
        return cls(case.pk, bytes(case.code_hash)[:8].hex(), before)

    @classmethod
    def read(cls, ticket: str | None) -> "Visit | None":
        """Read the visit from its ticket; None without one, or from an older release's ticket of another shape."""
        parts = (ticket or "").split(".")
        return cls(int(parts[0]), parts[1], int(parts[2])) if len(parts) == 3 else None

    def __str__(self) -> str:
        return f"{self.case_id}.{self.mark}.{self.before}"

    @property
    def last_opened(self) -> datetime | None:
        """When somebody last opened the case before this visit."""
        return datetime.fromtimestamp(self.before, UTC) if self.before else None
