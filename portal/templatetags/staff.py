"""Parts of the admin's pages that a template cannot make alone."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from html import unescape
from typing import Any, NamedTuple
from urllib.parse import quote

from django import template
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import quote as quoted_key
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.template.loader import get_template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_noop, override
from django.utils.translation import gettext as _

from portal.templatetags.persian import fa_digits, jalali_datetime, jalali_day, said

register = template.Library()

#: How the framework's icons are named, and how we name them.
YES_NO = {'alt="True"': gettext_noop("Yes"), 'alt="False"': gettext_noop("No")}

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


@register.simple_tag(takes_context=True)
def section_crumb(context: template.Context, opts: Any) -> SafeString:
    """Return the section of a page for its trail, a link where the section is open to the reader."""
    name = opts.app_config.verbose_name
    for section in context["available_apps"]:
        if section["app_label"] == opts.app_label:
            return format_html('<a href="{}">{}</a>', section["app_url"], name)
    return format_html("{}", name)


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


@register.simple_tag(takes_context=True)
def stored(context: template.Context, field: Any) -> str:
    """Show a field that can only be read: days of the Jalali calendar, digits of the page, lists line by line.

    What it points to is a link for whoever may open it; for others it is a name.
    """
    name, row = field.field["field"], field.form.instance
    try:
        kind = row._meta.get_field(name) if isinstance(name, str) else None
    except FieldDoesNotExist:
        kind = None
    if isinstance(kind, models.ForeignKey) and (target := getattr(row, kind.name)):
        may_open = field.model_admin.may_open(context["request"], target)
        return (
            format_html('<a href="{}">{}</a>', _address(target), said(target)) if may_open else said(target)
        )
    value = getattr(row, str(name)) if kind and not kind.is_relation else None
    if isinstance(value, datetime):
        return jalali_datetime(value)
    if isinstance(value, date):
        return jalali_day(value)
    if isinstance(kind, models.IntegerField) and not kind.choices and value is not None:
        return fa_digits(value)
    if isinstance(value, list) and value:
        words = dict(getattr(getattr(kind, "base_field", None), "flatchoices", ()))
        return format_html_join(
            "", "<div>{}</div>", ((words.get(str(part)) or _line(part),) for part in value)
        )
    return _apart(said_yes_no(field.contents()))


def _address(row: models.Model) -> str:
    opts = row._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[quoted_key(row.pk)])


def _apart(shown: str) -> str:
    """Set words without markup of their own apart from the page, in their own direction."""
    lines = shown.replace("<br>", "\n")
    return shown if "<" in lines else said(unescape(lines))


@register.filter
def said_yes_no(cell: str) -> str:
    """Say yes and no in the page's language where the framework's icons say True and False."""
    for mark, words in YES_NO.items():
        if mark in cell:
            cell = SafeString(cell.replace(mark, f'alt="{_(words)}"'))
    return cell


def _line(part: object) -> str:
    """Return one part of a list in a line: the texts of a mapping beside one another, the English ones last."""
    if not isinstance(part, Mapping):
        return said(part)
    names = sorted(part, key=lambda name: str(name).endswith("en"))
    return format_html_join(" | ", "{}", ((said(part[name]),) for name in names if part[name]))


@register.simple_tag
def change_told(action: LogEntry, opts: Any) -> str:
    """Say what an entry of the record changed, each field by its label in the page's language.

    The framework keeps a label with a capital letter and looks that up, which no catalogue knows.
    """
    try:
        parts = json.loads(action.change_message)
    except ValueError:
        return action.get_change_message()
    labels = _labels(opts, get_language())
    for part in parts if isinstance(parts, list) else ():
        changed = part.get("changed") or {}
        if "fields" in changed:
            changed["fields"] = [labels.get(field, field) for field in changed["fields"]]
    return LogEntry(change_message=json.dumps(parts)).get_change_message()


@lru_cache(maxsize=128)
def _labels(opts: Any, _language: str | None) -> dict[str, str]:
    """Return the labels of a table's fields as the framework keeps them, with those of the page's language."""
    fields = [field for field in opts.get_fields() if hasattr(field, "verbose_name")]
    with override(None):
        kept = [capfirst(str(field.verbose_name)) for field in fields]
    return {name: capfirst(str(field.verbose_name)) for name, field in zip(kept, fields, strict=True)}
