"""How long texts are kept, which cases must be kept longer, and what was erased; and the seals of the record."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import User
from feedback.enums import Kind
from feedback.models.case import Case


class RetentionRule(models.Model):
    """For how many months after its last event the texts of a settled case are kept."""

    kind = models.CharField(_("kind"), max_length=12, choices=Kind, unique=True)
    months = models.PositiveSmallIntegerField(
        _("months"),
        validators=[MinValueValidator(1), MaxValueValidator(600)],
        help_text=_("Counted from the last thing that happened in a settled case."),
    )
    ground = models.CharField(
        _("legal ground"),
        max_length=200,
        blank=True,
        help_text=_("The rule or the decision that names this time."),
    )

    class Meta:
        verbose_name = _("time of keeping")
        verbose_name_plural = _("times of keeping")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(months__range=(1, 600)),
                name="retention_months_sane",
                violation_error_message=_("The time is from 1 to 600 months."),
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="retention_kind_known"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class LegalHold(models.Model):
    """A case that is kept beyond its time, with the reason; the row stays when the hold is lifted."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="holds", verbose_name=_("case"))
    reason = models.CharField(_("reason"), max_length=300)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("kept by"))
    set_at = models.DateTimeField(_("kept since"))
    lifted_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("lifted by")
    )
    lifted_at = models.DateTimeField(_("lifted on"), null=True, blank=True)

    class Meta:
        verbose_name = _("case kept longer")
        verbose_name_plural = _("cases kept longer")
        ordering = ["-set_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(lifted_at__isnull=True), name="hold_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(lifted_by__isnull=True, lifted_at__isnull=True)
                | Q(lifted_by__isnull=False, lifted_at__isnull=False),
                name="hold_lifted_says_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return str(self.case)


class Erasure(models.Model):
    """One case whose texts, names, addresses and files were erased; numbers and dates are left.

    The database fills `transaction` and lets texts be emptied only in that very transaction (migration 0063).
    """

    case = models.OneToOneField(Case, models.PROTECT, related_name="erasure", verbose_name=_("case"))
    erased_at = models.DateTimeField(_("erased on"))
    months = models.PositiveSmallIntegerField(_("months"))
    texts = models.PositiveIntegerField(_("texts"))
    files = models.PositiveIntegerField(_("files"))
    transaction = models.BigIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.case} · {self.erased_at:%Y-%m-%d}"


class ErasedText(models.Model):
    """The digest of a text that was erased, so that the seals over it can still be checked."""

    erasure = models.ForeignKey(Erasure, models.PROTECT, related_name="digests", verbose_name=_("erasure"))
    table = models.CharField(_("table"), max_length=20)
    row = models.BigIntegerField(_("row"))
    digest = models.BinaryField(_("SHA-256 of the text"), max_length=32)

    class Meta:
        verbose_name = _("digest of an erased text")
        verbose_name_plural = _("digests of erased texts")
        constraints = [models.UniqueConstraint(fields=["table", "row"], name="erased_text_once")]

    def __str__(self) -> str:
        return f"{self.table} {self.row}"


class RecordSeal(models.Model):
    """A digest over some rows of the record and the seal before it: whoever changes a row breaks all later seals."""

    table = models.CharField(_("table"), max_length=20)
    first = models.BigIntegerField(_("first row"))
    last = models.BigIntegerField(_("last row"))
    rows = models.PositiveIntegerField(_("rows"))
    seal = models.BinaryField(_("seal"), max_length=32)
    #: The newest row there was when this was sealed; the next seal goes so far, when all rows up to it are committed.
    seen = models.BigIntegerField(_("newest row"))
    made_at = models.DateTimeField(_("made on"))

    class Meta:
        verbose_name = _("seal of the record")
        verbose_name_plural = _("seals of the record")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(seen__gte=models.F("last")), name="record_seal_lags"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.first}–{self.last}"
