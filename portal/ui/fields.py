"""Form fields that tidy what people type before anyone judges it, and say exactly what is missing.

Every inbound text goes through `portal.kernel.text.clean`: Arabic letters, invisible marks, odd digits and control
characters are mended silently, never refused. Lengths are counted afterwards, so the message tells the truth.
"""

import re
from datetime import date, datetime, time
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from portal.kernel import codes, jalali, phones, text
from portal.kernel.codes import CodeFault
from portal.kernel.jalali import DateFault
from portal.kernel.phones import PhoneFault
from portal.templatetags.persian import fa_digits
from portal.ui import widgets

SEPARATORS = re.compile(r"[\s\-–\u200c]+")
ASCII_DIGITS = re.compile(r"[0-9]+")
CLOCK = re.compile(r"(?P<day>.*?)[\s،,-]+(?:ساعت\s*)?(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})")
#: A text of the framework that our catalogue says in plainer words; fields of other packages use it.
FRAMEWORK_REQUIRED = gettext_noop("This field is required.")


Form = TypeVar("Form", bound=type[forms.Form])


class SharedFields(dict[str, forms.Field]):
    """Fields that all forms of a class have in common; the framework would copy each of them for each form."""

    def __deepcopy__(self, _memo: dict[int, Any]) -> dict[str, forms.Field]:
        return dict(self)


def sharing_fields(form: Form) -> Form:
    """Let all forms of a class share its fields: a form that wants another one puts a copy in its place."""
    form.base_fields = SharedFields(form.base_fields)
    return form


