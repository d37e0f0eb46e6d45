"""The working calendar in the admin: the week, special days, and who is away."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.admin.organization import DirectoryAdmin
from directory.enums import DayWork, Role
from directory.models import Absence, ClosedDay, Membership, User, WeekdayRule
from directory.policy import leaves_work
from directory.selectors import calendar_of, reach
from portal.kernel import jalali
from portal.ui.admin_base import UnitScopedAdmin, jalali_column, roles_of
from portal.ui.widgets import Select


class CalendarForm(forms.ModelForm):
    """A row of the calendar. It is refused where it would leave no day to work: no promise could be counted then."""

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not self.errors:
            self._check(jalali.local(timezone.now()).date())
        return self.cleaned_data

    def _check(self, today: date) -> None:
        typed = self._as_typed()
        days, week = _others(ClosedDay, typed), _others(WeekdayRule, typed)
        special = [(row.unit_id, row.day, row.work) for row in days if row.is_active]
        rules = [(row.unit_id, row.weekday, row.work, row.valid_from) for row in week]
        start = max(today, self.cleaned_data.get("valid_from") or today)
        for unit in {None, *(row[0] for row in special), *(row[0] for row in rules)}:
            if not leaves_work(calendar_of(special, rules, unit=unit), start):
                raise ValidationError(
                    _(
                        "The calendar would have no working days left, and no last day could be counted. "
                        "Nothing was saved: leave at least one day of the week to work."
                    )
                )

    def _as_typed(self) -> Any:
        typed: Any = type(self.instance)(pk=self.instance.pk)
        for name in [field.name for field in self.instance._meta.fields if not field.primary_key]:
            setattr(typed, name, self.cleaned_data.get(name, getattr(self.instance, name)))
        return typed


def _others(model: Any, typed: Any) -> list[Any]:
    """Return the rows of a table as they would be with the one that was typed."""
    rows = list(model.objects.exclude(pk=typed.pk) if isinstance(typed, model) else model.objects.all())
    return [*rows, typed] if isinstance(typed, model) else rows


class ClosedDayForm(CalendarForm):
    work = forms.ChoiceField(
        label=gettext_lazy("how it is worked"),
        required=False,
        choices=DayWork.choices,
        initial="none",
        widget=Select,
    )

    class Meta:
        model = ClosedDay
        fields = ("day", "work", "title_fa", "unit", "is_estimated", "is_active")

    def clean_work(self) -> str:
        return self.cleaned_data["work"] or self.instance.work


class CalendarAdmin(DirectoryAdmin):
    """Rows of the calendar. What was counted before stays until somebody counts the open deadlines again."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        messages.info(
            request,
            _(
                "New messages are counted with this calendar. Open deadlines stay as they were told to the "
                "citizens until you count them again; there you see first what would change."
            ),
        )


@admin.register(ClosedDay)
class ClosedDayAdmin(CalendarAdmin):
    """Holidays, closures and half days. One that turned out otherwise is taken out of force."""

    form = ClosedDayForm
    list_display = (
        jalali_column("day", gettext_lazy("day")),
        "title_fa",
        "work",
        "unit",
        "is_estimated",
        "is_active",
    )
    list_select_related = ("unit",)
    list_filter = ("is_estimated", "work")
    search_fields = ("title_fa",)
    ordering = ("-day",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fields = ("day", "work", "title_fa", "unit", "is_estimated")
        return (*fields, "is_active") if obj else fields


class WeekdayRuleForm(CalendarForm):
    class Meta:
        model = WeekdayRule
        fields = ("weekday", "work", "valid_from", "unit")


@admin.register(WeekdayRule)
class WeekdayRuleAdmin(CalendarAdmin):
    """The working week. A change is a new row with the day from which it holds."""

    form = WeekdayRuleForm
    list_display = ("weekday", "work", jalali_column("valid_from", gettext_lazy("from this day on")), "unit")
    list_select_related = ("unit",)
    list_filter = ("unit",)
    ordering = ("valid_from", "weekday", "id")


# --- Absences ---------------------------------------------------------------------------------------------------


class AbsenceForm(forms.ModelForm):
    """Who is away, from when to when. The names are those of the units one heads, not all of the staff."""

    user = forms.TypedChoiceField(label=gettext_lazy("who is away"), coerce=int, widget=Select)
    deputy = forms.TypedChoiceField(
        label=gettext_lazy("deputy"),
        coerce=int,
        empty_value=None,
        required=False,
        widget=Select,
        help_text=gettext_lazy("Is told in the absent one's place when something becomes late."),
    )
    #: Whose names are offered; the page says so.
    staff: QuerySet[User]

    class Meta:
        model = Absence
        fields = ("user", "from_on", "until_on", "deputy")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        names = [(user.pk, str(user)) for user in self.staff]
        for name in ("user", "deputy"):
            field: Any = self.fields[name]
            field.choices = [("", "—"), *names]

    def clean_user(self) -> User:
        return self.staff.get(pk=self.cleaned_data["user"])

    def clean_deputy(self) -> User | None:
        chosen = self.cleaned_data["deputy"]
        return self.staff.get(pk=chosen) if chosen else None

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = given.get("from_on"), given.get("until_on")
        if first and last and last < first:
            self.add_error("until_on", _("The last day comes before the first."))
        if given.get("user") and given.get("user") == given.get("deputy"):
            self.add_error("deputy", _("Nobody can stand in for himself."))
        return given


@admin.register(Absence)
class AbsenceAdmin(UnitScopedAdmin):
    """Who is away. Heads enter it for the people of their units, administrators for everybody."""

    form = AbsenceForm
    readers = frozenset({Role.HEAD, Role.ADMINISTRATOR})
    writers = readers
    may_add = True
    list_display = (
        "user",
        jalali_column("from_on", gettext_lazy("first day")),
        jalali_column("until_on", gettext_lazy("last day")),
        "deputy",
    )
    list_select_related = ("user", "deputy")
    ordering = ("-from_on", "id")

    def visible_to(self, user: Any) -> QuerySet[Absence]:
        rows = Absence.objects.all()
        if user.is_superuser or user.acts_as(Role.ADMINISTRATOR):
            return rows
        return rows.filter(user__in=_people_of(user))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **options)
        user: Any = request.user
        everybody = user.is_superuser or Role.ADMINISTRATOR in roles_of(request)
        form.staff = (
            User.objects.filter(is_staff=True, is_active=True) if everybody else _people_of(user)
        ).order_by("name_fa", "username")
        return form


def _people_of(head: User) -> QuerySet[User]:
    """Return the active people of the units somebody heads, himself included."""
    members = Membership.objects.active().filter(unit__in=reach(head).heads)
    return User.objects.filter(pk__in=members.values("user"), is_active=True)
