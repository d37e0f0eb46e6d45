"""The steps that join a case with an older one of the same sender, and part them again."""

from collections.abc import Mapping
from datetime import datetime

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from directory.models import User
from feedback import policy, services
from feedback.admin.stepform import StepForm
from feedback.enums import EventKind
from portal.kernel import codes
from portal.ui.fields import TextField

REFUSALS: Mapping[str, str | Promise] = {
    "unknown": _("There is no case of this number in your units."),
    "itself": _("This is the number of the case itself."),
    "younger": _("That case is younger. Open it and join it with this one."),
    "merged": _("One of the two is joined with a case already."),
    "settled": _("One of the two is answered already."),
    "review": _("The answer to this case is under review, so it is answered by itself."),
    "unit": _("That case is with another unit. Send one of them there first."),
    "walls": _("Not everybody who may see one of the two may see the other; they stay apart."),
    "sender": _(
        "Phone and e-mail of the two differ, so it is not certain that they are of the same person."
        " Answer them as similar cases."
    ),
}


class MergeForm(StepForm):
    step, event, said = "merge", EventKind.MERGED, "number"
    stays = True
    title = _("Join with an older case of the same sender")
    button = _("Join the cases")
    done = _("The case is answered with the older one from now on; the citizen is told.")

    number = TextField(
        max_length=40,
        label=_("Number of the older case"),
        help_text=_("Each keeps its code and its page; both get the answer. It can be undone."),
        error_messages={"required": _("Write the number of the older case.")},
    )

    @property
    def is_written(self) -> bool:
        return False

    def clean_number(self) -> str:
        try:
            return codes.read_case_number(self.cleaned_data["number"])
        except codes.CodeTypo:
            raise forms.ValidationError(_("This is no case number; it looks like 1405-000123-7.")) from None

    def take(self, *, actor: User, at: datetime, version: int) -> None:
        number = self.cleaned_data["number"]
        services.merge(case_id=self.case.pk, into=number, actor=actor, at=at, version=version)

    def refuse(self, refusal: Exception) -> None:
        if isinstance(refusal, policy.MergeRefused):
            self.add_error("number", str(REFUSALS[str(refusal)]))
        else:
            super().refuse(refusal)


class UnmergeForm(StepForm):
    """To make a joined case one of its own again; nothing is written."""

    step, event, said = "unmerge", EventKind.UNMERGED, ""
    stays = True
    button = _("Part it again")
    done = _("The case is answered by itself again; the citizen is told.")

    def take(self, *, actor: User, at: datetime, version: int) -> None:
        services.unmerge(case_id=self.case.pk, actor=actor, at=at, version=version)
