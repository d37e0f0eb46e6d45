"""What staff can do with a case, each as a small form that calls one service. State is changed nowhere else."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from directory.models import Unit, User
from feedback import policy, selectors, services
from feedback.enums import EventKind, Purpose
from feedback.models import Case
from portal.ui.fields import TextField
from portal.ui.uploads import AttachmentsField
from portal.ui.widgets import DigitsInput, Select, Textarea
from routing.policy import CONFIDENTIAL_UNITS

#: Characters of a text by staff.
MOST = 10_000

REDIRECT_REFUSALS: Mapping[str, str | Promise] = {
    "same": _("The case is with this unit already."),
    "inactive": _("This unit does not take cases any more."),
    "excluded": _("This unit is excluded from the case: the message is about it."),
    "reviewed": _("The answer of this unit is under review; somebody else must look at the case."),
    "confidential": _("A report of misconduct stays with those who handle such reports."),
}
EXTENSION_REFUSALS: Mapping[str, str | Promise] = {
    "twice": _("The deadline was extended twice before; there is no third time."),
    "late": _("The last day has passed: what is late cannot be made on time afterwards."),
    "ceiling": _("That is more than three months after the message arrived; choose fewer days."),
}


def _text(label: Any, missing: Any, help_text: Any = "", rows: int = 6) -> TextField:
    return TextField(
        multiline=True,
        max_length=MOST,
        label=label,
        help_text=help_text,
        widget=Textarea({"class": "vLargeTextField", "rows": rows}),
        error_messages={"required": missing},
    )


class StepForm(forms.Form):
    """One step: its name in the table of ways, its button, what it says when it is done."""

    step: ClassVar[str]
    title: ClassVar[Any] = ""
    button: ClassVar[Any]
    done: ClassVar[Any]
    #: Whether the page of the case stays in front of the user.
    stays: ClassVar[bool] = False
    #: How the record shows that this step was taken; with the text of `said`, a repeated press is known.
    event: ClassVar[EventKind]
    said: ClassVar[str] = "body"

    def __init__(
        self, data: Any = None, files: Any = None, *, case: Case, kept: Mapping[str, str] | None = None
    ) -> None:
        initial = {name.removeprefix(f"{self.step}-"): text for name, text in (kept or {}).items()}
        super().__init__(data, files, prefix=self.step, initial=initial, use_required_attribute=False)
        self.case = case

    @property
    def is_open(self) -> bool:
        """Whether the form is unfolded: something is written in it, or something is wrong with it."""
        return self.is_bound or any(self.initial.values())

    def take(self, *, actor: User, at: datetime, version: int) -> None:
        """Take the step; raises what the services raise."""
        raise NotImplementedError

    def refuse(self, refusal: Exception) -> None:
        """Put a refusal of the services beside the field it is about."""
        words: Any = _("This is not possible in the present state of the case.")
        self.add_error(self.said if self.said in self.fields else None, words)


class AnswerForm(StepForm):
    step, event = "answer", EventKind.ANSWERED
    title = _("Answer")
    button = _("Send the answer to the citizen")
    done = _("The answer is sent. It cannot be changed; to correct it, write again.")

    body = _text(
        _("Text of the answer"),
        _("The answer is still empty."),
        _("The citizen reads exactly this. Write what happened, what we did and what comes next."),
        rows=9,
    )
    attachments = AttachmentsField(
        required=False, label=_("Attachments"), help_text=_("Up to 5 files of up to 10 megabytes each.")
    )

    def take(self, *, actor: User, at: datetime, version: int) -> None:
        given = self.cleaned_data
        services.answer(
            case_id=self.case.pk,
            actor=actor,
            body=given["body"],
            files=given["attachments"],
            at=at,
            version=version,
        )


class AskForm(StepForm):
    step, event = "ask", EventKind.ASKED
    title = button = _("Ask the citizen")
    done = _("The question is sent. The clock stands still until the citizen replies.")

    body = _text(
        _("Your question"),
        _("The question is still empty."),
        _("The citizen reads it and can reply, also without a name. The clock stands still until then."),
    )

    def take(self, *, actor: User, at: datetime, version: int) -> None:
        services.ask(
            case_id=self.case.pk, actor=actor, body=self.cleaned_data["body"], at=at, version=version
        )


class NoteForm(StepForm):
    step, event, stays = "note", EventKind.NOTED, True
    title = _("Internal note")
    button = _("Keep the note")
    done = _("The note is kept.")

    body = _text(
        _("Text of the note"),
        _("The note is still empty."),
        _("Colleagues read it, the citizen never does."),
        4,
    )

    def take(self, *, actor: User, at: datetime, version: int) -> None:
        services.note(case_id=self.case.pk, actor=actor, body=self.cleaned_data["body"], at=at)


class RedirectForm(StepForm):
    step, event, said = "redirect", EventKind.REDIRECTED, "reason"
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
    reason = _text(_("Reason"), _("Write why."), _("The citizen reads the reason."), 3)

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


class ReferForm(StepForm):
    step, event = "refer_out", EventKind.REFERRED_OUT
    title = _("Refer to another body")
    button = _("Refer and tell the citizen")
    done = _("The citizen is told which body the matter belongs to; the case ends here.")

    body = _text(
        _("Which body, and how to reach it"),
        _("Write which body the matter belongs to."),
        _("The citizen reads it as the answer: name the body, its phone and address, and say why."),
        4,
    )

    def take(self, *, actor: User, at: datetime, version: int) -> None:
        services.refer_out(
            case_id=self.case.pk, actor=actor, body=self.cleaned_data["body"], at=at, version=version
        )


class ExtendForm(StepForm):
    step, event, said, stays = "extend", EventKind.EXTENDED, "reason", True
    title = _("More time")
    button = _("Extend and tell the citizen")
    done = _("The last day moved; the citizen is told the new day and the reason.")

    days = forms.IntegerField(
        min_value=1,
        max_value=policy.MOST_DAYS,
        label=_("Working days more"),
        widget=DigitsInput,
        help_text=_("At most twice a case, and never past three months after the message arrived."),
        error_messages={
            "required": _("Write how many working days more are needed."),
            "invalid": _("Write a number of days."),
            "min_value": _("One day is the least."),
            "max_value": _("That is more than three months after the message arrived; choose fewer days."),
        },
    )
    reason = _text(
        _("Reason"), _("Write why."), _("The citizen reads the reason beside the new last day."), 3
    )

    def take(self, *, actor: User, at: datetime, version: int) -> None:
        given = self.cleaned_data
        services.extend(
            case_id=self.case.pk,
            actor=actor,
            days=given["days"],
            reason=given["reason"],
            at=at,
            version=version,
        )

    def refuse(self, refusal: Exception) -> None:
        if isinstance(refusal, policy.ExtensionRefused):
            self.add_error("days", str(EXTENSION_REFUSALS[str(refusal)]))
        else:
            super().refuse(refusal)


class RecuseForm(StepForm):
    step, event, said = "recuse", EventKind.RECUSED, "reason"
    title = _("This concerns me")
    button = _("Take me out of this case")
    done = _("You are out of the case: it is not shown to you any more, and somebody else has it.")

    reason = _text(
        _("Why it concerns you"),
        _("Write in a few words why it concerns you."),
        _("Whoever handles the case reads it; the citizen does not. You cannot come back to the case."),
        3,
    )

    def take(self, *, actor: User, at: datetime, version: int) -> None:
        services.recuse(
            case_id=self.case.pk, actor=actor, reason=self.cleaned_data["reason"], at=at, version=version
        )


class TakeForm(StepForm):
    """To take a case into one's own hands; nothing is written."""

    step, event, stays, said = "take", EventKind.TAKEN, True, ""
    button = _("Take the case")
    done = _("The case is in your hands.")

    def take(self, *, actor: User, at: datetime, version: int) -> None:
        services.take(case_id=self.case.pk, actor=actor, at=at, version=version)