class TextField(forms.CharField):
    """A text in people's own words: one line, or several with `multiline=True`.

    The browser is given no hard limit, which would cut a pasted text without a word; `max_length` is checked here,
    after cleaning, and the message says how long the text is.
    """

    widget = widgets.TextInput
    default_error_messages = {
        "required": _("This is still empty."),
        "too_long": _("This text has %(length)s characters; at most %(most)s fit."),
        "too_short": _("This text has %(length)s characters; please write at least %(least)s."),
    }

    def __init__(
        self,
        *,
        multiline: bool = False,
        max_length: int | None = None,
        min_length: int | None = None,
        **options: Any,
    ) -> None:
        if multiline:
            options.setdefault("widget", widgets.Textarea)
        self.multiline, self.most, self.least = multiline, max_length, min_length
        super().__init__(**options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        if self.most is None:
            return {}
        return {
            "data-most": self.most,
            "data-left": _("Characters left: {n}"),
            "data-over": _("Too long by: {n}"),
        }

    def to_python(self, value: Any) -> str:
        if value in self.empty_values:
            return ""
        tidy = text.clean(str(value))
        return tidy if self.multiline else " ".join(tidy.split())

    def validate(self, value: str) -> None:
        super().validate(value)
        if self.most is not None and len(value) > self.most:
            raise ValidationError(self.error_messages["too_long"], "too_long", self._lengths(value))
        if value and self.least is not None and len(value) < self.least:
            raise ValidationError(self.error_messages["too_short"], "too_short", self._lengths(value))

    def _lengths(self, value: str) -> dict[str, str]:
        figures = {"length": len(value), "most": self.most, "least": self.least}
        return {name: fa_digits(figure) for name, figure in figures.items()}


class EmailField(forms.EmailField):
    """An e-mail address; Persian digits and invisible marks that keyboards leave in it are mended."""

    widget = widgets.EmailInput
    default_error_messages = {
        "required": _("Write your e-mail address."),
        "invalid": _("This does not look like an e-mail address; it should read like name@example.ir"),
    }

    def to_python(self, value: Any) -> str:
        if value in self.empty_values:
            return ""
        return super().to_python("".join(text.ascii_digits(text.clean(str(value))).split())) or ""


class PhoneField(forms.CharField):
    """A mobile or land-line number, as people write it; cleaned to E.164 (+989161234567)."""

    widget = widgets.PhoneInput
    default_error_messages = {"required": _("Write a phone number.")}
    #: What to say to each of the kernel's reasons; `%(digits)s` is how many digits were typed.
    reasons = {
        PhoneFault.FOREIGN: _("A phone number has digits only."),
        PhoneFault.MOBILE_LENGTH: _("A mobile number has 11 digits; this one has %(digits)s."),
        PhoneFault.LANDLINE_LENGTH: _("A number with its area code has 11 digits; this one has %(digits)s."),
        PhoneFault.ABROAD_LENGTH: _("A number from abroad has 8 to 15 digits; this one has %(digits)s."),
        PhoneFault.PREFIX: _(
            "Write the number from its beginning: 09 for a mobile, or the area code, like 066."
        ),
    }

    def to_python(self, value: Any) -> str:
        try:
            return "" if value in self.empty_values else phones.normalise(str(value))
        except phones.PhoneError as fault:
            if fault.reason == PhoneFault.EMPTY:
                return ""
            digits = {"digits": fa_digits(fault.digits)}
            raise ValidationError(self.reasons[fault.reason], fault.reason.value, digits) from None

    def prepare_value(self, value: Any) -> Any:
        """Show a stored number the way people write it; what was typed stays as it was typed."""
        return phones.display(value) if isinstance(value, str) and value.startswith("+98") else value


class DigitsField(forms.CharField):
    """A number that is an identifier, not a quantity: any digits are accepted, Latin digits are kept.

    Spaces and dashes between digits are allowed and dropped. `length` digits exactly, when given.
    """

    widget = widgets.DigitsInput
    default_error_messages = {
        "required": _("Write the number."),
        "foreign": _("Only digits belong here."),
        "length": _("It has %(length)s digits; this one has %(digits)s."),
    }

    def __init__(self, *, length: int | None = None, **options: Any) -> None:
        self.length = length
        super().__init__(**options)

    def to_python(self, value: Any) -> str:
        if value in self.empty_values:
            return ""
        digits = SEPARATORS.sub("", text.ascii_digits(text.clean(str(value))))
        if digits and not ASCII_DIGITS.fullmatch(digits):
            raise ValidationError(self.error_messages["foreign"], "foreign")
        if digits and self.length is not None and len(digits) != self.length:
            lengths = {"length": fa_digits(self.length), "digits": fa_digits(len(digits))}
            raise ValidationError(self.error_messages["length"], "length", lengths)
        return digits


class CodeField(forms.CharField):
    """A tracking code, typed in any digits with any spaces and dashes; cleaned to sixteen Latin digits.

    A slip of the finger is told apart from an unknown code before anything is looked up (PRODUCT.md section 5).
    """

    widget = widgets.CodeInput
    default_error_messages = {"required": _("Write the 16 digits of your code.")}
    #: What to say to each of the kernel's reasons; `%(count)s` is how many digits were typed.
    reasons = {
        CodeFault.FOREIGN: _("The code has digits only; letters and signs do not belong to it."),
        CodeFault.LENGTH: _("The code has 16 digits; you wrote %(count)s."),
        CodeFault.CHECK: _("One of the digits is wrong. Please compare all 16 digits once more."),
    }

    def to_python(self, value: Any) -> str:
        try:
            return "" if value in self.empty_values else codes.read(str(value))
        except codes.CodeTypo as typo:
            if typo.reason == CodeFault.EMPTY:
                return ""
            count = {"count": fa_digits(typo.count)}
            raise ValidationError(self.reasons[typo.reason], typo.reason.value, count) from None


class JalaliDateField(forms.Field):
    """A date typed in the Jalali calendar (۱۴۰۵/۲/۳, 1405-02-03, ۳ اردیبهشت ۱۴۰۵); cleaned to a `datetime.date`."""

    widget = widgets.DateInput
    default_error_messages = {"required": _("Write the date.")}
    #: What to say to each of the kernel's reasons.
    reasons = {
        DateFault.FORM: _("Write the date as year, month and day, like 1405/02/28."),
        DateFault.YEAR: _("Write the year of the Jalali calendar, in four digits, like 1405."),
        DateFault.MONTH: _("The month is a number from 1 to 12."),
        DateFault.DAY: _("That month has no such day."),
    }

    def to_python(self, value: Any) -> date | None:
        if not isinstance(value, str):
            return value or None
        try:
            return jalali.parse(value) if value.strip() else None
        except jalali.JalaliError as fault:
            raise ValidationError(self.reasons[fault.reason], fault.reason.value) from None

    def prepare_value(self, value: Any) -> Any:
        return fa_digits(jalali.short(value)) if isinstance(value, date) else value


class JalaliMomentField(JalaliDateField):
    """A day and an hour in Tehran (۱۴۰۵/۲/۲۸ ۸:۰۰); without an hour the day begins at midnight."""

    default_error_messages = {"hour": _("Write the hour as 8:00 or 14:30.")}

    def to_python(self, value: Any) -> datetime | None:
        if not isinstance(value, str):
            return value or None
        typed = text.ascii_digits(text.clean(value)).strip()
        found = CLOCK.fullmatch(typed)
        day = super().to_python(found["day"] if found else typed)
        try:
            clock = time(int(found["hour"]), int(found["minute"])) if found else time()
        except ValueError:
            raise ValidationError(self.error_messages["hour"], "hour") from None
        return datetime.combine(day, clock, jalali.TEHRAN) if day else None

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, datetime):
            return value
        moment = jalali.local(value)
        return fa_digits(f"{jalali.short(moment)} {moment:%H:%M}")
