"""What the forms of a case page have in common: each is one step and calls one service."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.forms import BoundField
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from directory.models import User
from feedback import policy, services
from feedback.enums import EventKind
from feedback.models import Case, Draft, DraftFile, OutgoingStep
from portal.kernel.text import read_number
from portal.ui.fields import TextField
from portal.ui.uploads import AttachmentsField, check_count
from portal.ui.widgets import Textarea

#: Characters of a text by staff.
MOST = 10_000


def text_box(label: Any, missing: Any, help_text: Any = "", rows: int = 6) -> TextField:
    return TextField(
        multiline=True,
        max_length=MOST,
        label=label,
        help_text=help_text,
        widget=Textarea({"class": "vLargeTextField", "rows": rows, "dir": "auto"}),
        error_messages={"required": missing},
    )


def numbers(data: Any, name: str) -> list[int]:
    """Return the keys that the boxes of a name stand for."""
    sent = forms.MultipleHiddenInput().value_from_datadict(data, MultiValueDict(), name) if data else None
    return [key for one in sent or () if (key := read_number(one))]


def file_box() -> AttachmentsField:
    return AttachmentsField(
        required=False, label=_("Attachments"), help_text=_("Up to 5 files of up to 10 megabytes each.")
    )


class StepForm(forms.Form):
    """One step: its name in the table of ways, its button, what it says when it is done."""

    step: ClassVar[str]
    title: ClassVar[Any] = ""
    #: The key that leads to it (static/js/keys.js).
    key: ClassVar[str] = ""
    button: ClassVar[Any]
    done: ClassVar[Any]
    #: Whether the page of the case stays in front of the user.
    stays: ClassVar[bool] = False
    #: Whether the citizen reads what is written here: it can be looked at before it is sent.
    is_public: ClassVar[bool] = False
    #: Fields that the page draws in its own way.
    apart: ClassVar[frozenset[str]] = frozenset()
    #: How the record shows that this step was taken; with the text of `said`, a repeated press is known.
    event: ClassVar[EventKind]
    said: ClassVar[str] = "body"

    def __init__(
        self, data: Any = None, files: Any = None, *, case: Case, kept: Mapping[str, str] | None = None
    ) -> None:
        own = f"{self.step}-"
        initial = {
            name.removeprefix(own): text for name, text in (kept or {}).items() if name.startswith(own)
        }
        super().__init__(data, files, prefix=self.step, initial=initial, use_required_attribute=False)
        self.case = case
        #: What is about to go out once the step was taken; the draft that the page was opened with.
        self.held: OutgoingStep | None = None
        self.draft: Draft | None = None

    @property
    def is_open(self) -> bool:
        """Whether the form is unfolded: something is written in it, or something is wrong with it."""
        has_files = self.draft is not None and bool(self.draft.files.all())
        return self.is_bound or has_files or any(self.initial.values())

    def take(self, *, actor: User, at: datetime, version: int) -> None:
        """Take the step; raises what the services raise."""
        raise NotImplementedError

    @property
    def is_written(self) -> bool:
        """Whether anything is typed in this step, so that a draft of it can be kept."""
        return bool(self.said)

    @property
    def rows(self) -> list[BoundField]:
        """The fields that are drawn one below the other."""
        return [self[name] for name in self.fields if name not in self.apart]

    def refuse(self, refusal: Exception) -> None:
        """Put a refusal of the services beside the field it is about."""
        words: Any = _("This is not possible in the present state of the case.")
        if isinstance(refusal, policy.StepHeld):
            words = _("A step of this case is just about to go out. Please look again in a moment.")
        self.add_error(self.said if self.said in self.fields else None, words)


class SentForm(StepForm):
    """A step that the citizen reads: it goes out after a moment in which it can be taken back."""

    is_public = True

    def words(self) -> dict[str, Any]:
        """Return what the service takes besides the files, by the names of the fields."""
        return {name: value for name, value in self.cleaned_data.items() if name != "attachments"}

    def clean(self) -> dict[str, Any]:
        """Count the files that wait with the draft together with those that came now."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if "attachments" in given:
            try:
                check_count([*self.kept_files(), *given["attachments"]], None)
            except forms.ValidationError as too_many:
                self.add_error("attachments", too_many)
        return given

    def kept_files(self) -> list[DraftFile]:
        """Return the files of the draft that are ticked."""
        ticked = set(numbers(self.data, self.add_prefix("kept")))
        return [one for one in self.draft.files.all() if one.pk in ticked] if self.draft else []

    def all_files(self) -> list[UploadedFile]:
        """Return all files that go out with the step."""
        return [
            *(one.as_upload() for one in self.kept_files()),
            *(self.cleaned_data.get("attachments") or ()),
        ]

    def take(self, *, actor: User, at: datetime, version: int) -> None:
        self.held = services.send(
            case_id=self.case.pk,
            actor=actor,
            step=self.step,
            words=self.words(),
            files=self.all_files(),
            at=at,
            version=version,
            seconds=settings.UNDO_SECONDS,
        )
