"""The .po file: read, merge, write in one stable form, compile.

As a program it compiles what is missing or old and loads no Django for it: what `manage.py messages --compile` does,
where a start waits for it.
"""

import os
from pathlib import Path

import polib

from portal.management.catalogue.compiled import uncompiled
from portal.management.catalogue.extract import Text

WIDTH = 110
HEADER = {
    "Project-Id-Version": "portal",
    "Language": "fa",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n > 1);",
}
PLURAL_FORMS = 2


def read(path: Path) -> polib.POFile:
    """Return the catalogue, an empty one when the file is not there yet."""
    if path.exists():
        return polib.pofile(str(path), wrapwidth=WIDTH)
    catalogue = polib.POFile(wrapwidth=WIDTH)
    catalogue.metadata = dict(HEADER)
    return catalogue


def key(entry: polib.POEntry) -> tuple[str, str | None]:
    """Return what gettext looks an entry up by."""
    return entry.msgid, entry.msgctxt


def merged(old: polib.POFile, texts: dict[Text, set[str]]) -> polib.POFile:
    """Return a sorted catalogue of exactly these texts, with the translations that `old` has for them."""
    known = {key(entry): entry for entry in old if not entry.obsolete}
    plurals: dict[tuple[str, str | None], str] = {}
    files: dict[tuple[str, str | None], set[str]] = {}
    for (
        text,
        paths,
    ) in texts.items():  # words that stand alone in one place and are counted in another are one entry
        name = (text.msgid, text.context)
        plurals[name] = max(plurals.get(name, ""), text.plural)
        files.setdefault(name, set()).update(paths)
    new = polib.POFile(wrapwidth=WIDTH)
    new.metadata = dict(old.metadata)
    for name in sorted(plurals, key=lambda name: (name[0].lower(), name[0], name[1] or "")):
        entry = _entry(Text(name[0], plurals[name], name[1]), known.get(name))
        entry.occurrences = [(path, "") for path in sorted(files[name])]
        new.append(entry)
    return new


def _entry(text: Text, old: polib.POEntry | None) -> polib.POEntry:
    entry = polib.POEntry(msgid=text.msgid, msgctxt=text.context)
    if text.plural:
        entry.msgid_plural, entry.msgstr_plural = text.plural, _plural_forms(old)
    elif old:
        entry.msgstr = old.msgstr or old.msgstr_plural.get(0, "")
    if old:
        entry.comment, entry.tcomment = old.comment, old.tcomment
        entry.flags = [flag for flag in old.flags if flag != "python-format"]
    if "%(" in text.msgid + text.plural:
        entry.flags.append("python-format")
    return entry


def _plural_forms(old: polib.POEntry | None) -> dict[int, str]:
    forms = old.msgstr_plural if old else {}
    return {number: forms.get(number, "") for number in range(PLURAL_FORMS)}


def write(catalogue: polib.POFile, path: Path) -> None:
    """Write the catalogue in place of the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path))


def compile_all(folder: Path) -> int:
    """Compile every catalogue under a locale folder whose .mo file is missing or older; return how many were."""
    stale = uncompiled(folder)
    for path in stale:
        draft = path.with_suffix(f".mo.{os.getpid()}")
        read(path).save_as_mofile(str(draft))
        draft.replace(path.with_suffix(".mo"))
    return len(stale)


if __name__ == "__main__":
    compile_all(Path(__file__).resolve().parents[2] / "locale")
