"""Who is who and what we do: users, units, memberships, positions, counties, services."""

from datetime import date
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from directory.enums import CASE_ROLES, Role
from portal.kernel import jalali
from portal.rows import Given, Prepared


class Fold(Func):
    """The database's twin of `portal.kernel.text.fold`, for searching and uniqueness."""

    function = "portal_fold"
    output_field = models.TextField()


def in_language(persian: str, english: str) -> str:
    """Return the text of the active language; Persian where there is no English."""
    return english if english and get_language() == "en" else persian


class Held(NamedTuple):
    """An active membership: the unit by its key and by its code, and the role in it."""

    unit: int
    code: str
    role: str


class StaffManager(UserManager["User"]):
    """Finds a member of staff by key with a query that is built once: every page of staff asks who is signed in."""

    use_in_migrations = False

    def get(self, *args: Any, **sought: Any) -> "User":
        if args or [*sought] != ["pk"]:
            return super().get(*args, **sought)
        if found := BY_KEY.first(user=sought["pk"]):
            return found
        raise self.model.DoesNotExist


class User(AbstractUser):
    """A member of staff; citizens have no account."""

    name_fa = models.CharField(_("name in Persian"), max_length=150, blank=True)
    #: Empty until somebody chooses: the language of the site.
    language = models.CharField(
        _("language of the workplace"), max_length=2, choices=settings.LANGUAGES, blank=True
    )

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")  # type: ignore[assignment]
        verbose_name_plural = _("users")  # type: ignore[assignment]

    objects = StaffManager()  # type: ignore[misc]

    _remembered: frozenset[Held] | None = None

    def __str__(self) -> str:
        return self.name_fa or self.get_full_name() or self.username

    def held(self) -> frozenset[Held]:
        """Return the active memberships; one query, none once they are remembered."""
        return self._asked() if self._remembered is None else self._remembered

    def remember_held(self) -> frozenset[Held]:
        """Return the active memberships and ask no more: for who was read for one request and is gone after it."""
        self._remembered = self.held()
        return self._remembered

    def units_as(self, *roles: str) -> frozenset[int]:
        """Return the units, by key, in which one of these roles is held."""
        return frozenset(held.unit for held in self.held() if held.role in roles)

    def acts_as(self, *roles: str) -> bool:
        """Tell whether one of these roles is held in any unit."""
        return bool(self.units_as(*roles))

    def _asked(self) -> frozenset[Held]:
        rows: Any = HELD.rows(user=self.pk, today=jalali.local(timezone.now()).date())
        return frozenset(Held(row.unit_id, row.code, row.role) for row in rows)


