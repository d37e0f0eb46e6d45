"""Staff pages of the directory: who is who, who acts for which unit, and the tables that deadlines and forms read."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserCreationForm
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from directory.enums import CASE_ROLES, Role
from directory.models import County, Membership, Service, Unit, User
from directory.policy import subtree
from directory.selectors import KEEPERS
from portal.templatetags.persian import listed, ltr
from portal.ui.admin_base import UnitScopedAdmin, jalali_column, roles_of

ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})


class DirectoryAdmin(UnitScopedAdmin):
    """A table of the directory: administrators read and write all of it."""

    readers = ADMINISTRATORS
    writers = ADMINISTRATORS
    may_add = True

    def visible_to(self, user: Any) -> QuerySet[Any]:
        return self.model._default_manager.all()


class CodedAdmin(DirectoryAdmin):
    """A table whose rows are known by a code in rules, addresses and letters: it is given once and stays."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj else ()

    @admin.display(description=_("code"), ordering="code")
    def code_shown(self, row: Any) -> SafeString:
        return ltr(row.code)


def _services_of(unit: Unit) -> Iterable[str]:
    """People who choose a service write to its unit."""
    titles = [service.title for service in unit.services.filter(is_active=True)]
    if titles:
        words = _(
            "Services that people can choose belong to this unit: %(titles)s. Give them to another one first."
        )
        yield words % {"titles": listed(titles)}


class UnitForm(forms.ModelForm):
    """A unit cannot stand below itself, however many steps away, nor be switched off while it is needed.

    The apps above add what they need a unit for to `needs`: each names its reasons, with what to do first.
    """

    needs: ClassVar[list[Callable[[Unit], Iterable[str]]]] = [_services_of]

    class Meta:
        model = Unit
        fields = ("code", "name_fa", "name_en", "purpose_fa", "purpose_en", "parent", "order", "is_active")

    def clean_parent(self) -> Unit | None:
        parent: Unit | None = self.cleaned_data["parent"]
        below = subtree(self.instance.pk, dict(Unit.objects.values_list("pk", "parent_id")))
        if self.instance.pk and parent is not None and parent.pk in below:
            raise ValidationError(_("A unit cannot stand below itself or below one of its own units."))
        return parent

    def clean_is_active(self) -> bool:
        is_active: bool = self.cleaned_data["is_active"]
        goes_off = self.instance.pk and self.initial["is_active"] and not is_active
        if goes_off and (reasons := [reason for need in self.needs for reason in need(self.instance)]):
            raise ValidationError(reasons)
        return is_active


@admin.register(Unit)
class UnitAdmin(CodedAdmin):
    """The organization's tree. A unit that is dissolved is made inactive; its cases and answers keep its name."""

    readers = ADMINISTRATORS | KEEPERS
    form = UnitForm
    list_display = ("name_fa", "code_shown", "parent", "is_active")
    list_select_related = ("parent",)
    list_filter = ("is_active",)
    search_fields = ("code", "name_fa", "name_en")
    ordering = ("order", "code")


