"""Who looked into confidential cases. Rows are added, never changed (trigger); they hold nothing of the citizen."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from directory.models import User
from feedback.models.case import Case


class CaseRead(models.Model):
    """One member of staff looked into one confidential case within one hour, once or more often."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="reads", verbose_name=_("case"))
    reader = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("reader"))
    hour = models.DateTimeField(_("hour"))
    at = models.DateTimeField(_("first looked at"))

    class Meta:
        verbose_name = _("look into a confidential case")
        verbose_name_plural = _("looks into confidential cases")
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "reader", "hour"], name="case_read_once_an_hour"),
            models.CheckConstraint(
                condition=models.Q(at__gte=models.F("hour")), name="case_read_within_its_hour"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.reader}"
