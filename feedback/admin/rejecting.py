"""The steps of a rejection: propose it, approve it, send it back. Two people, always."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from directory.models import User
from feedback import policy, services
from feedback.admin.stepform import SentForm, StepForm, text_box
from feedback.enums import EventKind, Ground
from portal.ui.widgets import Select


class ProposeForm(StepForm):
    step, event, is_public = "propose", EventKind.REJECT_ASKED, True
    stays = True
    title = _("Propose to reject")
    button = _("Propose it to the head of the unit")
    done = _("The rejection is proposed. The citizen is told only when a second person approves it.")

    ground = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", _("Choose a reason")), *Ground.choices],
        widget=Select,
        help_text=_("“Not ours” is no reason: send the case to another unit or refer to another body."),
        error_messages={"required": _("Choose a reason."), "invalid_choice": _("Choose a reason.")},
    )
    body = text_box(
        _("Explanation"),
        _("Explain it to the citizen."),
        _("What we looked at and what we found, in plain words. The citizen reads it."),
        5,
    )
    law = text_box(
        _("Legal ground"),
        _("Write the law, article or regulation."),
        _("Law, article and note, so that it can be looked up."),
        2,
    )
    onward = text_box(
        _("Where to go next"),
        _("Write where the citizen can go next."),
        _("The office, court or step that is still open, and by when."),
        2,
    )

    def take(self, *, actor: User, at: datetime, version: int) -> None:
        given = self.cleaned_data
        services.propose(
            case_id=self.case.pk,
            actor=actor,
            ground=Ground(given["ground"]),
            body=given["body"],
            law=given["law"],
            onward=given["onward"],
            at=at,
            version=version,
        )


class RejectForm(SentForm):
    """To approve the open proposal; nothing is written."""

    step, event, said, is_public = "reject", EventKind.REJECTED, "", False
    title = _("Rejection")
    button = _("Approve and tell the citizen")
    done = _("The rejection is approved; the citizen reads it with its reasons.")

    def refuse(self, refusal: Exception) -> None:
        if isinstance(refusal, policy.DecisionRefused):
            self.add_error(None, _("Another head of the unit, not whoever proposed it, must decide."))
        else:
            super().refuse(refusal)


class SendBackForm(StepForm):
    step, event, said = "send_back", EventKind.REJECT_BACK, "reason"
    stays = True
    button = _("Send back")
    done = _("The proposal went back; whoever made it is told.")

    reason = text_box(
        _("What is missing"), _("Write what is missing."), _("Colleagues read it, the citizen never does."), 3
    )

    def take(self, *, actor: User, at: datetime, version: int) -> None:
        services.send_back(
            case_id=self.case.pk, actor=actor, reason=self.cleaned_data["reason"], at=at, version=version
        )

    def refuse(self, refusal: Exception) -> None:
        words: Any = _("Another head of the unit, not whoever proposed it, must decide.")
        if isinstance(refusal, policy.DecisionRefused):
            self.add_error("reason", words)
        else:
            super().refuse(refusal)
