"""What every page of the admin has in common: nobody finds, sees, filters or changes what is not theirs.

Who may do what follows from memberships, not from the framework's own permissions (PRODUCT.md section 9). An admin
class names the roles that read and write it and, in `visible_to`, the rows a member of staff may know of; all else
is closed here. `check_pages` refuses to start a portal with a page that does not inherit these walls.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, ClassVar, NoReturn, Protocol

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.sites import all_sites
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core import checks
from django.db import models
from django.forms import Field, ModelForm
from django.http import Http404, HttpRequest
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from portal.templatetags.persian import jalali_day, jalali_moment
from portal.ui.fields import JalaliDateField
from portal.ui.widgets import DigitsInput
from portal.ui.wording import check_texts

Column = Callable[[Any], str]


class Held(Protocol):
    """An active membership: the unit by its key and by its code, and the role in it."""

    @property
    def unit(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def role(self) -> str: ...


def held_by(request: HttpRequest) -> frozenset[Held]:
    """Return the active memberships of whoever asks; one query a request, the user remembers them."""
    user: Any = request.user
    held: frozenset[Held] = user.remember_held()
    return held


def memberships_of(request: HttpRequest) -> frozenset[tuple[str, str]]:
    """Return for which units, by code, whoever asks acts in which roles."""
    return frozenset((held.code, held.role) for held in held_by(request))


def roles_of(request: HttpRequest) -> frozenset[str]:
    """Return the roles of the active memberships of whoever asks."""
    return frozenset(held.role for held in held_by(request))


def jalali_column(field: str, label: str | Promise) -> Column:
    """Return a column that shows a date, or a moment, of the Jalali calendar and sorts by its field."""

    def column(row: Any) -> str:
        moment: date | None = getattr(row, field)
        if moment is None:
            return "—"
        return jalali_moment(moment) if isinstance(moment, datetime) else jalali_day(moment)

    column.short_description = label  # type: ignore[attr-defined]
    column.admin_order_field = field  # type: ignore[attr-defined]
    return column


class ScopedChangeList(ChangeList):
    """A list under the name of its rows, sorted by the columns its page names and by no other."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.title = capfirst(str(self.opts.verbose_name_plural))

    def get_ordering_field(self, field_name: Any) -> Any:
        return super().get_ordering_field(field_name) if field_name in (self.sortable_by or ()) else None


