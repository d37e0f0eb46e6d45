"""Parts of a page that a template cannot make alone: icons, links of the masthead, form controls, lozenges."""

import re
from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Self

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField, CheckboxInput, FileInput
from django.forms.widgets import ChoiceWidget, Select
from django.http import HttpRequest
from django.template.base import FilterExpression
from django.template.loader_tags import BlockNode
from django.templatetags.static import static
from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse
from django.utils.encoding import escape_uri_path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _

from portal.templatetags.persian import fa_digits, in_words, own_digits

register = template.Library()

SYMBOL = re.compile(r'<symbol id="i-([a-z]+)" viewBox="([0-9 ]+)">(.*?)</symbol>')
FONT_FILES = ("font.css", "vazirmatn.woff2", "vazirmatn-latin.woff2")
#: Icons that point along the line, drawn for Persian; on an English page they are turned round.
POINTERS = frozenset({"go", "next", "back"})


# --- Icons ------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _icons() -> dict[str, tuple[str, str]]:
    """Read name → (viewBox, shapes) from the master drawing, once a process."""
    drawing = Path(settings.BASE_DIR, "static", "img", "icons.svg").read_text(encoding="utf-8")
    return {name: (box, shapes) for name, box, shapes in SYMBOL.findall(drawing)}


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon of `static/img/icons.svg` in place; it always stands beside a word, so it is hidden from readers.

    Drawn where it is used: a page holds the shapes it shows and no others, and no bookkeeping. Raises KeyError for
    a name that is not in the drawing.
    """
    box, shapes = _icons()[name]
    look = "i flip" if name in POINTERS else "i"
    return format_html(
        '<svg class="{}" viewBox="{}" aria-hidden="true" focusable="false">{}</svg>',
        look,
        box,
        SafeString(shapes),
    )


@register.simple_tag
def font_links() -> SafeString:
    """Link the web font where it was fetched; without it the pages use the system's fonts.

    The two files are asked for early, Persian letters and the signs between them («» . :) being in different ones.
    A font that came after the static files were collected is left out until they are collected again.
    """
    if not settings.FONT_AVAILABLE:
        return SafeString("")
    try:
        sheet, *files = (static(f"fonts/{name}") for name in FONT_FILES)
    except ValueError:  # the storage knows no such file
        return SafeString("")
    early = format_html_join(
        "",
        '<link rel="preload" href="{}" as="font" type="font/woff2" crossorigin>\n',
        ((file,) for file in files),
    )
    return format_html('{}<link rel="stylesheet" href="{}">\n', early, sheet)


@register.simple_tag
def lozenges(passed: int, total: int) -> SafeString:
    """Draw one lozenge for each working day of a promise, the first `passed` filled; words must stand beside it."""
    total = max(1, min(total, 90))
    return _lozenges(max(0, min(passed, total)), total, get_language())


@lru_cache(maxsize=256)
def _lozenges(passed: int, total: int, language: str | None) -> SafeString:
    width = 14 * total
    along = [7 + 14 * day for day in range(total)]
    if language == "fa":
        along = [width - x for x in along]
    shapes = format_html_join(
        "",
        '<path{} d="M{} 2l5 5-5 5-5-5z"/>',
        ((SafeString("" if day < passed else ' class="off"'), x) for day, x in enumerate(along)),
    )
    words = _("%(passed)s of %(total)s working days had passed")
    return format_html(
        '<svg class="days" viewBox="0 0 {} 14" role="img" aria-label="{}">{}</svg>',
        width,
        words % {"passed": fa_digits(passed), "total": fa_digits(total)},
        shapes,
    )


# --- Links of the masthead --------------------------------------------------------------------------------------


#: The sections of the site; one that is not installed is left out of every menu.
SECTIONS = {
    "write": "feedback:choose",
    "track": "feedback:track",
    "services": "directory:services",
    "surveys": "surveys:index",
    "news": "directory:news",
    "contact": "directory:contact",
}


@register.simple_tag
def site_links() -> dict[str, str]:
    """Return the addresses of the sections that exist, by name, in the page's language."""
    return _site_links(get_language(), get_resolver())


@lru_cache(maxsize=8)
def _site_links(language: str, table: URLResolver) -> dict[str, str]:
    return {name: url for name, view in SECTIONS.items() if (url := _address(view))}


