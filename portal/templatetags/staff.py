"""Parts of the admin's pages that a template cannot make alone."""

from typing import Any

from django import template
from django.contrib.admin.views.main import PAGE_VAR
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.templatetags.persian import fa_digits

register = template.Library()


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
