"""Where notices about a case go, as staff corrects it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.models import Case
from portal.ui.fields import EmailField, PhoneField


class ContactForm(forms.Form):
    """The phone number and the e-mail address of a case."""

    phone = PhoneField(required=False, label=_("Mobile number"))
    email = EmailField(required=False, label=_("E-mail"), max_length=254)

    def __init__(self, data: Any = None, *, case: Case) -> None:
        kept = {"phone": case.phone, "email": case.email}
        super().__init__(data, initial=kept, use_required_attribute=False)
