"""Rule sets, their rules and keywords; a published set is kept unchanged by the database itself."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from directory.models import Fold, Unit, User
from routing.enums import RULE_STAGES, UNDER_WAY, Change, Fault, Kind, RehearsalState, Stage, Status
from routing.policy import MAX_WEIGHT, is_findable

#: Keywords of a rule that a list shows.
SHOWN = 6


class RuleSetQuerySet(models.QuerySet["RuleSet"]):
    def in_force(self) -> "RuleSetQuerySet":
        """The published rule set, if there is one."""
        return self.filter(status=Status.PUBLISHED)


class RuleSet(models.Model):
    """A version of all rules together; written as a draft, then published, then retired by the next one."""

    version = models.PositiveIntegerField(_("version"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    published_at = models.DateTimeField(_("published on"), null=True, blank=True)
    published_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("published by")
    )
    retired_at = models.DateTimeField(_("retired on"), null=True, blank=True)
    made_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made on"), null=True, blank=True)
    copied_from = models.PositiveIntegerField(_("copied from version"), null=True, blank=True)

    objects = RuleSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule set")
        verbose_name_plural = _("rule sets")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["status"], condition=Q(status=Status.PUBLISHED), name="ruleset_one_published"
            ),
            models.CheckConstraint(
                condition=Q(status=Status.DRAFT, published_at__isnull=True, retired_at__isnull=True)
                | Q(status=Status.PUBLISHED, published_at__isnull=False, retired_at__isnull=True)
                | Q(status=Status.RETIRED, published_at__isnull=False, retired_at__isnull=False),
                name="ruleset_dates_follow_status",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} · {self.name}"

    @property
    def is_draft(self) -> bool:
        return self.status == Status.DRAFT


class Rule(models.Model):
    """These words, in messages of these kinds, speak for this unit."""

    ruleset = models.ForeignKey(RuleSet, models.CASCADE, related_name="rules", verbose_name=_("rule set"))
    order = models.PositiveSmallIntegerField(
        _("order"), help_text=_("Lanes are tried in this order; of units with equal points the earlier wins.")
    )
    code = models.CharField(_("code"), max_length=16)
    stage = models.CharField(
        _("stage"),
        max_length=10,
        choices=RULE_STAGES,
        default=Stage.POINTS,
        help_text=_("A lane decides at once; points compete."),
    )
    kinds = ArrayField(
        models.CharField(max_length=12, choices=Kind),
        verbose_name=_("kinds"),
        default=list,
        blank=True,
        help_text=_("The rule is for these kinds of messages; for all if empty."),
    )
    always = models.PositiveSmallIntegerField(
        _("points without words"),
        default=0,
        validators=[MaxValueValidator(MAX_WEIGHT)],
        help_text=_("What the rule is worth to every message of its kinds, whatever the words."),
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="rules", verbose_name=_("unit"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["ruleset", "code"], name="rule_code_once_per_set"),
            models.UniqueConstraint(
                fields=["ruleset", "order"],
                name="rule_order_once_per_set",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(stage__in=[Stage.LANE, Stage.POINTS]), name="rule_stage_known"
            ),
            models.CheckConstraint(condition=Q(kinds__contained_by=Kind.values), name="rule_kinds_known"),
            models.CheckConstraint(condition=Q(always__lte=MAX_WEIGHT), name="rule_always_in_range"),
            models.CheckConstraint(condition=Q(always=0) | ~Q(kinds=[]), name="rule_always_names_kinds"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def kind_names(self) -> str:
        """The kinds the rule is for, in words; nothing where it is for all."""
        return gettext(", ").join(str(Kind(kind).label) for kind in self.kinds)

    @property
    def first_words(self) -> list["Keyword"]:
        """The first few keywords that speak for the unit; a long rule is read on its own page."""
        return [word for word in self.keywords.all() if not word.switches_off][:SHOWN]

    @property
    def more_words(self) -> int:
        """How many keywords `first_words` leaves out."""
        return sum(not word.switches_off for word in self.keywords.all()) - len(self.first_words)

    def clean(self) -> None:
        if self.always and not self.kinds:
            raise ValidationError({"kinds": Fault.ALWAYS_FOR_ALL.label})


class Keyword(models.Model):
    """A word or phrase of a rule: what it is worth, or that it switches the rule off."""

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="keywords", verbose_name=_("rule"))
    phrase = models.CharField(_("word or phrase"), max_length=100)
    weight = models.PositiveSmallIntegerField(
        _("weight"),
        default=3,
        validators=[MaxValueValidator(MAX_WEIGHT)],
        help_text=_(
            "0 takes the phrase out of the reading: “with thanks” says nothing, though “thanks” does."
        ),
    )
    switches_off = models.BooleanField(
        _("switches the rule off"),
        default=False,
        help_text=_("A message with this phrase is not for this rule."),
    )

    class Meta:
        verbose_name = _("keyword")
        verbose_name_plural = _("keywords")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("rule", Fold("phrase"), name="keyword_once_per_rule_when_folded"),
            models.CheckConstraint(condition=Q(weight__lte=MAX_WEIGHT), name="keyword_weight_in_range"),
            models.CheckConstraint(condition=~Q(phrase=""), name="keyword_not_empty"),
        ]

    def __str__(self) -> str:
        return self.phrase

    def clean(self) -> None:
        if not is_findable(self.phrase):
            raise ValidationError({"phrase": Fault.EMPTY_PHRASE.label})


class RuleChange(models.Model):
    """Append-only record of one change to a rule set: who did what, when (trigger)."""

    ruleset = models.ForeignKey(RuleSet, models.CASCADE, related_name="changes", verbose_name=_("rule set"))
    what = models.CharField(_("change"), max_length=10, choices=Change)
    rule_code = models.CharField(_("rule"), max_length=16, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    actor = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("by")
    )
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("change of the rules")
        verbose_name_plural = _("changes of the rules")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.ruleset_id} · {self.what} {self.rule_code}".rstrip()


class RehearsalQuerySet(models.QuerySet["Rehearsal"]):
    def under_way(self) -> "RehearsalQuerySet":
        """Rehearsals that go on."""
        return self.filter(state__in=UNDER_WAY)


class Rehearsal(models.Model):
    """A draft replayed over past cases, before it may come into force. It keeps figures and numbers, no text.

    `fingerprint` is that of the rules that were rehearsed; `part`, `last` and `upto` tell how far the replay is: it
    goes on after the case numbered `last`, up to the one numbered `upto`.
    """

    ruleset = models.ForeignKey(
        RuleSet, models.CASCADE, related_name="rehearsals", verbose_name=_("rule set")
    )
    fingerprint = models.CharField(_("fingerprint of the rules"), max_length=64)
    state = models.CharField(
        _("state"), max_length=10, choices=RehearsalState, default=RehearsalState.WAITING
    )
    against = models.PositiveIntegerField(_("compared with version"), null=True, blank=True)
    asked_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked on"))
    finished_at = models.DateTimeField(_("finished on"), null=True, blank=True)
    total = models.PositiveIntegerField(_("cases"), default=0)
    done = models.PositiveIntegerField(_("cases replayed"), default=0)
    part = models.PositiveIntegerField(default=0)
    last = models.BigIntegerField(default=0)
    upto = models.BigIntegerField(default=0)
    breaches = models.PositiveIntegerField(_("conflict breaches"), default=0)
    result = models.JSONField(_("result"), default=dict)
    error = models.CharField(_("reason of failure"), max_length=300, blank=True)

    objects = RehearsalQuerySet.as_manager()

    class Meta:
        verbose_name = _("rehearsal")
        verbose_name_plural = _("rehearsals")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ruleset"], condition=Q(state__in=UNDER_WAY), name="rehearsal_one_under_way"
            ),
            models.CheckConstraint(
                condition=Q(state__in=RehearsalState.values), name="rehearsal_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=RehearsalState.FINISHED) | Q(finished_at__isnull=False),
                name="rehearsal_finished_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ruleset} · {self.get_state_display()}"

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def percent(self) -> int:
        """How much of the replay is done, 0 to 100."""
        if self.state == RehearsalState.FINISHED:
            return 100
        return min(99, 100 * self.done // self.total) if self.total else 0
