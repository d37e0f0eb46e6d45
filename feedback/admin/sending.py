"""Steps that send a case on: to another unit of ours, or to a body outside."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from directory.models import Unit, User
from feedback import policy, services
from feedback.admin.stepform import SentForm, StepForm, file_box, text_box
from feedback.enums import EventKind
from feedback.models import Case
from feedback.templatetags.bodies import external_bodies
from portal.ui.widgets import Select
from routing.policy import CONFIDENTIAL_UNITS

REDIRECT_REFUSALS: Mapping[str, str | Promise] = {
    "same": _("The case is with this unit already."),
    "inactive": _("This unit does not take cases any more."),
    "excluded": _("This unit is excluded from the case: the message is about it."),
    "reviewed": _("The answer of this unit is under review; somebody else must look at the case."),
    "confidential": _("A report of misconduct stays with those who handle such reports."),
}


class RedirectForm(StepForm):
    step, event, said, key = "redirect", EventKind.REDIRECTED, "reason", "r"
    title = _("Send to another unit")
    button = _("Send to this unit")
    done = _("The case is with the other unit now; the citizen is told.")

    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label=_("Unit"),
        empty_label=_("Choose a unit"),
        widget=Select,
        help_text=_("Units that the message is about are not in this list."),
        error_messages={
            "required": _("Choose a unit."),
            "invalid_choice": _("The case cannot go to this unit."),
        },
    )
    reason = text_box(_("Reason"), _("Write why."), _("The citizen reads the reason."), 3)

    def __init__(self, *args: Any, case: Case, **options: Any) -> None:
        super().__init__(*args, case=case, **options)
        field: Any = self.fields["unit"]
        field.queryset = units_for(case)

    def take(self, *, actor: User, at: datetime, version: int) -> None:
        given = self.cleaned_data
        services.redirect(
            case_id=self.case.pk,
            actor=actor,
            unit=given["unit"],
            reason=given["reason"],
            at=at,
            version=version,
        )

    def refuse(self, refusal: Exception) -> None:
        if isinstance(refusal, policy.RedirectRefused):
            self.add_error("unit", str(REDIRECT_REFUSALS[str(refusal)]))
        else:
            super().refuse(refusal)


class ReferForm(SentForm):
    step, event, key = "refer_out", EventKind.REFERRED_OUT, "o"
    title = _("Refer to another body")
    button = _("Refer and tell the citizen")
    done = _("The citizen is told which body the matter belongs to; the case ends here.")

    outside = forms.ChoiceField(
        required=False,
        label=_("Body outside"),
        help_text=_("Its name and phone are put above your text; another body is named in the text itself."),
        widget=Select,
    )
    body = text_box(
        _("Which body, and how to reach it"),
        _("Write which body the matter belongs to."),
        _("The citizen reads it as the answer: name the body, its phone and address, and say why."),
        4,
    )
    attachments = file_box()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["outside"]
        field.choices = [("", _("Another body")), *((body.name_fa, body.name) for body in external_bodies())]

    def words(self) -> dict[str, Any]:
        """Return the text with the body's name and phone above it; the name is kept in the record too."""
        given = super().words()
        chosen = next((body for body in external_bodies() if body.name_fa == given["outside"]), None)
        if chosen is None:
            return given
        with translation.override(self.case.language):
            phone = gettext("%(body)s, phone %(phone)s") % {"body": chosen.name, "phone": chosen.phone}
            around = [phone if chosen.phone else chosen.name, chosen.note]
        # A text that was taken back has them already.
        head, note = (part if part not in given["body"] else "" for part in around)
        return {**given, "body": "\n\n".join(filter(None, [head, given["body"], note]))}


def units_for(case: Case) -> Any:
    """Return the units a case may be sent to."""
    units = (
        Unit.objects.filter(is_active=True)
        .exclude(pk=case.unit_id)
        .exclude(pk__in=case.exclusions.values("unit"))
    )
    return units.filter(code__in=CONFIDENTIAL_UNITS) if case.is_confidential else units
