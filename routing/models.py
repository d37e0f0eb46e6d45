"""Rule sets, their rules and keywords; a published set is kept unchanged by the database itself."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import Fold, Unit, User
from routing.enums import RULE_STAGES, Fault, Kind, Stage, Status
from routing.policy import MAX_WEIGHT, is_findable


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
