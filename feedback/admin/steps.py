"""What staff can do with a case, each as a small form that calls one service. State is changed nowhere else."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from directory.models import User
from feedback import policy, services
from feedback.admin.joining import MergeForm, UnmergeForm
from feedback.admin.rejecting import ProposeForm, RejectForm, SendBackForm
from feedback.admin.sending import RedirectForm, ReferForm
from feedback.admin.stepform import SentForm, StepForm, file_box, text_box
from feedback.enums import EventKind, Purpose
from feedback.models import Case, OutgoingStep, Rejection, Review
from portal.kernel.text import read_number
from portal.ui.widgets import DigitsInput

EXTENSION_REFUSALS: Mapping[str, str | Promise] = {
    "twice": _("The deadline was extended twice before; there is no third time."),
    "late": _("The last day has passed: what is late cannot be made on time afterwards."),
    "ceiling": _("That is more than three months after the message arrived; choose fewer days."),
}


class CasesField(forms.Field):
    """Keys of cases ticked in a list; the service takes only those that the actor may see."""

    widget = forms.SelectMultiple

    def clean(self, value: Any) -> list[int]:
        return [key for sent in value or () if (key := read_number(sent))][:50]


class AnswerForm(SentForm):
    step, event, key, apart = "answer", EventKind.ANSWERED, "a", frozenset({"others"})
    title = _("Answer")
    button = _("Send the answer to the citizen")
    done = _("The answer is sent. It cannot be changed; to correct it, write again.")

    body = text_box(
        _("Text of the answer"),
        _("The answer is still empty."),
        _("The citizen reads exactly this. Write what happened, what we did and what comes next."),
        rows=9,
    )
    attachments = file_box()
    others = CasesField(required=False, label=_("Similar cases that get this answer too"))


class AskForm(SentForm):
    step, event, key = "ask", EventKind.ASKED, "k"
    title = button = _("Ask the citizen")
    done = _("The question is sent. The clock stands still until the citizen replies.")

    body = text_box(
        _("Your question"),
        _("The question is still empty."),
        _("The citizen reads it and can reply, also without a name. The clock stands still until then."),
    )
    attachments = file_box()


class NoteForm(StepForm):
    step, event, stays, key = "note", EventKind.NOTED, True, "m"
    title = _("Internal note")
    button = _("Keep the note")
    done = _("The note is kept.")

    body = text_box(
        _("Text of the note"),
        _("The note is still empty."),
        _("Colleagues read it, the citizen never does."),
        4,
    )

    def take(self, *, actor: User, at: datetime, version: int) -> None:
        services.note(case_id=self.case.pk, actor=actor, body=self.cleaned_data["body"], at=at)


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
    reason = text_box(
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

    reason = text_box(
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

    step, event, stays, said, key = "take", EventKind.TAKEN, True, "", "t"
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
    ProposeForm,
    RejectForm,
    SendBackForm,
    MergeForm,
    UnmergeForm,
    ExtendForm,
    RecuseForm,
    TakeForm,
)


def forms_for(
    case: Case,
    actor: User,
    *,
    review: Review | None = None,
    held: OutgoingStep | None = None,
    rejection: Rejection | None = None,
    may_decide: bool = False,
) -> dict[str, type[StepForm]]:
    """Return the steps that may be taken from where the case stands; nobody takes what he holds already.

    `held`: the step about to go out; `rejection`: the open proposal, and whether this user may decide it.
    """
    possible = policy.possible_steps(case.status)
    offered = {form.step: form for form in FORMS if form.step in possible}
    if case.assigned_to_id == actor.pk:
        offered.pop("take", None)
    if case.merged_into_id or case.is_anonymous:
        offered.pop("merge", None)
    if not case.merged_into_id:
        offered.pop("unmerge", None)
    if rejection is None or not may_decide:
        offered.pop("reject", None)
        offered.pop("send_back", None)
    if rejection is not None:
        offered.pop("propose", None)
    own = review is not None and review.is_open and review.author_id == actor.pk
    if held is not None:
        return {}
    if own or case.merged_into_id:
        return {step: form for step, form in offered.items() if step in {"note", "recuse", "unmerge"}}
    return offered


def was_taken(form: StepForm, actor: User, seen: int) -> bool:
    """Tell whether this very step was taken after the page was opened: a double press, or a page sent again.

    `seen` is the newest event that the page showed.
    """
    if isinstance(form, SentForm) and _is_held(form, actor):
        return True
    events = form.case.events.filter(pk__gt=seen, kind=form.event, actor=actor)
    if form.said == "reason":
        events = events.filter(reason=form.cleaned_data["reason"])
    if not events.exists():
        return False
    return form.said != "body" or _was_said(form, actor)


def _is_held(form: SentForm, actor: User) -> bool:
    """Tell whether this very step is about to go out, so that a second press is no error."""
    form.held = OutgoingStep.objects.filter(
        case=form.case, actor=actor, step=form.step, words=form.words()
    ).first()
    return form.held is not None


def _was_said(form: StepForm, actor: User) -> bool:
    last = form.case.messages.filter(author=actor).exclude(purpose=Purpose.SUBMISSION).last()
    words = form.words() if isinstance(form, SentForm) else form.cleaned_data
    return last is not None and last.body == words["body"]
