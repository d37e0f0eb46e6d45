"""Read the translatable texts out of Python sources and templates, without GNU gettext."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from django.utils.translation.template import templatize

APPS = ("portal", "directory", "routing", "feedback", "surveys")
SKIPPED = {"migrations", "tests", "embedded", "__pycache__"}
TEMPLATE_ENDINGS = {".html", ".txt", ".subject", ".sms"}

#: Function of django.utils.translation -> what its first arguments are.
CALLS: dict[str, tuple[str, ...]] = {
    "_": ("msgid",),
    "gettext": ("msgid",),
    "gettext_lazy": ("msgid",),
    "gettext_noop": ("msgid",),
    "ngettext": ("msgid", "plural"),
    "ngettext_lazy": ("msgid", "plural"),
    "pgettext": ("context", "msgid"),
    "pgettext_lazy": ("context", "msgid"),
    "npgettext": ("context", "msgid", "plural"),
    "npgettext_lazy": ("context", "msgid", "plural"),
}

LITERAL = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
TEMPLATE_CALL = re.compile(
    rf"(?<!\w)(?P<name>_|n?p?gettext)\((?P<first>{LITERAL})(?:, (?P<second>{LITERAL}))?(?:, (?P<third>{LITERAL}))?"
)


class Text(NamedTuple):
    """One translatable text."""

    msgid: str
    plural: str = ""
    context: str | None = None


def texts_of(root: Path) -> dict[Text, set[str]]:
    """Return every text under a checkout with the files that use it, as paths relative to `root`."""
    found: dict[Text, set[str]] = {}
    for path, text in _all_texts(root):
        found.setdefault(text, set()).add(path.relative_to(root).as_posix())
    return found


def _all_texts(root: Path) -> Iterator[tuple[Path, Text]]:
    for app in APPS:
        for path in _files(root / app, {".py"}):
            yield from ((path, text) for text in python_texts(path.read_text(encoding="utf-8")))
    for folder in (root / "templates", *(root / app / "templates" for app in APPS)):
        for path in _files(folder, TEMPLATE_ENDINGS):
            yield from ((path, text) for text in template_texts(path.read_text(encoding="utf-8")))


def _files(folder: Path, endings: Iterable[str]) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in endings and not SKIPPED & set(path.relative_to(folder).parts):
            yield path


def python_texts(source: str) -> Iterator[Text]:
    """Yield the literal texts handed to Django's translation functions, whatever name they were imported under."""
    tree = ast.parse(source)
    names = _names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            roles = CALLS.get(_called(node.func, names), ())
            values = dict(zip(roles, map(_literal, node.args), strict=False))
            if values.get("msgid"):
                yield Text(values["msgid"] or "", values.get("plural") or "", values.get("context"))


def _names(tree: ast.Module) -> dict[str, str]:
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
    }


def _called(function: ast.expr, names: dict[str, str]) -> str:
    if isinstance(function, ast.Attribute):  # translation.gettext(…)
        return function.attr if function.attr in CALLS and function.attr != "_" else ""
    return names.get(function.id, "") if isinstance(function, ast.Name) else ""


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def template_texts(source: str) -> Iterator[Text]:
    """Yield the texts of translate and blocktranslate tags and of `_("…")` in a template."""
    for call in TEMPLATE_CALL.finditer(templatize(source)):
        arguments = [ast.literal_eval(part) for part in call.group("first", "second", "third") if part]
        values = dict(zip(CALLS[call["name"]], arguments, strict=False))
        yield Text(values["msgid"], values.get("plural", ""), values.get("context"))
