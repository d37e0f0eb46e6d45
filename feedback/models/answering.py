"""Answering: what is being written, what is about to go out, and texts kept for use again."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from directory.models import Unit, User
from feedback.models.case import Case
from feedback.models.held import WaitingFile


class Draft(models.Model):
    """What one member of staff has written for one step of a case and not sent; nobody else reads it."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="drafts", verbose_name=_("case"))
    author = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("author"))
    step = models.CharField(_("step"), max_length=16)
    #: What was typed, by the names of the step's fields.
    words = models.JSONField(_("text"))
    #: The version of the case that its author saw.
    version = models.PositiveIntegerField(_("version"))
    saved_at = models.DateTimeField(_("saved"))

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [
            models.UniqueConstraint(fields=["case", "author", "step"], name="draft_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.step}"


class DraftFile(WaitingFile):
    """A file that was chosen for a step and not sent; it waits with the draft and nobody can open it."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="files", verbose_name=_("draft"))
    size = models.PositiveIntegerField(_("size in bytes"))

    class Meta:
        verbose_name = _("file of a draft")
        verbose_name_plural = _("files of drafts")
        ordering = ["id"]


class OutgoingStep(models.Model):
    """A step that is sent but not yet public: its sender may take it back until it is due. One a case."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="outgoing", verbose_name=_("case"))
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("actor"))
    step = models.CharField(_("step"), max_length=16)
    words = models.JSONField(_("text"))
    held_at = models.DateTimeField(_("sent"))
    due_at = models.DateTimeField(_("goes out"))

    class Meta:
        verbose_name = _("step about to go out")
        verbose_name_plural = _("steps about to go out")
        constraints = [
            models.CheckConstraint(condition=Q(due_at__gt=F("held_at")), name="held_goes_out_later"),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.step}"


class OutgoingFile(WaitingFile):
    """A file of a step that is about to go out."""

    held = models.ForeignKey(OutgoingStep, models.CASCADE, related_name="files", verbose_name=_("step"))

    class Meta:
        verbose_name = _("file about to go out")
        verbose_name_plural = _("files about to go out")
        ordering = ["id"]


class CannedAnswer(models.Model):
    """A text that a unit uses again and again; its blanks are filled from a fixed list (policy.BLANKS)."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="canned_answers", verbose_name=_("unit"))
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"))
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("ready answer")
        verbose_name_plural = _("ready answers")
        ordering = ["unit__order", "title", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "title"],
                name="canned_title_once_a_unit",
                violation_error_message=_("This unit has a ready answer with this title already."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
