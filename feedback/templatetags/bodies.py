"""Bodies outside this organization that hear reports and complaints, for `components/outside.html`.

They stand in a file, so that the pages on rights need no database.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django import template

from directory.models import in_language

register = template.Library()

BODIES = Path(__file__).parent.parent / "data" / "external_bodies.csv"


@dataclass(frozen=True)
class Body:
    """One body: its name, what it hears and a note in both languages, and the phone that citizens call."""

    name_fa: str
    name_en: str
    phone: str
    note_fa: str
    note_en: str
    what_fa: str
    what_en: str

    @property
    def name(self) -> str:
        return in_language(self.name_fa, self.name_en)

    @property
    def note(self) -> str:
        return in_language(self.note_fa, self.note_en)

    @property
    def what(self) -> str:
        return in_language(self.what_fa, self.what_en)


@register.simple_tag
@lru_cache(maxsize=1)
def external_bodies() -> tuple[Body, ...]:
    """Return the bodies of the file, in its order."""
    with BODIES.open(encoding="utf-8", newline="") as file:
        return tuple(Body(**row) for row in csv.DictReader(file))