def _address(view: str, **parts: Any) -> str:
    try:
        return reverse(view, **parts)
    except NoReverseMatch:
        return ""


class Section(NamedTuple):
    """The section that a page is ("page") or lies under ("true"); without an address, it lies under none."""

    url: str
    mark: str


@register.simple_tag(takes_context=True)
def section_here(context: template.Context) -> Section:
    """Return the section of the page being shown."""
    path = getattr(context.get("request"), "path", "")
    here = next((url for url in site_links().values() if path.startswith(url)), "")
    return Section(here, "page" if path == here else "true")


@register.simple_tag
def nav_link(url: str, label: str, here: Section) -> SafeString:
    """Link to a section, marked where it is that of the page."""
    current = format_html(' aria-current="{}"', here.mark) if url == here.url else ""
    return format_html('<a href="{}"{}>{}</a>', url, current, label)


# --- The page in both languages ---------------------------------------------------------------------------------

#: Which page is shown: its name and what stands in its address.
Place = tuple[str, tuple[Any, ...], tuple[tuple[str, Any], ...]]
HOME: Place = ("home", (), ())


def _place(request: HttpRequest | None) -> Place | None:
    """Return the page that was asked for; nothing for an address that leads nowhere."""
    here = request.resolver_match if request else None
    return (here.view_name, tuple(here.args), tuple(here.kwargs.items())) if here else None


@lru_cache(maxsize=64)
def _addresses(place: Place, table: URLResolver) -> dict[str, str]:
    """Return the addresses of a page by language; none for a page without a name."""
    view, args, kwargs = place
    found = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            found[code] = _address(view, args=args, kwargs=dict(kwargs))
    return found if all(found.values()) else {}


@dataclass(frozen=True)
class OtherLanguage:
    """The way to this page in the other language."""

    code: str
    name: str
    url: str
    #: Where the button comes back to, on a page that has one address in both.
    back: str


@register.simple_tag(takes_context=True)
def other_language(context: template.Context) -> OtherLanguage:
    """Return the same page in the other language; its home page where this page has no twin.

    Pages of the staff have one address; their language is chosen by a button, which comes back to them.
    """
    code, name = ("en", "English") if get_language() == "fa" else ("fa", "فارسی")
    request: HttpRequest | None = context.get("request")
    place, home = _place(request), _addresses(HOME, get_resolver())[code]
    if request is None or place is None:
        return OtherLanguage(code, name, home, back="")
    # `portal.middleware.StaffLanguage` chose the language of such a page, and not its address.
    has_one_address = getattr(request, "has_one_address", False)
    own = escape_uri_path(request.path) if has_one_address else _addresses(place, get_resolver()).get(code)
    asked = request.META.get("QUERY_STRING", "") if request.method == "GET" else ""
    url = f"{own}?{asked}" if own and asked else own or home
    return OtherLanguage(code, name, url, back=url if has_one_address else "")


@register.simple_tag(takes_context=True)
def page_addresses(context: template.Context) -> SafeString:
    """Name the page's own address, without a question, and those of its twins, for search engines and link previews.

    Nothing for what has no twin, such as an answer to an address that leads nowhere.
    """
    place = _place(context.get("request"))
    return _page_addresses(place, get_language(), get_resolver()) if place else SafeString("")


@lru_cache(maxsize=128)
def _page_addresses(place: Place, language: str | None, table: URLResolver) -> SafeString:
    urls = {code: settings.PUBLIC_URL + url for code, url in _addresses(place, table).items()}
    if not urls:
        return SafeString("")
    own = urls[language or settings.LANGUAGE_CODE]
    twins = [*urls.items(), ("x-default", urls[settings.LANGUAGE_CODE])]
    links = format_html_join("", '<link rel="alternate" hreflang="{}" href="{}">\n', twins)
    shape = '<link rel="canonical" href="{0}">\n{1}<meta property="og:url" content="{0}">\n'
    return format_html(shape, own, links)


@register.simple_tag(takes_context=True)
def block_again(context: template.Context, name: str) -> SafeString:
    """Render what a page put into a block once more, on one line, for an attribute."""
    rendered = BlockNode(name, template.NodeList()).render(context)
    return SafeString(" ".join(rendered.split()))


