"""Ways into a survey: sheets of one-time codes for counters and for answered cases, and kiosks.

Nothing here leads to a response.
"""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import Service, Unit, User
from portal.templatetags.persian import jalali_short

#: Codes of a sheet: few enough for one printed page of cuttings, many enough to hide whose code was used.
LEAST_CODES, MOST_CODES = 10, 100


class Counter(models.Model):
    """A place where visitors are served. Who works there is named only where its figures may lead to one person."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    name = models.CharField(_("name"), max_length=60)
    person = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("who works here")
    )
    person_since = models.DateField(_("since"), null=True, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("counter")
        verbose_name_plural = _("counters")
        ordering = ["unit", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name"],
                name="counter_name_once",
                violation_error_message=_("This unit has a counter with this name already."),
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True, person_since__isnull=True)
                | Q(person__isnull=False, person_since__isnull=False),
                name="counter_person_has_a_day",
                violation_error_message=_("Give the person and the day together, or neither of them."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.name}"


class VisitSheet(models.Model):
    """A sheet of one-time codes: a counter cuts it up and hands them out, or answers to cases take one each."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    service = models.ForeignKey(
        Service, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("service")
    )
    counter = models.ForeignKey(
        Counter, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("counter")
    )
    count = models.PositiveSmallIntegerField(
        _("codes"),
        default=30,
        validators=[MinValueValidator(LEAST_CODES), MaxValueValidator(MOST_CODES)],
    )
    #: What the codes are made from, together with a pepper that is kept outside the database.
    seed = models.UUIDField(default=uuid.uuid4, editable=False)
    key = models.PositiveSmallIntegerField(_("number of the pepper"), editable=False)
    issued_on = models.DateField(_("issued on"), editable=False)
    issued_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, editable=False, verbose_name=_("issued by")
    )
    expires_on = models.DateField(_("last day of use"))
    is_void = models.BooleanField(_("void"), default=False)
    #: Whether answers to cases take its codes (`Offer`); such a sheet is never printed and nobody of staff sees it.
    of_cases = models.BooleanField(_("for answered cases"), default=False, editable=False)
    #: Answers sent with a code that was used already, also at the same moment; each was refused.
    refused = models.PositiveIntegerField(_("refused, the code being used"), default=0, editable=False)

    class Meta:
        verbose_name = _("sheet of visit codes")
        verbose_name_plural = _("sheets of visit codes")
        ordering = ["-issued_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(count__gte=LEAST_CODES, count__lte=MOST_CODES),
                name="sheet_holds_enough_codes",
                violation_error_message=_("A sheet holds from 10 to 100 codes."),
            ),
            models.CheckConstraint(
                condition=Q(expires_on__gte=models.F("issued_on")), name="sheet_expires_after_issue"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service or self.unit} · {jalali_short(self.issued_on)}"


class VisitToken(models.Model):
    """One code of a sheet, stored as a keyed hash; of its use nothing is kept but the fact, not even the day."""

    sheet = models.ForeignKey(VisitSheet, models.PROTECT, related_name="tokens", verbose_name=_("sheet"))
    digest = models.BinaryField(_("keyed hash"), max_length=32, unique=True)
    is_spent = models.BooleanField(_("used"), default=False)

    class Meta:
        verbose_name = _("visit code")
        verbose_name_plural = _("visit codes")

    def __str__(self) -> str:
        return f"{self.sheet}"


class Kiosk(models.Model):
    """A screen at a counter that asks a few questions. Its address carries a key that can be taken away."""

    name = models.CharField(_("name"), max_length=60)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    service = models.ForeignKey(
        Service, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("service")
    )
    counter = models.ForeignKey(
        Counter, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("counter")
    )
    key_digest = models.BinaryField(_("hash of the key"), max_length=32, unique=True, editable=False)
    added_at = models.DateTimeField(_("added on"), editable=False)
    last_answer_on = models.DateField(_("last answer on"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked on"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("kiosk")
        verbose_name_plural = _("kiosks")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Offer(models.Model):
    """Somebody was offered the survey after an answer to a case. One row an answer; nothing of the case is kept.

    `sheet` and `place` say which code is his; the code itself needs the pepper, and the sheet's stored hashes lie in
    another order.
    """

    #: A keyed hash of the answer's number: the same answer counts once, and the row does not lead back to it.
    digest = models.BinaryField(max_length=32, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    day = models.DateField(_("day"))
    sheet = models.ForeignKey(
        VisitSheet, models.PROTECT, related_name="offers", null=True, verbose_name=_("sheet")
    )
    place = models.PositiveSmallIntegerField(_("place on the sheet"), null=True)

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        indexes = [models.Index(fields=["day"], name="offer_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "place"], name="offer_takes_a_code_once"),
            models.CheckConstraint(
                condition=Q(sheet__isnull=True, place__isnull=True)
                | Q(sheet__isnull=False, place__isnull=False),
                name="offer_names_sheet_and_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.day}"


class VisitCount(models.Model):
    """How many people a unit received on a day, counted at its counters."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    day = models.DateField(_("day"))
    count = models.PositiveIntegerField(_("visits"))
    entered_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, editable=False, verbose_name=_("entered by")
    )

    class Meta:
        verbose_name = _("visits of a day")
        verbose_name_plural = _("visits of a day")
        ordering = ["-day", "unit"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "day"],
                name="visit_count_once",
                violation_error_message=_("The visits of this unit on this day are counted already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.day}"


class PaperEntry(models.Model):
    """A paper form that was keyed in and waits for its sheet to be closed; then its answers go on without the code.

    `is_second` is the check of a form by another person.
    """

    token = models.ForeignKey(
        VisitToken, models.PROTECT, related_name="entries", verbose_name=_("visit code")
    )
    is_second = models.BooleanField(_("second keying"), default=False)
    answers = models.JSONField(_("answers"))
    keyed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("keyed by"))

    class Meta:
        verbose_name = _("keyed paper form")
        verbose_name_plural = _("keyed paper forms")
        constraints = [models.UniqueConstraint(fields=["token", "is_second"], name="paper_entry_once")]

    def __str__(self) -> str:
        return f"{self.token}"


class PaperBatch(models.Model):
    """The paper forms of a sheet after they were keyed and checked: how many, and how often two people differed."""

    sheet = models.OneToOneField(VisitSheet, models.PROTECT, related_name="batch", verbose_name=_("sheet"))
    day = models.DateField(_("day of the visits"))
    keyed = models.PositiveSmallIntegerField(_("forms keyed"))
    checked = models.PositiveSmallIntegerField(_("forms keyed twice"))
    compared = models.PositiveIntegerField(_("answers compared"))
    differed = models.PositiveIntegerField(_("of them different"))
    spoiled = models.PositiveSmallIntegerField(_("forms left out, their code being used online"))
    closed_at = models.DateTimeField(_("closed on"))
    closed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("closed by"))

    class Meta:
        verbose_name = _("batch of paper forms")
        verbose_name_plural = _("batches of paper forms")
        ordering = ["-closed_at"]

    def __str__(self) -> str:
        return f"{self.sheet}"
