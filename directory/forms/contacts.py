"""An entry of the public directory: numbers that can be dialled, and a look that has been."""

import re
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import Position
from portal.kernel import jalali
from portal.ui.fields import DigitsField, PhoneField

PHONE, EXTENSION = PhoneField(required=False), DigitsField(required=False)


class EntryForm(forms.ModelForm):
    """An entry as it is published, typed on its page or read from a file."""

    class Meta:
        model = Position
        fields: tuple[str, ...] = (
            *("unit", "title_fa", "title_en", "holder_fa", "holder_en", "phone", "internal", "email", "room"),
            *("hours_fa", "hours_en", "is_head", "is_deputy", "checked_on", "order"),
        )

    def clean_phone(self) -> str:
        """Keep a number of the country as it is dialled at home."""
        return re.sub(r"\A\+98", "0", PHONE.clean(self.cleaned_data["phone"]))

    def clean_internal(self) -> str:
        return str(EXTENSION.clean(self.cleaned_data["internal"]))

    def clean_checked_on(self) -> date | None:
        day: date | None = self.cleaned_data["checked_on"]
        if day is not None and day > jalali.local(timezone.now()).date():
            raise ValidationError(_("This day has not come yet."))
        return day


class EntryPageForm(EntryForm):
    """An entry on its own page, where a unit gets no second head: the desk and service cards name the one."""

    def clean_is_head(self) -> bool:
        is_head: bool = self.cleaned_data["is_head"]
        heads = Position.objects.filter(unit=self.cleaned_data.get("unit"), is_head=True)
        other = heads.exclude(pk=self.instance.pk).first() if is_head else None
        if other is not None:
            words = _("“%(title)s” is the head of this unit already; take the mark away there first.")
            raise ValidationError(words, params={"title": other.title})
        return is_head
