"""Files of forms that were not sent yet."""

from typing import TYPE_CHECKING

from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.core.files.base import File


class WaitingFile(models.Model):
    """A file that waits until its form is sent, or until its step goes out; nobody can open it."""

    name = models.CharField(_("name"), max_length=120)
    file = models.FileField(_("file"), upload_to="held", max_length=200)
    content_type = models.CharField(_("type"), max_length=40)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def as_upload(self) -> UploadedFile:
        """Return the file as it came out of its form's field."""
        content: File[bytes] = self.file.open("rb")
        # What was opened knows its size; the store would be asked once more.
        return UploadedFile(content, self.name, self.content_type, self.file.file.size)


class HeldFile(WaitingFile):
    """A file that arrived before its message did; opened by nobody, gone after `settings.HELD_SECONDS`.

    Only whoever holds the token of its form can have it sent along; the token itself is not stored.
    """

    holder = models.BinaryField(_("digest of the form token"), max_length=32)
    size = models.PositiveIntegerField(_("size in bytes"))
    is_voice = models.BooleanField(_("voice message"), default=False)
    held_at = models.DateTimeField(_("held since"))

    class Meta:
        verbose_name = _("held file")
        verbose_name_plural = _("held files")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["holder"], name="held_file_holder"),
            models.Index(fields=["held_at"], name="held_file_age"),
        ]