@admin.register(User)
class StaffAdmin(DirectoryAdmin, UserAdmin):
    """Members of staff. Somebody who leaves is made inactive: the sign-in ends at once, the words stay."""

    list_display = (
        "username",
        "name_fa",
        "works_for",
        "is_active",
        jalali_column("last_login", _("last sign-in")),
    )
    list_filter = ("is_active",)
    asks_again = ("add_view", "change_view", "user_change_password")
    search_fields = ("username", "name_fa")
    ordering = ("username",)
    filter_horizontal = ()
    add_form = UserCreationForm
    readonly_fields = ("new_password", "last_sign_in")
    fieldsets = (
        (None, {"fields": ("username", "new_password")}),
        (_("Person"), {"fields": ("name_fa", "email")}),
        (_("Access"), {"fields": ("is_active", "last_sign_in")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "name_fa", "email", "password1", "password2")}),)

    def visible_to(self, user: Any) -> QuerySet[User]:
        """Return everybody; an administrator who is no superuser cannot lay hands on superusers."""
        users = User.objects.all() if user.is_superuser else User.objects.filter(is_superuser=False)
        active = Membership.objects.active().select_related("unit")
        return users.prefetch_related(Prefetch("memberships", active, to_attr="active_memberships"))

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Whoever is entered here is staff: citizens have no account."""
        obj.is_staff = True
        super().save_model(request, obj, form, change)
        if change and "is_active" in form.changed_data and not obj.is_active:
            messages.warning(request, self._left_behind(request, obj))

    @staticmethod
    def _left_behind(request: HttpRequest, user: User) -> SafeString:
        """Say what becomes of the cases of somebody who left; whoever may read cases is led to them."""
        words = format_html(
            str(
                _(
                    "<bdi>{name}</bdi> is signed out at once. Open cases now count as with nobody;"
                    " the heads hand them over."
                )
            ),
            name=user,
        )
        viewer: Any = request.user
        if not (viewer.is_superuser or roles_of(request).intersection(CASE_ROLES)):
            return words
        queue = reverse("admin:feedback_case_changelist", query={"officer": "left"})
        return format_html('{} <a href="{}">{}</a>', words, queue, _("Cases of people who left"))

    @admin.display(description=_("works for"))
    def works_for(self, user: User) -> SafeString:
        rows = ((one.unit, one.get_role_display()) for one in user.active_memberships)  # type: ignore[attr-defined]
        return format_html_join(SafeString("<br>"), "{}، {}", rows)

    @admin.display(description=_("password"))
    def new_password(self, user: User) -> SafeString:
        """Lead to the page that sets another; not even a part of what is stored is shown."""
        page = reverse("admin:auth_user_password_change", args=[user.pk])
        return format_html('<a href="{}">{}</a>', page, _("Set a new password"))

    @admin.display(description=_("last sign-in"))
    def last_sign_in(self, user: User) -> str:
        return jalali_column("last_login", "")(user)


@admin.register(Membership)
class MembershipAdmin(DirectoryAdmin):
    """Who acts for which unit in which role, and until when. Only a superuser can widen what he himself may see."""

    list_display = (
        "user",
        "unit",
        "role",
        jalali_column("valid_from", _("from")),
        jalali_column("valid_until", _("until")),
        "is_active",
    )
    list_select_related = ("user", "unit")
    list_filter = ("unit", "role", "is_active")
    asks_again = ("add_view", "change_view")
    search_fields = ("user__username", "user__name_fa")
    ordering = ("user__username", "unit__order", "id")

    def visible_to(self, user: Any) -> QuerySet[Membership]:
        rows = Membership.objects.all()
        return rows if user.is_superuser else rows.exclude(user=user).exclude(user__is_superuser=True)

    def choices_of(self, db_field: Any, request: HttpRequest) -> QuerySet[Any]:
        choices = super().choices_of(db_field, request)
        own: Any = request.user
        return choices.exclude(pk=own.pk) if db_field.name == "user" and not own.is_superuser else choices


@admin.register(Service)
class ServiceAdmin(CodedAdmin):
    """What the organization does for people. Editors change the words; which unit does it, administrators."""

    readers = writers = ADMINISTRATORS | KEEPERS
    list_display = ("title_fa", "code_shown", "unit", "category_fa", "is_active")
    list_select_related = ("unit",)
    list_filter = ("unit", "is_active")
    search_fields = ("code", "title_fa", "title_en")
    ordering = ("order", "code")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj and not self._has_role(request, ADMINISTRATORS):
            return ("code", "unit", "is_active")
        return super().get_readonly_fields(request, obj)


@admin.register(County)
class CountyAdmin(CodedAdmin):
    """The counties of the province."""

    list_display = ("name_fa", "code_shown", "name_en")
    search_fields = ("code", "name_fa")
    ordering = ("order", "code")