class Unit(models.Model):
    """A part of the organization that answers cases."""

    code = models.CharField(_("code"), max_length=16, unique=True)
    name_fa = models.CharField(_("name in Persian"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    purpose_fa = models.CharField(_("what for, in Persian"), max_length=300, blank=True)
    purpose_en = models.CharField(_("what for, in English"), max_length=300, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, related_name="children", null=True, blank=True, verbose_name=_("parent unit")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["order", "code"]
        constraints = [
            models.UniqueConstraint(
                Fold("name_fa"),
                name="unit_name_unique_when_folded",
                violation_error_message=_("This name is there already, perhaps spelled another way."),
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="unit_is_not_its_own_parent"
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Z][A-Z0-9_]*$"),
                name="unit_code_upper_case",
                violation_error_message=_(
                    "The code has capital Latin letters, digits and _ only, a letter first."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_fa, self.name_en)

    @property
    def purpose(self) -> str:
        return in_language(self.purpose_fa, self.purpose_en)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self, on: date | Given | None = None) -> "MembershipQuerySet":
        """Memberships of users who may sign in, in force on a day; today unless it is said."""
        today = on or jalali.local(timezone.now()).date()
        begun = Q(valid_from=None) | Q(valid_from__lte=today)
        not_over = Q(valid_until=None) | Q(valid_until__gte=today)
        return self.filter(begun, not_over, is_active=True, user__is_active=True)

    def casework(self) -> "MembershipQuerySet":
        """Memberships whose role reads and answers cases."""
        return self.active().filter(role__in=CASE_ROLES)


class Membership(models.Model):
    """A user acts for a unit in a role: for good, or as a deputy from one day to another."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("user"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships", verbose_name=_("unit"))
    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.OFFICER)
    is_active = models.BooleanField(_("active"), default=True)
    valid_from = models.DateField(
        _("from"), null=True, blank=True, help_text=_("For a deputy: the first day. Empty: at once.")
    )
    valid_until = models.DateField(
        _("until"), null=True, blank=True, help_text=_("For a deputy: the last day. Empty: for good.")
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "unit", "role"],
                name="membership_once",
                violation_error_message=_("This person has this role in this unit already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="membership_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.unit} · {self.get_role_display()}"


BY_KEY = Prepared(lambda: User.objects.filter(pk=Given("user")))
#: What somebody holds on a day, with the `code` of the unit: asked for with every page of staff.
HELD = Prepared(
    lambda: (
        Membership.objects.active(Given("today")).filter(user=Given("user")).annotate(code=F("unit__code"))
    )
)


class Position(models.Model):
    """A post in the public directory (ارتباط با ما) and who holds it."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="positions", verbose_name=_("unit"))
    title_fa = models.CharField(_("title in Persian"), max_length=150)
    title_en = models.CharField(_("title in English"), max_length=150, blank=True)
    holder_fa = models.CharField(_("holder in Persian"), max_length=150, blank=True)
    holder_en = models.CharField(_("holder in English"), max_length=150, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    internal = models.CharField(_("internal number"), max_length=10, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    room = models.CharField(_("room"), max_length=80, blank=True)
    hours_fa = models.CharField(_("hours in Persian"), max_length=150, blank=True)
    hours_en = models.CharField(_("hours in English"), max_length=150, blank=True)
    is_head = models.BooleanField(_("head of the unit"), default=True)
    is_deputy = models.BooleanField(_("deputy"), default=False)
    checked_on = models.DateField(_("last checked"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return f"{self.title} · {self.unit}"

    @property
    def title(self) -> str:
        return in_language(self.title_fa, self.title_en)

    @property
    def holder(self) -> str:
        return in_language(self.holder_fa, self.holder_en)

    @property
    def hours(self) -> str:
        return in_language(self.hours_fa, self.hours_en)


class County(models.Model):
    """A county (شهرستان) of the province."""

    code = models.SlugField(_("code"), max_length=32, unique=True)
    name_fa = models.CharField(_("name in Persian"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True)
    aliases = models.JSONField(_("other spellings"), default=list, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("county")
        verbose_name_plural = _("counties")
        ordering = ["order", "code"]
        constraints = [
            models.UniqueConstraint(
                Fold("name_fa"),
                name="county_name_unique_when_folded",
                violation_error_message=_("This name is there already, perhaps spelled another way."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_fa, self.name_en)


class Service(models.Model):
    """Something the organization does for people (خدمت)."""

    code = models.SlugField(_("code"), max_length=32, unique=True)
    title_fa = models.CharField(_("title in Persian"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    category_fa = models.CharField(_("category in Persian"), max_length=100, blank=True)
    category_en = models.CharField(_("category in English"), max_length=100, blank=True)
    summary_fa = models.TextField(_("summary in Persian"), blank=True)
    summary_en = models.TextField(_("summary in English"), blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="services", verbose_name=_("unit"))
    is_active = models.BooleanField(_("active"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["order", "code"]
        constraints = [
            models.UniqueConstraint(
                Fold("title_fa"),
                name="service_title_unique_when_folded",
                violation_error_message=_("This title is there already, perhaps spelled another way."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return in_language(self.title_fa, self.title_en)

    @property
    def category(self) -> str:
        return in_language(self.category_fa, self.category_en)

    @property
    def summary(self) -> str:
        return in_language(self.summary_fa, self.summary_en)
