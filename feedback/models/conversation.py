"""What was said: messages and their attachments."""

from collections.abc import Sequence

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import Unit, User
from feedback.enums import FileState, Purpose, Side
from feedback.models.case import Case


class MessageQuerySet(models.QuerySet["Message"]):
    """Messages of cases."""

    def public(self) -> "MessageQuerySet":
        """What the citizen may read: everything but internal notes."""
        return self.exclude(purpose=Purpose.NOTE)


class Message(models.Model):
    """One text in the conversation. The database refuses every change (trigger); corrections are new messages."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="messages", verbose_name=_("case"))
    side = models.CharField(_("by"), max_length=8, choices=Side)
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose)
    author = models.ForeignKey(User, models.PROTECT, null=True, blank=True, verbose_name=_("author"))
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("unit")
    )
    body = models.TextField(_("text"))
    sent_at = models.DateTimeField(_("sent"))
    #: Its attachments, in a conversation that was read with them.
    files: Sequence["Attachment"] = ()

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["sent_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    side=Side.CITIZEN, author__isnull=True, purpose__in=[Purpose.SUBMISSION, Purpose.REPLY]
                )
                | Q(
                    side=Side.STAFF,
                    author__isnull=False,
                    purpose__in=[Purpose.QUESTION, Purpose.ANSWER, Purpose.NOTE],
                ),
                name="message_side_fits_purpose",
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(purpose=Purpose.SUBMISSION), name="message_one_submission"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.get_purpose_display()}"


class Attachment(models.Model):
    """A file or voice message of the conversation, stored under a random name outside the web root."""

    message = models.ForeignKey(
        Message, models.PROTECT, related_name="attachments", verbose_name=_("message")
    )
    name = models.CharField(_("name"), max_length=120)
    file = models.FileField(_("file"), upload_to="attachments/%Y/%m", max_length=200)
    content_type = models.CharField(_("type"), max_length=40)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.BinaryField(_("SHA-256 of the stored file"), max_length=32)
    #: Of the file as it came in, by which the second press of a button is known.
    came_sha256 = models.BinaryField(
        _("SHA-256 of the file that came in"), max_length=32, null=True, blank=True, editable=False
    )
    is_voice = models.BooleanField(_("voice message"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=FileState, default=FileState.CHECKING)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
