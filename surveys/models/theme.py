"""What comments are about: a small codebook of themes, and who put which comment under which of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from directory.models import User, in_language
from surveys.models.questionnaire import Questionnaire
from surveys.models.response import AnswerValue


class Theme(models.Model):
    """Something that several comments are about; one that is out of use keeps the comments it has."""

    questionnaire = models.ForeignKey(
        Questionnaire, models.PROTECT, related_name="themes", verbose_name=_("questionnaire")
    )
    name_fa = models.CharField(_("name in Persian"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)
    about = models.CharField(
        _("what belongs here"), max_length=200, blank=True, help_text=_("For whoever sorts comments.")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("theme of comments")
        verbose_name_plural = _("themes of comments")
        ordering = ["questionnaire", "order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["questionnaire", "name_fa"],
                name="theme_name_once",
                violation_error_message=_("This questionnaire has a theme with this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_fa, self.name_en)


class Coding(models.Model):
    """The themes that somebody found in a comment, none perhaps; `is_second` is the check by another person."""

    answer = models.ForeignKey(AnswerValue, models.PROTECT, related_name="codings", verbose_name=_("comment"))
    is_second = models.BooleanField(_("second sorting"), default=False)
    themes = models.ManyToManyField(Theme, related_name="+", blank=True, verbose_name=_("themes"))
    coded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("sorted by"))
    coded_on = models.DateField(_("sorted on"))

    class Meta:
        verbose_name = _("sorted comment")
        verbose_name_plural = _("sorted comments")
        constraints = [
            models.UniqueConstraint(fields=["answer", "is_second"], name="coding_once"),
            models.UniqueConstraint(fields=["answer", "coded_by"], name="coding_by_two_people"),
        ]

    def __str__(self) -> str:
        return f"{self.answer}"
