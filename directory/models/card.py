"""The identity card of a service (شناسنامه خدمت) in versions. What is published never changes (triggers)."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from directory.enums import Audience, Availability, CardState, Level, LifeEvent, Nature, Trigger
from directory.models.organization import Position, Service, User, in_language
from portal.kernel.text import persian_digits

#: The longest that may be announced; more is a slip of the finger.
MOST_DAYS, MOST_MINUTES, MOST_VISITS = 366, 480, 20


def rows(label: Any) -> models.JSONField:
    """Return a field of rows, each a mapping of texts; `directory.admin.card` says which columns they have."""
    return models.JSONField(label, default=list, blank=True)


def text_of(row: dict[str, str], name: str = "") -> str:
    """Return the text of a row in the active language; `name` is the column's, nothing for the first."""
    ending = f"{name}_" if name else ""
    return in_language(row.get(f"{ending}fa", ""), row.get(f"{ending}en", ""))


class ServiceCardVersionQuerySet(models.QuerySet["ServiceCardVersion"]):
    def in_force(self) -> "ServiceCardVersionQuerySet":
        """The published version of each service that has one."""
        return self.filter(state=CardState.PUBLISHED)


class ServiceCardVersion(models.Model):
    """One version of what the organization announces about a service; the fields are those of the official form."""

    service = models.ForeignKey(Service, models.PROTECT, related_name="cards", verbose_name=_("service"))
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=CardState, default=CardState.DRAFT)
    change_note = models.CharField(_("what was changed and why"), max_length=300, blank=True)

    # What it is, and for whom.
    identifier = models.CharField(
        _("official identifier"),
        max_length=40,
        blank=True,
        help_text=_("As registered, for example 13011742000."),
    )
    description_fa = models.TextField(_("description in Persian"), max_length=1500)
    description_en = models.TextField(_("description in English"), max_length=1500, blank=True)
    output_fa = models.CharField(_("what one gets, in Persian"), max_length=400)
    output_en = models.CharField(_("what one gets, in English"), max_length=400, blank=True)
    audiences = ArrayField(
        models.CharField(max_length=12, choices=Audience), verbose_name=_("for whom"), default=list
    )
    audience_fa = models.CharField(_("who exactly, in Persian"), max_length=300, blank=True)
    audience_en = models.CharField(_("who exactly, in English"), max_length=300, blank=True)
    events = ArrayField(
        models.CharField(max_length=12, choices=LifeEvent),
        verbose_name=_("life events"),
        default=list,
        blank=True,
    )
    subservices = rows(_("parts of the service"))
    process_fa = models.CharField(_("title of the process in Persian"), max_length=200, blank=True)
    process_en = models.CharField(_("title of the process in English"), max_length=200, blank=True)

    # Time and money.
    announced_days = models.PositiveSmallIntegerField(
        _("announced time, working days"), null=True, blank=True, validators=[MaxValueValidator(MOST_DAYS)]
    )
    announced_minutes = models.PositiveSmallIntegerField(
        _("announced time, minutes"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MOST_MINUTES)],
        help_text=_("For what is done while one waits. Fill in days or minutes, not both."),
    )
    visits = models.PositiveSmallIntegerField(
        _("visits in person"), default=0, validators=[MaxValueValidator(MOST_VISITS)]
    )
    frequency_fa = models.CharField(_("how often, in Persian"), max_length=120, blank=True)
    frequency_en = models.CharField(_("how often, in English"), max_length=120, blank=True)
    costs = rows(_("costs"))

    # What to bring, what happens, how to reach it.
    documents = rows(_("documents"))
    steps = rows(_("steps"))
    forms = rows(_("forms"))
    channels = rows(_("ways of access"))
    hours_fa = models.CharField(_("hours in Persian"), max_length=150, blank=True)
    hours_en = models.CharField(_("hours in English"), max_length=150, blank=True)
    laws = rows(_("laws and rules"))
    partners = rows(_("other bodies that take part"))
    questions = rows(_("questions and answers"))

    # The official part.
    nature = models.CharField(_("nature"), max_length=12, choices=Nature, default=Nature.SOVEREIGN)
    level = models.CharField(_("level"), max_length=12, choices=Level, default=Level.PROVINCIAL)
    trigger = models.CharField(_("begins when"), max_length=8, choices=Trigger, default=Trigger.DEMAND)
    availability = models.CharField(
        _("availability"), max_length=10, choices=Availability, default=Availability.ACTIVE
    )
    authority_fa = models.CharField(_("higher body in Persian"), max_length=200, blank=True)
    authority_en = models.CharField(_("higher body in English"), max_length=200, blank=True)
    owner = models.ForeignKey(
        Position,
        models.PROTECT,
        related_name="cards",
        null=True,
        blank=True,
        verbose_name=_("responsible for the service"),
    )
    review_on = models.DateField(_("next review"), null=True, blank=True)

    made_at = models.DateTimeField(_("made on"), auto_now_add=True)
    published_at = models.DateTimeField(_("published on"), null=True, blank=True)
    published_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("published by")
    )
    retired_at = models.DateTimeField(_("retired on"), null=True, blank=True)

    objects = ServiceCardVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("service identity card")
        verbose_name_plural = _("service identity cards")
        ordering = ["service", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["service", "number"], name="card_number_once"),
            models.UniqueConstraint(
                fields=["service"], condition=Q(state=CardState.PUBLISHED), name="card_one_in_force"
            ),
            models.UniqueConstraint(
                fields=["service"], condition=Q(state=CardState.DRAFT), name="card_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(state=CardState.DRAFT, published_at__isnull=True, retired_at__isnull=True)
                | Q(state=CardState.PUBLISHED, published_at__isnull=False, retired_at__isnull=True)
                | Q(state=CardState.RETIRED, published_at__isnull=False, retired_at__gte=F("published_at")),
                name="card_state_has_its_times",
            ),
            models.CheckConstraint(
                condition=Q(announced_days__isnull=True) | Q(announced_minutes__isnull=True),
                name="card_announces_one_time",
                violation_error_message=_("Give the time in days or in minutes, not in both."),
            ),
            models.CheckConstraint(
                condition=Q(state=CardState.DRAFT) | Q(review_on__isnull=False), name="card_has_a_review_date"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} · {in_language(persian_digits(self.number), str(self.number))}"

    @property
    def is_draft(self) -> bool:
        return self.state == CardState.DRAFT

    @property
    def description(self) -> str:
        return in_language(self.description_fa, self.description_en)

    @property
    def output(self) -> str:
        return in_language(self.output_fa, self.output_en)

    @property
    def audience(self) -> str:
        return in_language(self.audience_fa, self.audience_en)

    @property
    def process(self) -> str:
        return in_language(self.process_fa, self.process_en)

    @property
    def frequency(self) -> str:
        return in_language(self.frequency_fa, self.frequency_en)

    @property
    def hours(self) -> str:
        return in_language(self.hours_fa, self.hours_en)

    @property
    def authority(self) -> str:
        return in_language(self.authority_fa, self.authority_en)
