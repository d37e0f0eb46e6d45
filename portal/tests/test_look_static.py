"""Budgets and house rules of stylesheets, script and templates, held against the files themselves."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from portal.templatetags.page import icon

BASE = Path(settings.BASE_DIR)
TEMPLATES = sorted((BASE / "templates").rglob("*.html"))
STYLES = sorted((BASE / "static" / "css").glob("*.css"))
#: Fixed pages that must stand on their own feet.
FIXED = {"500.html", "503.html"}
#: Namespaces of drawings are names, not requests.
NAMES = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink")


def page_templates() -> list[Path]:
    """Return the templates of pages; messages to citizens have rules of their own."""
    return [path for path in TEMPLATES if "messages" not in path.parts]


def test_styles_when_weighed_then_they_keep_to_twenty_kilobytes() -> None:
    assert (
        sum((BASE / "static" / "css" / name).stat().st_size for name in ("tokens.css", "portal.css"))
        <= 20_000
    )


def test_script_when_weighed_then_it_keeps_to_twelve_kilobytes() -> None:
    assert (BASE / "static" / "js" / "portal.js").stat().st_size <= 12 * 1024


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_style_when_read_then_it_uses_logical_properties_only(path: Path) -> None:
    sides = r"(?<![-\w])(margin|padding|border)-(left|right)|(?<![-\w])(left|right|width|height)\s*:"
    physical = sides + r"|float\s*:\s*(left|right)"
    own = re.sub(r"@media\([^)]*\)|url\([^)]*\)", "", path.read_text(encoding="utf-8"))

    assert [match[0] for match in re.finditer(physical, own)] == []


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_style_when_it_names_a_file_then_the_file_is_there(path: Path) -> None:
    named = re.findall(r"url\((?![\"']?data:)[\"']?([^)\"']+)", path.read_text(encoding="utf-8"))

    assert [name for name in named if not (path.parent / name).resolve().is_file()] == []


@pytest.mark.parametrize("path", page_templates(), ids=lambda path: path.relative_to(BASE).as_posix())
def test_template_when_read_then_nothing_is_inline_and_no_other_host_is_asked(path: Path) -> None:
    source = path.read_text(encoding="utf-8")

    assert not re.search(
        r"\sstyle=|<style|\son[a-z]+=\"|<script(?![^>]*(?:\ssrc=|type=\"application/json\"))", source
    )
    hosts = re.findall(r"(?:https?:)?//[\w.-]+\.[a-z]{2,}[^\s\"'<)]*", source)
    assert [host for host in hosts if not host.startswith(NAMES)] == []


@pytest.mark.parametrize("path", page_templates(), ids=lambda path: path.relative_to(BASE).as_posix())
def test_template_when_it_shows_an_icon_then_the_icon_is_drawn(path: Path) -> None:
    for name in re.findall(r"{% icon \"(\w+)\" %}", path.read_text(encoding="utf-8")):
        assert "<path" in icon(name)


def test_template_when_it_is_a_fixed_page_then_nothing_in_it_can_fail() -> None:
    for name in FIXED:
        source = (BASE / "templates" / name).read_text(encoding="utf-8")

        assert "{%" not in source
        assert "{{" not in source
        assert 'lang="en" dir="ltr"' in source


def test_fixed_pages_when_they_name_styles_then_the_files_are_there() -> None:
    for name in FIXED:
        source = (BASE / "templates" / name).read_text(encoding="utf-8")

        for path in re.findall(r'"/static/([^"]+)"', source):
            assert (BASE / "static" / path).is_file()