class Constant(template.Node):
    """A part of a template that is the same on every page of a language, or on those of one kind in a language."""

    def __init__(self, parts: template.NodeList | template.Node, *kind: FilterExpression) -> None:
        self.parts, self.kind = parts, kind
        self.drawn: dict[Hashable, str] = {}

    def render(self, context: template.Context) -> str:
        key = self.key(context)
        if key not in self.drawn:
            self.drawn[key] = self.parts.render(context)
        return self.drawn[key]

    def key(self, context: template.Context) -> Hashable:
        """Return what the words and addresses of this part depend on, on this page."""
        return get_language(), get_resolver(), *[value.resolve(context) for value in self.kind]

    @classmethod
    def between(cls, parser: template.base.Parser, token: template.base.Token) -> Self:
        """Make one of what stands between a tag and its end, for the kinds that the tag names."""
        name, *kind = token.split_contents()
        parts = parser.parse((f"end{name}",))
        parser.delete_first_token()
        return cls(parts, *map(parser.compile_filter, kind))


@register.tag
def constant(parser: template.base.Parser, token: template.base.Token) -> Constant:
    """Render what stands between `{% constant %}` and `{% endconstant %}` once per language and process.

    For words and addresses only: nothing inside may depend on the request, the reader or the database. What depends
    on values that have few variants is rendered once for each, as `{% constant value %}`.
    """
    return Constant.between(parser, token)


# --- Forms ------------------------------------------------------------------------------------------------------


def _described_by(field: BoundField) -> str:
    """Return the ids of the error and the hint, error first: that is what must be heard first."""
    ids = [f"{field.auto_id}_error"] if field.errors else []
    return " ".join([*ids, f"{field.auto_id}_helptext"] if field.help_text else ids)


@register.simple_tag
def described_by(field: BoundField) -> SafeString:
    """Return the aria-describedby attribute of a group of choices, or nothing."""
    ids = _described_by(field)
    return format_html(' aria-describedby="{}"', ids) if ids else SafeString("")


@register.simple_tag
def control(field: BoundField) -> str:
    """Draw the input of a field with the portal's class and its descriptions."""
    widget = field.field.widget
    attrs: dict[str, Any] = {}
    own = widget.attrs.get("class", "")
    if isinstance(widget, FileInput):
        attrs["class"] = f"in file {own}".rstrip()
    elif isinstance(widget, Select) or not isinstance(widget, CheckboxInput | ChoiceWidget):
        attrs["class"] = f"in {own}".rstrip()
    if not field.use_fieldset and (ids := _described_by(field)):
        attrs["aria-describedby"] = ids
    return field.as_widget(attrs=attrs)


@dataclass(frozen=True)
class Fault:
    """One thing to mend: where the link goes and what it says."""

    target: str
    text: str


@register.simple_tag
def faults(form: BaseForm) -> list[Fault]:
    """List what is still to be mended, in the order of the form; a bare «required» gets its field's name."""
    found = [Fault("", own_digits(error)) for error in form.non_field_errors()]
    for field in (form[name] for name in form.fields if name in form.errors):
        target, label = ("", "") if field.is_hidden else (field.auto_id, str(field.label))
        found += [Fault(target, _named(label, own_digits(error))) for error in field.errors]
    return found


def _named(label: str, error: str) -> str:
    """Put the field's name before an error that does not say it; a question needs no colon."""
    if label in error:
        return error
    pattern = (
        "{} {}"
        if label.endswith(("؟", "?", ":"))
        else _("%(label)s: %(error)s") % {"label": "{}", "error": "{}"}
    )
    return format_html(pattern, label, error)


def _faults_title(count: int) -> str:
    words = ngettext("%(count)s place still needs work", "%(count)s places still need work", count)
    return capfirst(words % {"count": in_words(count)})


@register.filter
def faults_title(found: list[Fault]) -> str:
    """Return the heading of the error summary."""
    return _faults_title(len(found))


@register.simple_tag
def title_faults(form: BaseForm) -> str:
    """Return what the page's title starts with after a refused form; nothing while it is in order."""
    count = sum(len(errors) for errors in form.errors.values()) if form.is_bound else 0
    return _("%(faults)s: ") % {"faults": _faults_title(count)} if count else ""
