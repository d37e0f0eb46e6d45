"""What was made of the answers: closed quarters with their sums, groups left out, and what was changed for it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import Service, Unit, User, in_language
from portal.kernel.text import persian_digits
from surveys import policy
from surveys.enums import Decision, Finding, Flag, Mode
from surveys.models.questionnaire import Questionnaire, Version
from surveys.models.visit import Counter


class Closing(models.Model):
    """One counting of a Jalali quarter that is over. Never changed (trigger): a recount is another edition."""

    year = models.PositiveSmallIntegerField(_("Jalali year"))
    quarter = models.PositiveSmallIntegerField(_("quarter"))
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    snapshot_hash = models.CharField(_("hash of its sums"), max_length=64)
    closed_at = models.DateTimeField(_("counted on"))
    closed_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("counted by")
    )
    reason = models.CharField(_("reason of the recount"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("closed quarter")
        verbose_name_plural = _("closed quarters")
        ordering = ["-year", "-quarter", "-edition"]
        constraints = [
            models.UniqueConstraint(fields=["year", "quarter", "edition"], name="closing_edition_once"),
            models.CheckConstraint(
                condition=Q(quarter__gte=1, quarter__lte=4), name="closing_of_one_of_four_quarters"
            ),
            models.CheckConstraint(
                condition=Q(edition=1) | ~Q(reason=""), name="closing_recount_has_its_reason"
            ),
        ]

    def __str__(self) -> str:
        return policy.quarter_slug(self.period)

    @property
    def period(self) -> policy.Quarter:
        return policy.Quarter(self.year, self.quarter)


class Tally(models.Model):
    """How often one answer was given in a quarter, in one unit and service. Never changed (trigger).

    Special rows: an empty `code` counts responses (`value` counted, or the flag that left them out); an empty `value`
    counts the people who gave any valid answer to the question; `value` 11, 10, 01, 00 of a code that ends in * tells
    how many were content (first digit) with this question and (second digit) on the whole; a code that ends in / counts
    those who gave an answer and also answered on the whole, one that ends in + those of them who were content.
    """

    closing = models.ForeignKey(Closing, models.PROTECT, related_name="tallies", verbose_name=_("quarter"))
    questionnaire = models.ForeignKey(
        Questionnaire, models.PROTECT, related_name="+", verbose_name=_("questionnaire")
    )
    series = models.PositiveSmallIntegerField(_("series"))
    is_assured = models.BooleanField(_("official"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", null=True, verbose_name=_("unit"))
    service = models.ForeignKey(
        Service, models.PROTECT, related_name="+", null=True, verbose_name=_("service")
    )
    code = models.CharField(_("code"), max_length=25, blank=True)
    value = models.CharField(_("value"), max_length=20, blank=True)
    count = models.PositiveIntegerField(_("number"))

    class Meta:
        verbose_name = _("sum")
        verbose_name_plural = _("sums")
        indexes = [
            models.Index(fields=["closing", "questionnaire", "is_assured", "code"], name="tally_by_question")
        ]

    def __str__(self) -> str:
        return f"{self.closing} · {self.code} {self.value}"


class CounterTally(models.Model):
    """How often one answer was given in a quarter at one counter. Never changed (trigger); part of the hash.

    An empty `value` counts the people who gave any valid answer to the question.
    """

    closing = models.ForeignKey(
        Closing, models.PROTECT, related_name="counter_tallies", verbose_name=_("quarter")
    )
    questionnaire = models.ForeignKey(
        Questionnaire, models.PROTECT, related_name="+", verbose_name=_("questionnaire")
    )
    series = models.PositiveSmallIntegerField(_("series"))
    is_assured = models.BooleanField(_("official"))
    counter = models.ForeignKey(Counter, models.PROTECT, related_name="+", verbose_name=_("counter"))
    code = models.CharField(_("code"), max_length=25)
    value = models.CharField(_("value"), max_length=20, blank=True)
    count = models.PositiveIntegerField(_("number"))

    class Meta:
        verbose_name = _("sum of a counter")
        verbose_name_plural = _("sums of counters")
        indexes = [
            models.Index(fields=["closing", "questionnaire", "code"], name="counter_tally_by_question")
        ]

    def __str__(self) -> str:
        return f"{self.closing} · {self.counter} · {self.code} {self.value}"


class Suspicion(models.Model):
    """A group of responses that looks made by one hand: kept and left out, until somebody counts them again."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="+", verbose_name=_("version"))
    mode = models.CharField(_("mode"), max_length=8, choices=Mode)
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("unit")
    )
    day = models.DateField(_("day"))
    hour = models.PositiveSmallIntegerField(_("hour of the day"))
    flag = models.CharField(_("flag"), max_length=16, choices=Flag)
    count = models.PositiveIntegerField(_("responses"))
    is_lifted = models.BooleanField(_("counted again"), default=False)
    decided_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided on"), null=True, blank=True)

    class Meta:
        verbose_name = _("suspicion")
        verbose_name_plural = _("suspicions")
        ordering = ["-day", "-hour", "id"]

    def __str__(self) -> str:
        return f"{self.version} · {self.get_flag_display()} · {persian_digits(self.count)}"


class ImprovementAction(models.Model):
    """What was decided because of a finding, by whom and by when; published on «you said, we did»."""

    kind = models.CharField(_("finding"), max_length=8, choices=Finding, default=Finding.SURVEY)
    questionnaire = models.ForeignKey(
        Questionnaire,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("questionnaire"),
    )
    code = models.CharField(_("code of the question"), max_length=24, blank=True)
    reference = models.CharField(
        _("rule or case"),
        max_length=40,
        blank=True,
        help_text=_("Filled in where the link of a report leads here: stage and rule, or a case's number."),
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    year = models.PositiveSmallIntegerField(_("Jalali year of the finding"))
    quarter = models.PositiveSmallIntegerField(_("quarter of the finding"))
    said_fa = models.CharField(_("what people said, in Persian"), max_length=300)
    said_en = models.CharField(_("what people said, in English"), max_length=300, blank=True)
    done_fa = models.CharField(_("what we do, in Persian"), max_length=300)
    done_en = models.CharField(_("what we do, in English"), max_length=300, blank=True)
    decision = models.CharField(_("decision"), max_length=12, choices=Decision)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("in whose hands"))
    due_on = models.DateField(_("due on"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    is_public = models.BooleanField(_("published"), default=False)

    class Meta:
        verbose_name = _("improvement action")
        verbose_name_plural = _("improvement actions")
        ordering = ["-due_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quarter__gte=1, quarter__lte=4),
                name="action_of_one_of_four_quarters",
                violation_error_message=_("The quarter is a number from 1 to 4."),
            ),
            models.CheckConstraint(
                condition=Q(kind=Finding.SURVEY, questionnaire__isnull=False, reference="") & ~Q(code="")
                | ~Q(kind=Finding.SURVEY) & Q(questionnaire__isnull=True, code="") & ~Q(reference=""),
                name="action_names_its_finding",
                violation_error_message=_(
                    "A figure of a survey needs the questionnaire and the question, the other findings a rule or case."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.said

    @property
    def said(self) -> str:
        return in_language(self.said_fa, self.said_en)

    @property
    def done(self) -> str:
        return in_language(self.done_fa, self.done_en)

    @property
    def finding(self) -> policy.Quarter:
        return policy.Quarter(self.year, self.quarter)
