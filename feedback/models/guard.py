"""Counters against guessing and robots. They hold no address and lock nobody out."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WrongCodes(models.Model):
    """Wrong tracking codes within one hour, from one neighbourhood of addresses (-1 for all of them)."""

    hour = models.DateTimeField(_("hour"))
    neighbourhood = models.SmallIntegerField(_("neighbourhood"))
    count = models.PositiveIntegerField(_("count"), default=0)

    class Meta:
        verbose_name = _("wrong codes")
        verbose_name_plural = _("wrong codes")
        constraints = [
            models.UniqueConstraint(fields=["hour", "neighbourhood"], name="wrong_codes_once_an_hour")
        ]

    def __str__(self) -> str:
        return f"{self.hour} · {self.neighbourhood}"


class SpentQuestion(models.Model):
    """A plain question that was answered once and may not be used again."""

    nonce = models.CharField(_("nonce"), max_length=32, unique=True)
    spent_at = models.DateTimeField(_("spent"), auto_now_add=True)

    class Meta:
        verbose_name = _("spent question")
        verbose_name_plural = _("spent questions")

    def __str__(self) -> str:
        return self.nonce
