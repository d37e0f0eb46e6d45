"""The codebook of a version: every question with its code, and every answer with the value that files hold."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.ui.sheets import Column
from surveys.models import Item, Option, Version


@dataclass(frozen=True)
class Entry:
    """An answer that a question offers; a question without any has one entry of its own."""

    item: Item
    option: Option | None = None


def entries(version: Version) -> Iterator[Entry]:
    """Yield the entries of a version in the order in which it asks."""
    for item in version.asked:
        options = list(item.options.all())
        yield from [Entry(item, option) for option in options] or [Entry(item)]


def codebook_columns() -> list[Column]:
    """Return the columns of a file of `Entry`s."""
    return [
        Column(_("code"), lambda entry: entry.item.code, 14),
        Column(_("kind"), lambda entry: str(entry.item.get_kind_display()), 20),
        Column(_("wording in Persian"), lambda entry: entry.item.wording_fa, 48),
        Column(_("wording in English"), lambda entry: entry.item.wording_en, 48),
        Column(_("compulsory"), lambda entry: int(entry.item.is_compulsory), 9),
        Column(_("limit"), lambda entry: entry.item.limit, 9),
        Column(_("ask only if"), lambda entry: _condition(entry.item), 30),
        Column(_("value"), lambda entry: entry.option.value if entry.option else "", 12),
        Column(_("label in Persian"), lambda entry: entry.option.label_fa if entry.option else "", 30),
        Column(_("label in English"), lambda entry: entry.option.label_en if entry.option else "", 30),
        Column(
            _("counts as no answer"), lambda entry: int(entry.option.is_missing) if entry.option else None, 9
        ),
    ]


def about_version(version: Version) -> list[tuple[str, str]]:
    """Return what must be known to read the codebook."""
    return [
        (_("questionnaire"), version.questionnaire.title),
        (_("version"), str(version.number)),
        (_("series"), str(version.series)),
        (_("what was changed and why"), version.change_note),
    ]


def _condition(item: Item) -> str:
    asked = item.show_if
    return " ".join([asked["item"], asked["op"], *asked.get("values", [])]) if asked else ""
