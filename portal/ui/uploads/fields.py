"""Form fields for files: each is judged by its content, and each refusal names the file and the way out."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from portal.kernel.text import clean
from portal.templatetags.persian import fa_digits, filesize_fa
from portal.ui.uploads.contents import sniff
from portal.ui.uploads.limits import ALLOWED, MOST_BYTES, MOST_FILES
from portal.ui.uploads.names import LONGEST, display_name
from portal.ui.uploads.pictures import FORMATS, UnreadablePicture, check
from portal.ui.widgets import FilesInput

SOUND = {kind for kind in ALLOWED if kind.startswith("audio/")}
Words = Mapping[str, str | Promise]

FAULTS: Words = {
    "empty_file": _("The file “{name}” is empty; perhaps it was still being saved. Please choose it again."),
    "too_big": _("The file “{name}” has {size}; one file may have {most}. Please send a smaller one."),
    "foreign": _("We cannot open the file “{name}”. Send a photo, a PDF or a sound recording."),
    "no_sound": _("The file “{name}” is no sound recording that we can open (MP3, M4A, OGG, WebM)."),
    "picture": _(
        "The picture “{name}” is broken or too large (more than 25 million points). Send a smaller photo."
    ),
}
TOO_MANY = _("You chose %(count)s files; at most %(most)s can be sent.")
TOO_MANY_WITH_VOICE = _("With the voice message these are %(count)s files; at most %(most)s can be sent.")


def admitted(file: UploadedFile, types: set[str], fault: str) -> UploadedFile:
    """Return the file under its display name and true type; raises ValidationError with the name of the file.

    `fault` is what is said where the content is none of `types`.
    """
    if not file.size:
        raise _refusal("empty_file", file)
    if file.size > MOST_BYTES:
        raise _refusal("too_big", file)
    content = file.read()
    file.seek(0)
    kind = sniff(content)
    if kind not in types:
        raise _refusal(fault, file)
    if kind in FORMATS:
        _check_picture(file, content, kind)
    file.name, file.content_type = display_name(file.name or "", kind), kind
    return file


def _check_picture(file: UploadedFile, content: bytes, kind: str) -> None:
    try:
        check(content, kind)
    except UnreadablePicture:
        raise _refusal("picture", file) from None


def _refusal(fault: str, file: UploadedFile) -> ValidationError:
    name = format_html("<bdi>{}</bdi>", clean(file.name or "")[-LONGEST:])
    sizes = {"size": filesize_fa(file.size), "most": filesize_fa(MOST_BYTES)}
    return ValidationError(format_html(str(FAULTS[fault]), name=name, **sizes), fault)


def check_count(files: Sequence[object], voice: object | None) -> None:
    """Count the files of a form together with its voice message; raises ValidationError where they are too many."""
    count = len(files) + (voice is not None)
    if count > MOST_FILES:
        figures = {"count": fa_digits(count), "most": fa_digits(MOST_FILES)}
        raise ValidationError(TOO_MANY if voice is None else TOO_MANY_WITH_VOICE, "too_many", figures)


class FilesField(forms.FileField):
    """Up to `most` files in one field."""

    widget = FilesInput

    def __init__(self, *, most: int, **options: Any) -> None:
        self.most = most
        super().__init__(allow_empty_file=True, **options)

    def received(self, data: Any) -> list[UploadedFile]:
        """Return what came in the field; raises ValidationError where it is too much, or nothing and compulsory."""
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if not files:
            super().clean(None)
        if len(files) > self.most:
            figures = {"count": fa_digits(len(files)), "most": fa_digits(self.most)}
            raise ValidationError(TOO_MANY, "too_many", figures)
        return [super(FilesField, self).clean(file) for file in files if file]


class AttachmentsField(FilesField):
    """Photos, PDF files and recordings; cleaned to a list of admitted files. Every refused file is named."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", FilesInput({"accept": ",".join(chain.from_iterable(ALLOWED.values()))}))
        super().__init__(most=MOST_FILES, **options)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        good, faults = self.sorted_out(self.received(data))
        if faults:
            raise ValidationError(faults)
        return good

    def sorted_out(self, files: Iterable[UploadedFile]) -> tuple[list[UploadedFile], list[ValidationError]]:
        """Return the admitted files and what is wrong with the others."""
        good, faults = [], []
        for file in files:
            try:
                good.append(admitted(file, set(ALLOWED), "foreign"))
            except ValidationError as fault:
                faults.append(fault)
        return good, faults


class VoiceField(FilesField):
    """One voice message; cleaned to an admitted sound file or None."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", FilesInput({"accept": "audio/*", "capture": True, "multiple": False}))
        super().__init__(most=1, **options)

    def clean(self, data: Any, initial: Any = None) -> UploadedFile | None:
        files = self.received(data)
        return admitted(files[0], SOUND, "no_sound") if files else None
