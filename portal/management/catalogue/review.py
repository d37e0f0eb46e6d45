"""Find what is wrong in a Persian catalogue: gaps, broken placeholders, and faults of style that are never right."""

import re
from collections.abc import Iterator

import polib

from portal.kernel.wording import findings
from portal.management.catalogue.store import key
from portal.management.catalogue.style import office_words, style_faults

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")
#: The page that quotes the law.
LAWS = "templates/about/strategy.html"


def faults(stored: polib.POFile, wanted: polib.POFile) -> Iterator[str]:
    """Yield one line for each fault of the stored catalogue; `wanted` is the merge with the sources."""
    have = {key(entry): entry for entry in stored if not entry.obsolete}
    need = {key(entry): entry for entry in wanted}
    yield from (f"missing: {_name(entry)}" for name, entry in need.items() if name not in have)
    yield from (f"obsolete: {_name(entry)}" for name, entry in have.items() if name not in need)
    yield from (f"obsolete: {_name(entry)}" for entry in stored.obsolete_entries())
    for name in have.keys() & need.keys():
        if bool(have[name].msgid_plural) != bool(need[name].msgid_plural):
            yield f"plural form differs from the source: {_name(have[name])}"
    for entry in have.values():
        yield from _entry_faults(entry)


def _entry_faults(entry: polib.POEntry) -> Iterator[str]:
    for text in (entry.msgid, entry.msgid_plural, *_translations(entry)):
        yield from (f"frightens people ({found.deterrent}): {found.sentence!r}" for found in findings(text))
    if entry.fuzzy:
        yield f"fuzzy: {_name(entry)}"
    if not all(_translations(entry)):
        yield f"untranslated: {_name(entry)}"
        return
    for translation in _translations(entry):
        if not placeholders_fit(entry, translation):
            yield f"placeholders differ: {_name(entry)} -> {translation!r}"
        yield from (f"{fault}: {translation!r}" for fault in style_faults(translation))
        if LAWS not in (path for path, _line in entry.occurrences):
            yield from (f"officialese, {fault}: {translation!r}" for fault in office_words(translation))


def _translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def placeholders_fit(entry: polib.POEntry, translation: str) -> bool:
    """Say whether a translation uses the placeholders of its text; a plural form may leave out the number."""
    have = _placeholders(translation)
    one = _placeholders(entry.msgid)
    many = _placeholders(entry.msgid_plural) if entry.msgid_plural else one
    return one & many <= have <= one | many


def _placeholders(text: str) -> set[str]:
    return {found.group() for found in PLACEHOLDER.finditer(text.replace("%%", ""))}


def _name(entry: polib.POEntry) -> str:
    where = f" ({', '.join(path for path, _line in entry.occurrences)})" if entry.occurrences else ""
    return f"{entry.msgid!r}{where}"