class UnitScopedAdmin(admin.ModelAdmin):
    """The base of every page. Closed until a subclass names who reads, who writes, and what they may know of."""

    #: Roles that may look and roles that may also change; a superuser may do both, within `visible_to`.
    readers: ClassVar[frozenset[str]] = frozenset()
    writers: ClassVar[frozenset[str]] = frozenset()
    #: Whether writers may add rows here.
    may_add: ClassVar[bool] = False
    #: Views of the page that ask for the password or the second factor once more (portal.accounts).
    asks_again: ClassVar[tuple[str, ...]] = ()
    #: Texts that no citizen reads; all others are held against the wording check when they are saved.
    private_texts: ClassVar[frozenset[str]] = frozenset()

    actions: Sequence[Any] = ()
    list_per_page = 50
    list_max_show_all = 50
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    sortable_by: ClassVar[tuple[str, ...]] = ()
    view_on_site = False
    formfield_overrides = {
        models.DateField: {"form_class": JalaliDateField, "widget": DigitsInput({"inputmode": "text"})},
    }

    # --- Rows ---

    def visible_to(self, user: Any) -> models.QuerySet[Any]:
        """Return the rows that this member of staff may know of; every subclass says which."""
        raise NotImplementedError

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        if not self._may_read(request):
            return self.model._default_manager.none()
        return self._rows(request).order_by(*self.get_ordering(request) or ("pk",))

    def _rows(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Return the rows of `visible_to`, worked out once a request however often they are asked for."""
        known: dict[str, models.QuerySet[Any]] = request.__dict__.setdefault("staff_rows", {})
        label = self.opts.label
        if label not in known:
            known[label] = self.visible_to(request.user)
        return known[label].all()

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> NoReturn:
        """Answer a hidden row and one that never was with the same page, which does not repeat what was asked."""
        raise Http404

    # --- Permissions ---

    def _may_read(self, request: HttpRequest) -> bool:
        return self._has_role(request, self.readers | self.writers)

    def _may_write(self, request: HttpRequest) -> bool:
        return self._has_role(request, self.writers)

    @staticmethod
    def _has_role(request: HttpRequest, roles: frozenset[str]) -> bool:
        known: dict[frozenset[str], bool] = request.__dict__.setdefault("staff_acts", {})
        if roles not in known:
            user: Any = request.user
            acts = user.is_active and user.is_staff
            known[roles] = acts and (user.is_superuser or not roles.isdisjoint(roles_of(request)))
        return known[roles]

    def _is_visible(self, request: HttpRequest, row: Any) -> bool:
        return row is None or self.get_queryset(request).filter(pk=row.pk).exists()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may_read(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_read(request) and self._is_visible(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_write(request) and self._is_visible(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_add and self._may_write(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is ever deleted by staff (PRODUCT.md section 7)."""
        return False

    def may_open(self, request: HttpRequest, row: models.Model) -> bool:
        """Tell whether whoever asks may look at the page of a row, of whatever table."""
        page: Any = self.admin_site._registry.get(type(row))
        return page is not None and page.has_view_or_change_permission(request, row)

    # --- What an address or a forged form may ask for ---

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Let in what the page's own filters ask for; any other lookup would be an oracle about hidden fields."""
        return lookup in set(self._lookups(request))

    def _lookups(self, request: HttpRequest) -> Iterator[str]:
        for entry in self.get_list_filter(request):
            named: Any = entry[0] if isinstance(entry, tuple) else entry
            if isinstance(named, str):
                yield from (f"{named}__{ending}" for ending in self._endings(named))
            else:
                yield named.parameter_name

    def _endings(self, field: str) -> tuple[str, ...]:
        if self.opts.get_field(field).is_relation:
            return ("id__exact", "isnull")
        return ("exact", "isnull")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Find a row by its key; an address that names no field to find it by ("?_to_field=") means the key."""
        return super().get_object(request, object_id, from_field or None)

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        return to_field == self.opts.pk.name

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any
    ) -> type[ModelForm]:
        form = super().get_form(request, obj, change=change, **options)
        check_texts(form, self.private_texts)
        return form

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        return ScopedChangeList

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer the page's own actions to writers; the framework's "delete" is none of them."""
        offered = super().get_actions(request) if self._may_write(request) else {}
        return {name: action for name, action in offered.items() if name != "delete_selected"}

    @admin.display(description=SafeString('<input type="checkbox" id="action-toggle">'))
    def action_checkbox(self, obj: Any) -> SafeString:
        """Draw the box of a row without a template: fifty of them were a fifth of the time of a list."""
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{}">',
            ACTION_CHECKBOX_NAME,
            obj.pk,
            _("Choose {row}").format(row=obj),
        )

    def get_action_choices(self, request: HttpRequest, default_choices: Any = ()) -> list[tuple[str, str]]:
        return super().get_action_choices(request, [("", str(_("Choose an action")))])

    def formfield_for_foreignkey(
        self, db_field: "models.ForeignKey[Any]", request: HttpRequest, **options: Any
    ) -> Any:
        options["queryset"] = self.choices_of(db_field, request)
        return super().formfield_for_foreignkey(db_field, request, **options)

    def formfield_for_manytomany(
        self, db_field: "models.ManyToManyField[Any, Any]", request: HttpRequest, **options: Any
    ) -> Any:
        options["queryset"] = self.choices_of(db_field, request)
        return super().formfield_for_manytomany(db_field, request, **options)

    def choices_of(self, db_field: Any, request: HttpRequest) -> models.QuerySet[Any]:
        """Return the rows a field may point to: those its own page shows, none where there is no such page."""
        model = db_field.remote_field.model
        if not self.admin_site.is_registered(model):
            return model._default_manager.none()
        return self.admin_site.get_model_admin(model).get_queryset(request)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Field | None:
        """Draw a choice without the framework's pop-up windows for adding and changing what it points to."""
        field = super().formfield_for_dbfield(db_field, request, **options)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field


# --- The check --------------------------------------------------------------------------------------------------


def check_pages(app_configs: object, **_options: object) -> list[checks.CheckMessage]:
    """Refuse a page of the admin without the walls of this module; registered by the portal's app configuration."""
    pages = [page for site in all_sites for page in site._registry.values()]
    return [fault for page in pages for fault in _faults_of(page)]


def _faults_of(page: "admin.ModelAdmin[Any]") -> list[checks.CheckMessage]:
    if not isinstance(page, UnitScopedAdmin):
        return [checks.Error(f"{type(page).__name__} must inherit UnitScopedAdmin", id="portal.E001")]
    wrongs = {
        "must say in visible_to which rows are whose": type(page).visible_to is UnitScopedAdmin.visible_to,
        "must not edit rows in its list": bool(page.list_editable),
        "must not have inlines, which have no walls": bool(page.inlines),
        "must not have a date hierarchy, which is Gregorian and looks rows up": bool(page.date_hierarchy),
        "must not link to the site": page.view_on_site is not False,
    }
    return [
        checks.Error(f"{type(page).__name__} {wrong}", id="portal.E002")
        for wrong, is_so in wrongs.items()
        if is_so
    ]
