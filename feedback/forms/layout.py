"""Parts of a form's layout: sections of the manuscript page, and what belongs to a choice."""

from collections.abc import Collection
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout, LayoutObject
from django.forms import BaseForm
from django.template import Context
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString

Words = str | Promise


def laid_out(*fields: Any) -> FormHelper:
    """Return how a form is drawn: these fields; its faults, its CSRF token and its tag are the page's own."""
    helper = FormHelper()
    helper.disable_csrf = True
    helper.form_show_errors = False
    helper.form_tag = False
    helper.layout = Layout(*fields)
    return helper


class Section(LayoutObject):
    """One section: its heading and an optional hint in the margin, its fields in the text column."""

    template = "feedback/layout/section.html"

    def __init__(self, heading: Words, *fields: Any, hint: Words = "", is_silent: bool = False) -> None:
        self.fields = list(fields)
        self.heading, self.hint, self.is_silent = heading, hint, is_silent

    def render(self, form: BaseForm, context: Context, template_pack: str, **options: Any) -> SafeString:
        fields = self.get_rendered_fields(form, context, template_pack, **options)
        return render_to_string(self.template, {"section": self, "fields": fields})


class Piece(LayoutObject):
    """A piece of text between the fields, from a template that gets the form."""

    def __init__(self, template: str) -> None:
        self.template = template

    def render(self, form: BaseForm, context: Context, template_pack: str, **options: Any) -> SafeString:
        return render_to_string(self.template, {"form": form})


class Choice(Div):
    """A group whose first field decides whether the others, inside a `then`, are shown."""

    template = "feedback/layout/choice.html"


class Fold(LayoutObject):
    """Fields that few need, folded away under a line of words; open where one of `opens_for` is filled or faulty."""

    template = "feedback/layout/fold.html"

    def __init__(self, summary: Words, *fields: Any, opens_for: Collection[str]) -> None:
        self.summary, self.fields, self.opens_for = summary, list(fields), opens_for

    def render(self, form: BaseForm, context: Context, template_pack: str, **options: Any) -> SafeString:
        fields = self.get_rendered_fields(form, context, template_pack, **options)
        is_open = any(name in form.errors or form[name].value() for name in self.opens_for)
        return render_to_string(
            self.template, {"summary": self.summary, "fields": fields, "is_open": is_open}
        )


class Then(Div):
    """The fields that belong to the choice before them."""

    css_class = "then"