FORMS: tuple[type[StepForm], ...] = (
    AnswerForm,
    AskForm,
    NoteForm,
    RedirectForm,
    ReferForm,
    ExtendForm,
    RecuseForm,
    TakeForm,
)


def units_for(case: Case) -> Any:
    """Return the units a case may be sent to."""
    units = (
        Unit.objects.filter(is_active=True)
        .exclude(pk=case.unit_id)
        .exclude(pk__in=case.exclusions.values("unit"))
    )
    return units.filter(code__in=CONFIDENTIAL_UNITS) if case.is_confidential else units


def forms_for(case: Case, actor: User) -> dict[str, type[StepForm]]:
    """Return the steps that may be taken from where the case stands; nobody takes what he holds already."""
    possible = policy.possible_steps(case.status)
    offered = {form.step: form for form in FORMS if form.step in possible}
    if case.assigned_to_id == actor.pk:
        offered.pop("take", None)
    review = selectors.review_of(case)
    if review is not None and review.is_open and review.author_id == actor.pk:
        return {step: form for step, form in offered.items() if step in ("note", "recuse")}
    return offered


def was_taken(form: StepForm, actor: User, seen: int) -> bool:
    """Tell whether this very step was taken after the page was opened: a double press, or a page sent again.

    `seen` is the newest event that the page showed.
    """
    events = form.case.events.filter(pk__gt=seen, kind=form.event, actor=actor)
    if form.said == "reason":
        events = events.filter(reason=form.cleaned_data["reason"])
    if not events.exists():
        return False
    return form.said != "body" or _was_said(form, actor)


def _was_said(form: StepForm, actor: User) -> bool:
    last = form.case.messages.filter(author=actor).exclude(purpose=Purpose.SUBMISSION).last()
    return last is not None and last.body == form.cleaned_data["body"]
