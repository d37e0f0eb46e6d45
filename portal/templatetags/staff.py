"""Parts of the admin's pages that a template cannot make alone."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote

from django import template
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.template.loader import get_template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from portal.templatetags.persian import fa_digits, jalali_datetime, jalali_day

register = template.Library()

#: Marks of the choice that is in force.
CHOSEN, IN_FORCE = SafeString(' class="selected"'), SafeString(' aria-current="true"')


@register.simple_tag
def page_link(changelist: Any, number: int | str) -> SafeString:
    """Link to a page of a list; the page one is on is no link, what is left out between pages is an ellipsis."""
    if number == changelist.paginator.ELLIPSIS:
        return format_html("{}", number)
    if number == changelist.page_num:
        return format_html('<span class="this-page" aria-current="page">{}</span>', fa_digits(number))
    return format_html(
        '<a href="{}">{}</a>', changelist.get_query_string({PAGE_VAR: number}), fa_digits(number)
    )


class Page(NamedTuple):
    """A page of the workplace as a link."""

    label: str
    name: str
    url: str
    add: str
    is_here: bool


class Section(NamedTuple):
    """The pages of one app."""

    label: str
    name: str
    url: str
    is_here: bool
    pages: tuple[Page, ...]


@register.simple_tag(takes_context=True)
def sections(context: Any, apps: Iterable[Mapping[str, Any]]) -> SafeString:
    """Draw the pages of the workplace that are open to the reader.

    They stand beside every page and differ by reader and language only: what was drawn once is used again.
    """
    here = quote(context["request"].path)
    told = tuple(
        Section(
            label=app["app_label"],
            name=str(app["name"]),
            url=app["app_url"],
            is_here=app["app_url"] in here,
            pages=tuple(_page(model, here) for model in app["models"]),
        )
        for app in apps
    )
    return _sections(told, get_language())


def _page(model: Mapping[str, Any], here: str) -> Page:
    url = model["admin_url"] or ""
    return Page(
        label=model["object_name"].lower(),
        name=str(model["name"]),
        url=url,
        add=model["add_url"] or "",
        is_here=bool(url) and url in here,
    )


@lru_cache(maxsize=512)
def _sections(told: tuple[Section, ...], _language: str | None) -> SafeString:
    return SafeString(get_template("admin/app_list.html").render({"sections": told}))


@register.simple_tag
def choices_of_filter(choices: Iterable[Mapping[str, Any]]) -> SafeString:
    """Draw what a list can be narrowed to, without a template for each of the dozens of choices."""
    return format_html_join(
        "\n",
        '<li{}><a href="{}"{}>{}</a></li>',
        (
            (
                CHOSEN if choice["selected"] else "",
                choice["query_string"],
                IN_FORCE if choice["selected"] else "",
                choice["display"],
            )
            for choice in choices
        ),
    )


@register.filter
def bare(field: Any) -> Any:
    """Return a form field without its placeholder (a label stays while one types) and without a hint of HTML."""
    field.field.widget.attrs.pop("placeholder", None)
    if "<" in str(field.help_text):
        field.help_text = ""
    return field


@register.filter
def labelled(field: Any, label: str) -> Any:
    """Return a form field under another label, where a package gives it none that can be translated."""
    field.label = label
    return field


@register.filter
def stored(field: Any) -> str:
    """Show a field that can only be read: days of the Jalali calendar, digits of the page, lists line by line."""
    name, row = field.field["field"], field.form.instance
    try:
        kind = row._meta.get_field(name) if isinstance(name, str) else None
    except FieldDoesNotExist:
        kind = None
    value = getattr(row, name) if kind and not kind.is_relation else None
    if isinstance(value, datetime):
        return jalali_datetime(value)
    if isinstance(value, date):
        return jalali_day(value)
    if isinstance(kind, models.IntegerField) and not kind.choices and value is not None:
        return fa_digits(value)
    if isinstance(value, list) and value:
        return format_html_join("", "<div>{}</div>", ((_line(part),) for part in value))
    shown: str = field.contents()
    return shown


def _line(part: object) -> str:
    """Return one part of a list in a line: the texts of a mapping beside one another, the English ones last."""
    if not isinstance(part, Mapping):
        return str(part)
    names = sorted(part, key=lambda name: str(name).endswith("en"))
    return " | ".join(str(part[name]) for name in names if part[name])
