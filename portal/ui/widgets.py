"""Native controls drawn as strings: the same HTML as the framework's widget templates at a fraction of the time.

A form page is the hottest page of the portal; rendering ten stock widgets costs more than the rest of the request.
Every widget keeps its stock class as a parent, so `isinstance` tests and the admin know it.
"""

from collections.abc import Mapping
from html import escape
from typing import Any

from django import forms
from django.utils.safestring import SafeString

Drawing = dict[str, Any]


def shown(value: Any) -> str:
    """Return a value as HTML: escaped, unless it is HTML already."""
    return value.__html__() if hasattr(value, "__html__") else escape(str(value))


def attributes(attrs: Drawing) -> str:
    """Return HTML attributes with a space before each; True stands alone, False and None are left out."""
    named = ((name, value) for name, value in attrs.items() if value is not None and value is not False)
    return "".join(f" {name}" if value is True else f' {name}="{shown(value)}"' for name, value in named)


class Drawn:
    """A widget that draws itself from the framework's own description of it (`get_context`)."""

    def _render(
        self, template_name: str, context: Mapping[str, Drawing], renderer: object = None
    ) -> SafeString:
        return SafeString(self.draw(context["widget"]))

    def draw(self, widget: Drawing) -> str:
        value = {"value": widget["value"]} if widget["value"] is not None else {}
        attrs = {"type": widget["type"], "name": widget["name"], **value, **widget["attrs"]}
        return f"<input{attributes(attrs)}>"


class TextInput(Drawn, forms.TextInput):
    """One line of text."""


class HiddenInput(Drawn, forms.HiddenInput):
    """A value the page carries along."""


class CheckboxInput(Drawn, forms.CheckboxInput):
    """Yes, or not."""


class EmailInput(Drawn, forms.EmailInput):
    """An e-mail address, left to right."""

    def __init__(self, attrs: Drawing | None = None) -> None:
        super().__init__({"dir": "ltr", "autocomplete": "email", **(attrs or {})})


class PhoneInput(TextInput):
    """A phone number, left to right, with the phone keyboard."""

    input_type = "tel"

    def __init__(self, attrs: Drawing | None = None) -> None:
        super().__init__({"class": "short", "dir": "ltr", "autocomplete": "tel", **(attrs or {})})


class DigitsInput(TextInput):
    """A number that is typed digit by digit, left to right, with the number keyboard."""

    def __init__(self, attrs: Drawing | None = None) -> None:
        super().__init__({"dir": "ltr", "inputmode": "numeric", "autocomplete": "off", **(attrs or {})})


class DateInput(TextInput):
    """A date in figures or words of the Jalali calendar."""

    def __init__(self, attrs: Drawing | None = None) -> None:
        super().__init__({"class": "short", "autocomplete": "off", **(attrs or {})})


class CodeInput(DigitsInput):
    """A tracking code: large, in one field, never remembered by the browser."""

    def __init__(self, attrs: Drawing | None = None) -> None:
        look = {"class": "code", "spellcheck": "false", "placeholder": "•••• •••• •••• ••••"}
        super().__init__({**look, **(attrs or {})})


class Textarea(Drawn, forms.Textarea):
    """Several lines of text; its height is the stylesheet's business."""

    def __init__(self, attrs: Drawing | None = None) -> None:
        super().__init__(attrs)
        for name in ("cols", "rows"):
            if name not in (attrs or {}):
                self.attrs.pop(name, None)

    def draw(self, widget: Drawing) -> str:
        attrs = attributes({"name": widget["name"], **widget["attrs"]})
        # The line break after the tag is dropped by browsers; without it a text's own first line break would be.
        return f"<textarea{attrs}>\n{shown(widget['value'] or '')}</textarea>"


class Select(Drawn, forms.Select):
    """A list to choose one from."""

    def draw(self, widget: Drawing) -> str:
        groups = "".join(self._group(name, options) for name, options, _index in widget["optgroups"])
        return f"<select{attributes({'name': widget['name'], **widget['attrs']})}>{groups}</select>"

    @staticmethod
    def _group(name: str | None, options: list[Drawing]) -> str:
        rows = "".join(
            f"<option{attributes({'value': option['value'], **option['attrs']})}>{shown(option['label'])}</option>"
            for option in options
        )
        return f'<optgroup label="{shown(name)}">{rows}</optgroup>' if name else rows


class FileInput(Drawn, forms.FileInput):
    """A file from the device."""


class FilesInput(FileInput):
    """Several files from the device."""

    allow_multiple_selected = True


class Choices(Drawn, forms.RadioSelect):
    """Radio buttons as rows of 48 px, each with an optional hint below its label.

    `hints` maps a choice's value to that hint. The group's frame, question and messages are the field template's.
    """

    def __init__(
        self, attrs: Drawing | None = None, choices: Any = (), hints: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(attrs, choices)
        self.hints = hints or {}

    def draw(self, widget: Drawing) -> str:
        if "optgroups" not in widget:
            return super().draw(widget)
        return "".join(self._row(row) for _name, rows, _index in widget["optgroups"] for row in rows)

    def _row(self, option: Drawing) -> str:
        hint = self.hints.get(str(option["value"]), "")
        below = f'<span class="hint">{shown(hint)}</span>' if hint else ""
        return (
            f'<label class="pick">{super().draw(option)}<span>{shown(option["label"])}</span>{below}</label>'
        )


class Ticks(Choices, forms.CheckboxSelectMultiple):
    """Check boxes, several may be chosen; drawn like `Choices`."""


class Scale(Choices):
    """A five-point scale: radio buttons in one row of cells, with words, best first."""

    def draw(self, widget: Drawing) -> str:
        if "optgroups" not in widget:
            return super().draw(widget)
        return f'<div class="scale">{super().draw(widget)}</div>'

    def _row(self, option: Drawing) -> str:
        return f"<label>{Drawn.draw(self, option)}<span>{shown(option['label'])}</span></label>"
