"""Files that stay with a form when it comes back: what arrived once need not be chosen again."""

import re
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from feedback import selectors
from feedback.models import HeldFile
from portal.ui import challenge
from portal.ui.fields import TextField
from portal.ui.uploads import MOST_BYTES, MOST_FILES, AttachmentsField, VoiceField, check_count
from portal.ui.widgets import HiddenInput

GONE = _("A file that had arrived earlier waited too long and was deleted. Please choose it again.")
NUMBER = re.compile(r"[0-9]{1,18}")


class HoldingForm(forms.Form):
    """A form whose files are held at the server until it is sent.

    `hold` is the form's token, `kept` names the held files that are still wanted: the page has a ticked box for each.
    The view hands `fresh()` to the service and puts what comes back into `kept_files`.
    """

    most_files, most_bytes = MOST_FILES, MOST_BYTES

    hold = TextField(required=False, widget=HiddenInput)
    kept = forms.Field(required=False, widget=forms.MultipleHiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kept_files: list[HeldFile] = []
        self.has_lost = False

    @cached_property
    def holder(self) -> str:
        """The token this form's files are held under; a fresh one where none of ours was sent along."""
        now = timezone.now()
        token = str(self["hold"].value() or "")
        return token if challenge.is_hold(token, now) else challenge.new_hold(now)

    def clean_kept(self) -> list[HeldFile]:
        sent = self.cleaned_data["kept"] or ()
        wanted = list(dict.fromkeys(int(number) for number in sent if NUMBER.fullmatch(number)))
        self.kept_files = selectors.held_files(self.holder, wanted) if wanted else []
        if len(self.kept_files) < len(wanted):
            self.add_error("attachments" if "attachments" in self.fields else None, GONE)
        return self.kept_files

    def count_files(self) -> None:
        """Count what is kept together with what came now; too much is an error of the attachments."""
        try:
            check_count([*self._files_kept(), *(self.cleaned_data.get("attachments") or ())], self._voice())
        except forms.ValidationError as too_many:
            self.add_error("attachments", too_many)

    def _files_kept(self) -> list[HeldFile]:
        return [held for held in self.kept_files if not held.is_voice]

    def _voice(self) -> UploadedFile | HeldFile | None:
        """Return the voice message: the one that came now, else the last that is kept."""
        kept = [held for held in self.kept_files if held.is_voice]
        return self.cleaned_data.get("voice") or (kept[-1] if kept else None)

    def fresh(self) -> tuple[list[UploadedFile], UploadedFile | None]:
        """Return what came now and may be kept, in a refused form too: good files, as many as still fit."""
        voice: UploadedFile | None = self.cleaned_data.get("voice")
        good = self.cleaned_data.get("attachments")
        if good is None:
            field, sent = self.fields["attachments"], self["attachments"].data
            files = sent if isinstance(sent, list) else [sent] if sent else []
            good = field.sorted_out(files)[0] if isinstance(field, AttachmentsField) else []
        room = MOST_FILES - len(self._files_kept()) - (self._voice() is not None)
        return good[: max(room, 0)], voice

    def uploads(self) -> dict[str, Any]:
        """Return the files of a checked form, kept and new, under the names the services give them."""
        voice = self._voice()
        return {
            "files": [held.as_upload() for held in self._files_kept()] + self.cleaned_data["attachments"],
            "voice": voice.as_upload() if isinstance(voice, HeldFile) else voice,
        }

    def keep(self, held: list[HeldFile]) -> None:
        """Show files that are held from now on; a voice message takes the place of an earlier one."""
        if any(one.is_voice for one in held):
            self.kept_files = self._files_kept()
        self.kept_files = [*self.kept_files, *held]


class ArrivalForm(forms.Form):
    """Files on their way to the server while their form is still being filled in."""

    attachments = AttachmentsField(required=False)
    voice = VoiceField(required=False)
