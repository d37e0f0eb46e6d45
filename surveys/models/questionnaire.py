"""Questionnaires and their versions: sections, items and options. What is published never changes (triggers)."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from directory.models import User, in_language
from portal.kernel.text import persian_digits
from surveys import policy
from surveys.enums import Change, ItemKind, Scale, State

#: Words that stand where a questionnaire's slug would stand in an address.
RESERVED_SLUGS = ("results", "useful", "kiosk")

item_code = RegexValidator(
    r"^[A-Z][A-Z0-9_]*$", _("Capital Latin letters, digits and _ only, a letter first.")
)
option_value = RegexValidator(r"^[a-z0-9_]+$", _("Small Latin letters, digits and _ only."))


class Questionnaire(models.Model):
    """A survey across its versions."""

    slug = models.SlugField(_("name in the address"), max_length=32, unique=True)
    title_fa = models.CharField(_("title in Persian"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120, blank=True)
    asks_service = models.BooleanField(_("asks which service it is about"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        ordering = ["order", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(slug__in=RESERVED_SLUGS),
                name="questionnaire_slug_is_free",
                violation_error_message=_(
                    "This name in the address belongs to another page; choose another one."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return in_language(self.title_fa, self.title_en)


class Version(models.Model):
    """One wording of a questionnaire. Once published, it and all below it are fixed by the database (trigger)."""

    questionnaire = models.ForeignKey(
        Questionnaire, models.PROTECT, related_name="versions", verbose_name=_("questionnaire")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    series = models.PositiveSmallIntegerField(
        _("series"), default=1, help_text=_("Figures are compared and added up within one series only.")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    change = models.CharField(_("change"), max_length=6, choices=Change, blank=True)
    change_note = models.CharField(_("what was changed and why"), max_length=300, blank=True)
    heading_fa = models.CharField(_("heading in Persian"), max_length=120)
    heading_en = models.CharField(_("heading in English"), max_length=120, blank=True)
    intro_fa = models.CharField(_("introduction in Persian"), max_length=400, blank=True)
    intro_en = models.CharField(_("introduction in English"), max_length=400, blank=True)
    published_at = models.DateTimeField(_("published on"), null=True, blank=True)
    published_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("published by")
    )
    retired_at = models.DateTimeField(_("retired on"), null=True, blank=True)

    class Meta:
        verbose_name = _("version of a questionnaire")
        verbose_name_plural = _("versions of questionnaires")
        ordering = ["questionnaire", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["questionnaire"], condition=Q(state=State.PUBLISHED), name="version_one_published"
            ),
            models.UniqueConstraint(
                fields=["questionnaire"], condition=Q(state=State.DRAFT), name="version_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT, published_at__isnull=True, retired_at__isnull=True)
                | Q(state=State.PUBLISHED, published_at__isnull=False, retired_at__isnull=True)
                | Q(
                    state=State.RETIRED, published_at__isnull=False, retired_at__gte=models.F("published_at")
                ),
                name="version_state_has_its_times",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire} · {in_language(persian_digits(self.number), str(self.number))}"

    @property
    def heading(self) -> str:
        return in_language(self.heading_fa, self.heading_en)

    @property
    def intro(self) -> str:
        return in_language(self.intro_fa, self.intro_en)

    @property
    def is_draft(self) -> bool:
        return self.state == State.DRAFT

    @cached_property
    def contents(self) -> "Contents":
        """What is asked; that of a version that is no draft never changes, and is read once a process."""
        return Contents(self.pk) if self.is_draft else _fixed_contents(self.pk, self.published_at)

    @property
    def asked(self) -> list["Item"]:
        """The items as they are asked, with their sections and options; read once (two queries)."""
        return self.contents.asked

    @property
    def questions(self) -> tuple[policy.Question, ...]:
        """The items as the rules see them. Raises `policy.ConditionRefused`, in a draft only."""
        return self.contents.questions


class Contents:
    """What a version asks, read when it is first wanted."""

    def __init__(self, version: int) -> None:
        self.version = version

    @cached_property
    def asked(self) -> list["Item"]:
        return list(Item.objects.filter(version=self.version).in_order())

    @cached_property
    def questions(self) -> tuple[policy.Question, ...]:
        earlier: dict[str, policy.Question] = {}
        for item in self.asked:
            earlier[item.code] = item.as_question(earlier)
        return tuple(earlier.values())


@lru_cache(maxsize=8)
def _fixed_contents(version: int, published_at: datetime) -> Contents:
    """Return what a version asks, known by its moment too: another database may have its number."""
    return Contents(version)


class Section(models.Model):
    """A heading above some of the questions."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="sections", verbose_name=_("version"))
    title_fa = models.CharField(_("title in Persian"), max_length=80)
    title_en = models.CharField(_("title in English"), max_length=80, blank=True)
    order = models.PositiveSmallIntegerField(_("order"))

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return in_language(self.title_fa, self.title_en)


