"""Lists of cases that were taken out: who asked, what for, how many, and the file for as long as it is there."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import User
from feedback.enums import ExportState, SheetFormat


class Export(models.Model):
    """One list that was asked for. The row stays as a record; its file is gone after a day."""

    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked on"))
    purpose = models.CharField(_("what for"), max_length=200)
    narrowed = models.CharField(_("which cases"), max_length=400)
    form = models.CharField(_("kind of file"), max_length=4, choices=SheetFormat, default=SheetFormat.XLSX)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="fa")
    state = models.CharField(_("state"), max_length=8, choices=ExportState, default=ExportState.ASKED)
    total = models.PositiveIntegerField(_("cases found"))
    done = models.PositiveIntegerField(_("cases looked at"), default=0)
    #: Cases in the file: those that the asker may still see, none of them confidential.
    count = models.PositiveIntegerField(_("cases in the file"), default=0)
    part = models.PositiveIntegerField(default=0, editable=False)
    file = models.FileField(_("file"), upload_to="exports", max_length=200, blank=True)
    made_at = models.DateTimeField(_("made on"), null=True, blank=True)
    fetched_at = models.DateTimeField(_("last downloaded on"), null=True, blank=True)

    class Meta:
        verbose_name = _("list taken out")
        verbose_name_plural = _("lists taken out")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ExportState.values), name="export_state_known"),
            models.CheckConstraint(
                condition=~Q(state=ExportState.READY) | (Q(made_at__isnull=False) & ~Q(file="")),
                name="export_ready_has_its_file",
            ),
            models.CheckConstraint(
                condition=~Q(state=ExportState.GONE) | Q(file=""), name="export_gone_has_no_file"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_form_display()} · {self.pk}"

    @property
    def is_under_way(self) -> bool:
        return self.state in (ExportState.ASKED, ExportState.RUNNING)


class ExportPart(models.Model):
    """Some hundred cases of a list, and their rows once they were read; gone when the file is made."""

    export = models.ForeignKey(Export, models.CASCADE, related_name="parts", verbose_name=_("list taken out"))
    number = models.PositiveIntegerField(_("part"))
    cases = ArrayField(models.BigIntegerField(), verbose_name=_("cases"))
    rows = models.JSONField(_("rows"), default=list)

    class Meta:
        verbose_name = _("part of a list")
        verbose_name_plural = _("parts of a list")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["export", "number"], name="export_part_once")]

    def __str__(self) -> str:
        return f"{self.export_id} · {self.number}"
