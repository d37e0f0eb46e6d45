"""The mark by which a process knows that what it keeps in memory is what the tables hold."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReferenceMark(models.Model):
    """One row; triggers draw a new mark in every transaction that changes a table kept in memory (migration 0130)."""

    mark = models.UUIDField(_("mark"))

    class Meta:
        verbose_name = _("mark of the reference data")
        verbose_name_plural = _("marks of the reference data")

    def __str__(self) -> str:
        return str(self.mark)
