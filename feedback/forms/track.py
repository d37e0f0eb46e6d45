"""The code box and the reply of the case page."""

from typing import Any

from crispy_forms.helper import FormHelper
from django.forms.utils import ErrorDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from feedback.enums import Status
from feedback.forms.challenged import ChallengedForm
from feedback.forms.holding import HoldingForm
from feedback.forms.layout import Fold, Piece, laid_out
from portal.ui.fields import CodeField, TextField, sharing_fields
from portal.ui.uploads import AttachmentsField, VoiceField
from portal.ui.widgets import HiddenInput, Textarea

UNKNOWN = _("We found no case with this code. Please look at the 16 digits once more.")
#: The fields behind the fold of the reply.
FILES = ("attachments", "voice", "kept")
ELSEWHERE = _("The code came from another page. Please press the button once more.")


@sharing_fields
class CodeForm(HoldingForm, ChallengedForm):
    """A tracking code; `body` and `kept` carry words and files of a visit that ended before they were sent.

    `meant` is the field in which the words stood, where that was none of the reply.
    """

    code = CodeField(
        label=_("Tracking code"), help_text=_("16 digits, with or without spaces, Persian or Latin.")
    )
    body = TextField(
        required=False,
        multiline=True,
        label=_("Your words"),
        widget=Textarea({"class": "low"}),
        max_length=10_000,
    )
    meant = TextField(required=False, widget=HiddenInput)

    def press_again(self) -> None:
        """Say that the code came from another site's page; a press on our own button opens the case."""
        self.full_clean()
        self.add_error(None, ELSEWHERE)

    def refuse_unknown(self, *, ask: bool) -> None:
        """Say that no case has this code; the page is the same whatever the code was. `ask`: with a fresh question."""
        self.retype(code="", question="", question_answer="")
        self._errors = ErrorDict(renderer=self.renderer)
        self.add_error("code", UNKNOWN)
        if ask:
            self.ask()

    def carry(self, body: str, reply: HoldingForm | None = None, meant: str = "") -> None:
        """Take along words, and the held files of a reply, whose visit ended before they were sent."""
        self.initial["body"], self.initial["meant"] = body, meant
        if reply is not None:
            self.initial["hold"], self.kept_files = reply.holder, reply.kept_files

    @property
    def helper(self) -> FormHelper:
        words = ["body", "meant"] if self.typed("body") or self.initial.get("body") else []
        files = [Piece("feedback/carried.html")] if self.kept_files else []
        asked = ["question", "question_answer"] if self.asked else []
        return laid_out("code", *words, *files, *asked)


def _words(label: str | Promise) -> TextField:
    return TextField(
        multiline=True,
        max_length=10_000,
        label=label,
        widget=Textarea({"class": "low"}),
        error_messages={"required": _("There is nothing to send yet. Write a few words or choose a file.")},
    )


@sharing_fields
class ReplyForm(HoldingForm):
    """What the citizen adds to a case: words, files, or a voice message."""

    body = _words(_("Anything to add?"))
    attachments = AttachmentsField(required=False, label=_("Attachments"))
    voice = VoiceField(required=False, label=_("Voice message"))

    def clean(self) -> dict[str, Any]:
        self.count_files()
        has_files = self.kept_files or self.cleaned_data.get("attachments") or self.cleaned_data.get("voice")
        if has_files and self.has_error("body", "required"):
            self.errors.pop("body")
            self.cleaned_data["body"] = ""
        return self.cleaned_data

    @property
    def helper(self) -> FormHelper:
        return laid_out(
            "body",
            Fold(_("Attach a file or a voice message"), Piece("feedback/uploads.html"), opens_for=FILES),
        )


@sharing_fields
class OwedReplyForm(ReplyForm):
    """The reply to an officer's question: the case waits for it."""

    body = _words(_("Your reply to the officer’s question"))


def reply_form(status: str) -> type[ReplyForm]:
    """Return the form in which the citizen of a case that stands so writes to us."""
    return OwedReplyForm if status == Status.WAITING_CITIZEN else ReplyForm
