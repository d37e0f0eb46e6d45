"""What people answered: rows are added, never changed (triggers), and none leads to a person."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import Service, Unit
from surveys.enums import EXCLUDING, Flag, Language, Mode, Page
from surveys.models.questionnaire import Item, Option, Version
from surveys.models.visit import Counter

#: Flags of what is left out of the figures, and of what was when it was judged first.
OUT = [flag.value for flag in EXCLUDING]
OUT_FIRST = [*OUT, Flag.LIFTED.value]


class ResponseQuerySet(models.QuerySet["Response"]):
    def counted(self) -> "ResponseQuerySet":
        """Responses that published figures rest on."""
        return self.exclude(flags__overlap=OUT)

    def left_out(self) -> "ResponseQuerySet":
        """The others: they are kept, and their number is published."""
        return self.filter(flags__overlap=OUT)

    def as_judged_first(self) -> "ResponseQuerySet":
        """Counted responses without those that a decision counts again: it would tell of a few if figures moved."""
        return self.exclude(flags__overlap=OUT_FIRST)

    def left_out_first(self) -> "ResponseQuerySet":
        """The others of those."""
        return self.filter(flags__overlap=OUT_FIRST)


class Response(models.Model):
    """One filled-in questionnaire: of nobody, at no moment more exact than the hour, with a random number.

    Only `flags` may ever change, and `counter` be forgotten (trigger).
    `token_digest` makes a form count once, however often it is sent.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="responses", verbose_name=_("version"))
    service = models.ForeignKey(
        Service, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("service")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("unit")
    )
    #: Kept only where several people of the day share it, and only until the quarter is counted; then it is forgotten.
    counter = models.ForeignKey(
        Counter,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("counter"),
    )
    language = models.CharField(_("language"), max_length=2, choices=Language)
    mode = models.CharField(_("mode"), max_length=8, choices=Mode, default=Mode.WEB)
    day = models.DateField(_("day"))
    hour = models.PositiveSmallIntegerField(_("hour of the day"))
    flags = ArrayField(
        models.CharField(max_length=16, choices=Flag), verbose_name=_("flags"), default=list, blank=True
    )
    token_digest = models.BinaryField(_("SHA-256 of the form's token"), max_length=32, unique=True)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        ordering = ["day", "hour", "id"]
        indexes = [
            models.Index(fields=["version", "day"], name="response_by_version"),
            models.Index(fields=["day"], condition=Q(counter__isnull=False), name="response_with_a_counter"),
        ]
        constraints = [models.CheckConstraint(condition=Q(hour__lte=23), name="response_hour_of_the_day")]

    def __str__(self) -> str:
        return f"{self.version} · {self.day}"


class AnswerValue(models.Model):
    """One answer of a response: a row for each option chosen, one for a number or a text. Never changed (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    response = models.ForeignKey(
        Response, models.PROTECT, related_name="answers", db_index=False, verbose_name=_("response")
    )
    item = models.ForeignKey(Item, models.PROTECT, related_name="answers", verbose_name=_("question"))
    option = models.ForeignKey(
        Option, models.PROTECT, related_name="answers", null=True, blank=True, verbose_name=_("option")
    )
    number = models.BigIntegerField(_("number"), null=True, blank=True)
    text = models.TextField(_("text"), blank=True)

    class Meta:
        verbose_name = _("answer value")
        verbose_name_plural = _("answer values")
        constraints = [
            models.UniqueConstraint(fields=["response", "item", "option"], name="answer_option_once"),
            models.UniqueConstraint(
                fields=["response", "item"], condition=Q(option__isnull=True), name="answer_in_own_words_once"
            ),
            models.CheckConstraint(
                condition=Q(option__isnull=False, number__isnull=True, text="")
                | Q(option__isnull=True, number__isnull=False, text="")
                | (Q(option__isnull=True, number__isnull=True) & ~Q(text="")),
                name="answer_value_of_one_sort",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item.code}"


class PageVote(models.Model):
    """Somebody said whether a page was useful; nothing is known of him but the day."""

    page = models.CharField(_("page"), max_length=40, choices=Page)
    is_useful = models.BooleanField(_("useful"))
    day = models.DateField(_("day"))

    class Meta:
        verbose_name = _("vote on a page")
        verbose_name_plural = _("votes on pages")
        indexes = [models.Index(fields=["page", "day"], name="page_vote_by_page")]

    def __str__(self) -> str:
        return f"{self.get_page_display()} · {self.day}"
