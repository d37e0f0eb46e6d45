"""The case: everything that follows from one submission."""

from collections.abc import Collection
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import County, Service, Unit, User
from directory.selectors import Reach, reach
from feedback.enums import OPEN, Channel, Kind, Status, Target
from feedback.models.walls import NotBarred

#: Cases in which somebody here has something to do or to wait for; the indexes of the queue hold just these.
TO_DO = Q(status__in=OPEN) | Q(awaits_staff=True)
#: What the counts above the queue ask of a case; the indexes carry it, so that no row need be read for a count.
COUNTED = ("status", "is_confidential", "merged_into", "assigned_to")
#: An answer of which it is not told what it took.
UNTOLD = Q(answered_at__isnull=False, answered_in__isnull=True)
#: Cases that are answered, with nothing written to us since; they are closed some time later.
SETTLING = Q(status=Status.ANSWERED, awaits_staff=False)
#: What a report asks of a case, likewise: numbers and days first, which are read faster where no text stands before.
REPORTED = (
    *("id", "due_on", "answered_in", "redirects", "is_confidential", "answered_late"),
    *("county", "service", "kind", "status"),
)


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases, in the words of casework."""

    def visible_to(self, user: User, units: Reach | None = None) -> "CaseQuerySet":
        """Return the cases this member of staff may see (PRODUCT.md section 9); every staff read starts here.

        Members see their unit's cases and heads those of the units below. Confidential cases are seen only by
        members of the unit that handles them. Nobody who belongs to an excluded unit sees the case, whatever else
        he is, a superuser included; nor does whoever recused himself. `units` is the user's reach where it is known.
        """
        if not (user.is_active and user.is_staff):
            return self.none()
        units = units or reach(user)
        # Two conditions side by side rather than an "or" of units, so that the indexes by unit can be used.
        own = Q() if user.is_superuser else Q(unit__in=units.works | units.heads)
        seen = self.filter(own, Q(is_confidential=False) | Q(unit__in=units.works))
        return seen.not_barred_from(user, units.member)

    def not_barred_from(self, user: User, units: Collection[int]) -> "CaseQuerySet":
        """Return the cases that neither exclude one of the `units` the user belongs to, nor concern himself."""
        return self.filter(NotBarred(user.pk, units))

    def open(self) -> "CaseQuerySet":
        """Cases in which somebody here still owes the citizen something."""
        return self.filter(status__in=OPEN)

    def overdue(self, today: date) -> "CaseQuerySet":
        """Open cases whose last day has passed; a case that waits for its citizen is not overdue."""
        return self.open().exclude(status=Status.WAITING_CITIZEN).filter(due_on__lt=today)

    def queue(self) -> "CaseQuerySet":
        """Cases with what a list shows, the nearest deadline first."""
        return self.select_related("unit", "service", "assigned_to").order_by("due_on", "id")

    def with_what_goes_out(self) -> "CaseQuerySet":
        """Cases with the step that is about to go out."""
        return self.select_related("unit", "service", "assigned_to", "outgoing")


class Case(models.Model):
    """Everything that follows from one submission (پرونده)."""

    number = models.CharField(_("case number"), max_length=24, unique=True)
    code_hash = models.BinaryField(_("hash of the tracking code"), max_length=32, unique=True, editable=False)
    code_key = models.PositiveSmallIntegerField(_("key of the hash"), editable=False)
    token_digest = models.BinaryField(
        _("digest of the form token"), max_length=32, unique=True, editable=False
    )

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.RECEIVED)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel, default=Channel.WEB)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="fa")
    subject = models.CharField(_("subject"), max_length=120)
    target = models.CharField(_("target of the criticism"), max_length=8, choices=Target, blank=True)
    service = models.ForeignKey(Service, models.PROTECT, null=True, blank=True, verbose_name=_("service"))
    county = models.ForeignKey(County, models.PROTECT, null=True, blank=True, verbose_name=_("county"))
    about_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("unit complained of")
    )
    #: Nothing is looked for by it: an index would only cost.
    addressed_unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("unit written to"),
    )
    about_person = models.CharField(_("person complained of"), max_length=200, blank=True)

    full_name = models.CharField(_("name"), max_length=150, blank=True)
    phone = models.CharField(_("phone"), max_length=16, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    #: Since when notices are known not to arrive there; nothing is sent until it is corrected.
    phone_failed_at = models.DateTimeField(_("phone does not work since"), null=True, blank=True)
    email_failed_at = models.DateTimeField(_("e-mail does not work since"), null=True, blank=True)
    organization = models.CharField(_("organization"), max_length=200, blank=True)
    letter_number = models.CharField(_("letter number"), max_length=60, blank=True)
    is_anonymous = models.BooleanField(_("anonymous"), default=False)

    # Found by unit through the indexes below, which also know an order.
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="cases", db_index=False, verbose_name=_("unit")
    )
    assigned_to = models.ForeignKey(
        User, models.SET_NULL, related_name="cases", null=True, blank=True, verbose_name=_("officer")
    )
    is_confidential = models.BooleanField(_("confidential"), default=False)
    external_bodies = models.BooleanField(_("name external bodies first"), default=False)
    awaits_staff = models.BooleanField(_("the citizen wrote last"), default=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    #: An older case of the same sender, with which this one is answered (decision 15); none once it is answered.
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="merged",
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("joined with"),
    )

    received_at = models.DateTimeField(_("received"))
    due_on = models.DateField(_("due"))
    operator = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered"), null=True, blank=True)
    place = models.CharField(_("where it came in"), max_length=120, blank=True)
    #: The code was handed over by a member of staff; its citizen must replace it before seeing the case.
    code_is_one_time = models.BooleanField(_("one-time code"), default=False, editable=False)
    #: Since when nothing but numbers and dates is left of the case.
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    # What an answer took is kept with it: another calendar does not change it, and reports only count (decision 42).
    answered_in = models.PositiveSmallIntegerField(_("working days to the answer"), null=True, blank=True)
    answered_late = models.BooleanField(_("answered after the last day"), null=True, blank=True)
    #: How often staff sent the case to another unit.
    redirects = models.PositiveSmallIntegerField(_("times sent on"), default=0, db_default=0)
    opened_at = models.DateTimeField(_("last opened by the citizen"), null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        indexes = [
            # Reports count the cases of a quarter or a year, and read nothing else.
            models.Index(fields=["unit", "-received_at"], name="case_of_unit", include=REPORTED),
            # The queue and its saved filters, each in the order in which it is read; the counts read nothing else.
            models.Index(
                fields=["unit", "due_on", "id"], name="case_to_do_of_unit", condition=TO_DO, include=COUNTED
            ),
            models.Index(
                fields=["due_on", "id"], name="case_to_do", condition=TO_DO, include=["unit", *COUNTED]
            ),
            models.Index("assigned_to", "due_on", "id", name="case_to_do_of_officer", condition=TO_DO),
            models.Index("status", "due_on", "id", name="case_to_do_by_status", condition=TO_DO),
            models.Index(
                "due_on", "id", name="case_with_nobody", condition=TO_DO & Q(assigned_to__isnull=True)
            ),
            models.Index("unit", "due_on", "id", name="case_all_of_unit"),
            models.Index("due_on", "id", name="case_all"),
            models.Index("unit", name="case_confidential", condition=Q(is_confidential=True)),
            # Answers of an earlier release, until it is told what they took; then it is empty.
            models.Index("id", name="case_untold", condition=UNTOLD),
            # Answers after which all may have been quiet for long.
            models.Index("answered_at", name="case_settling", condition=SETTLING),
            # Other messages of the same sender.
            models.Index("phone", name="case_by_phone", condition=~Q(phone="")),
            models.Index("email", name="case_by_email", condition=~Q(email="")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="case_kind_known"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="case_status_known"),
            models.CheckConstraint(
                condition=Q(number__regex=r"^[0-9]{4}-[0-9]{6,}-[0-9]$"), name="case_number_shape"
            ),
            models.CheckConstraint(
                condition=Q(is_anonymous=False) | Q(full_name="", phone="", email="", organization=""),
                name="case_anonymous_keeps_no_name",
            ),
            models.CheckConstraint(
                condition=~Q(kind=Kind.MISCONDUCT) | Q(is_confidential=True),
                name="case_misconduct_is_confidential",
            ),
            models.CheckConstraint(condition=~Q(subject=""), name="case_has_subject"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(merged_into__lt=models.F("id")),
                name="case_merges_into_an_older_one",
            ),
            models.CheckConstraint(
                condition=Q(operator__isnull=True, entered_at__isnull=True, code_is_one_time=False)
                | (Q(operator__isnull=False, entered_at__isnull=False) & ~Q(channel=Channel.WEB)),
                name="case_entered_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[Status.ANSWERED, Status.CLOSED]) | Q(answered_at__isnull=False),
                name="case_answered_says_when",
            ),
            models.CheckConstraint(
                condition=Q(answered_in__isnull=True, answered_late__isnull=True)
                | Q(answered_at__isnull=False, answered_in__isnull=False, answered_late__isnull=False),
                name="case_answer_says_what_it_took",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    # The framework's own way to name a choice builds a table of all of them each time.
    def get_kind_display(self) -> str:  # type: ignore[no-redef]
        return str(Kind(self.kind).label)

    def get_status_display(self) -> str:  # type: ignore[no-redef]
        return str(Status(self.status).label)

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    def addressed_elsewhere(self, unit: int) -> Unit | None:
        """Return the unit that it is written to, where that is another one than it came to (a primary key)."""
        return None if self.addressed_unit_id in (None, unit) else self.addressed_unit


class CaseExclusion(models.Model):
    """A unit that must never handle, see or be told of a case: the unit complained of, and those below it."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="exclusions", verbose_name=_("case"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))

    class Meta:
        verbose_name = _("excluded unit")
        verbose_name_plural = _("excluded units")
        constraints = [models.UniqueConstraint(fields=["case", "unit"], name="case_exclusion_once")]

    def __str__(self) -> str:
        return f"{self.case} ∌ {self.unit}"


class Recusal(models.Model):
    """A member of staff whom a case concerns: from then on it does not exist for him, in any role or unit.

    He stepped out himself, or belonged to a unit complained of on the day on which the case came in.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="recusals", verbose_name=_("case"))
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("member of staff"))
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("recusal")
        verbose_name_plural = _("recusals")
        constraints = [models.UniqueConstraint(fields=["user", "case"], name="recusal_once")]

    def __str__(self) -> str:
        return f"{self.case} ∌ {self.user}"
