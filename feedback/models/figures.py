"""What the home page says of our work: counted now and then, so that no visitor waits for a count."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Figures(models.Model):
    """The figures of the ninety days that end with `until`; the last row of a day stays as its figures."""

    since = models.DateField(_("from"))
    until = models.DateField(_("until"), unique=True)
    received = models.PositiveIntegerField(_("messages received"))
    due = models.PositiveIntegerField(_("answered or due"))
    late = models.PositiveIntegerField(_("of these late"))
    median_days = models.PositiveSmallIntegerField(_("median of working days to an answer"))
    overdue_open = models.PositiveIntegerField(_("open and overdue"))
    counted_at = models.DateTimeField(_("counted"))

    class Meta:
        verbose_name = _("figures of our work")
        verbose_name_plural = _("figures of our work")
        ordering = ["-until"]
        constraints = [
            models.CheckConstraint(
                condition=Q(late__lte=F("due")) & Q(due__lte=F("received")) & Q(since__lt=F("until")),
                name="figures_add_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.since} – {self.until}"

    @property
    def on_time_percent(self) -> int:
        return round(100 * (self.due - self.late) / self.due) if self.due else 0