class ItemQuerySet(models.QuerySet["Item"]):
    def in_order(self) -> "ItemQuerySet":
        """Items as they are asked, with their sections and options."""
        whole = self.select_related("section").prefetch_related("options")
        return whole.order_by("section__order", "section_id", "order", "id")


class Item(models.Model):
    """One question. Its code names the same variable in every version and is never taken from a label."""

    section = models.ForeignKey(Section, models.CASCADE, related_name="items", verbose_name=_("section"))
    version = models.ForeignKey(Version, models.CASCADE, related_name="items", verbose_name=_("version"))
    code = models.CharField(_("code"), max_length=24, validators=[item_code])
    kind = models.CharField(_("kind"), max_length=10, choices=ItemKind)
    scale = models.CharField(_("scale"), max_length=4, choices=Scale, blank=True)
    is_compulsory = models.BooleanField(_("compulsory"), default=False)
    limit = models.PositiveIntegerField(
        _("limit"), null=True, blank=True, help_text=_("Longest text in characters, or the largest number.")
    )
    show_if = models.JSONField(
        _("ask only if"),
        default=dict,
        blank=True,
        help_text=_('For example {"item": "S_MATCH", "op": "any_of", "values": ["1", "2"]}; empty: always.'),
    )
    wording_fa = models.CharField(_("wording in Persian"), max_length=300)
    wording_en = models.CharField(_("wording in English"), max_length=300, blank=True)
    hint_fa = models.CharField(_("hint in Persian"), max_length=300, blank=True)
    hint_en = models.CharField(_("hint in English"), max_length=300, blank=True)
    order = models.PositiveSmallIntegerField(_("order"))

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="item_code_once"),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Z][A-Z0-9_]*$"),
                name="item_code_upper_case",
                violation_error_message=_("Capital Latin letters, digits and _ only, a letter first."),
            ),
            models.CheckConstraint(
                condition=Q(kind=ItemKind.FIVE_POINT) | Q(scale=""),
                name="item_scale_of_five_points_only",
                violation_error_message=_("Only a question of five points has a scale."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} · {self.wording}"

    def as_question(self, earlier: Mapping[str, policy.Question]) -> policy.Question:
        """Return what the rules need to know; raises `policy.ConditionRefused` for a condition that cannot be."""
        return policy.Question(
            code=self.code,
            kind=ItemKind(self.kind),
            choices=tuple(policy.Choice(option.value, option.is_missing) for option in self.options.all()),
            is_compulsory=self.is_compulsory,
            scale=self.scale,
            condition=policy.read_condition(self.show_if, earlier),
            limit=self.limit,
        )

    @property
    def wording(self) -> str:
        return in_language(self.wording_fa, self.wording_en)

    @property
    def hint(self) -> str:
        return in_language(self.hint_fa, self.hint_en)


class Option(models.Model):
    """One answer to choose; a missing one («does not concern me») stays out of the shares."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="options", verbose_name=_("question"))
    value = models.CharField(_("value"), max_length=20, validators=[option_value])
    label_fa = models.CharField(_("label in Persian"), max_length=120)
    label_en = models.CharField(_("label in English"), max_length=120, blank=True)
    is_missing = models.BooleanField(_("counts as no answer"), default=False)
    order = models.PositiveSmallIntegerField(_("order"))

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "value"],
                name="option_value_once",
                violation_error_message=_("This question has an option with this value already."),
            ),
            models.CheckConstraint(
                condition=Q(value__regex=r"^[a-z0-9_]+$"),
                name="option_value_lower_case",
                violation_error_message=_("Small Latin letters, digits and _ only."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return in_language(self.label_fa, self.label_en)
