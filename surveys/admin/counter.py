"""Ways into the service survey at a counter: sheets of visit codes, kiosks, and how many people came."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from directory.enums import Role
from directory.models import Membership, Service, User
from portal.kernel import codes, jalali
from portal.templatetags.persian import fa_digits, ltr
from portal.ui import qr
from portal.ui.admin_base import UnitScopedAdmin, jalali_column
from surveys import services
from surveys.admin.base import OfferingAdmin
from surveys.admin.paper import forms_page, key_page
from surveys.models import Counter, Kiosk, VisitCount, VisitSheet
from surveys.selectors import EDITORS, ISSUERS, own_units


class CounterAdmin(OfferingAdmin):
    """A table of the counters: heads and clerks write for their own units, administrators for all."""

    readers = frozenset({*ISSUERS, Role.ADMINISTRATOR})
    writers = frozenset({*ISSUERS, *EDITORS})
    may_add = True

    def visible_to(self, user: Any) -> QuerySet[Any]:
        return self.model._default_manager.filter(unit__in=own_units(user).values("pk"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_change_permission(request)

    def offered(self, name: str, user: Any) -> QuerySet[Any] | None:
        if name == "unit":
            return own_units(user).order_by("order", "code")
        if name == "counter":
            return Counter.objects.filter(is_active=True, unit__in=own_units(user)).select_related("unit")
        return Service.objects.filter(is_active=True) if name == "service" else None


@admin.register(Counter)
class PlaceAdmin(CounterAdmin):
    """The counters of a unit, and who works at them; figures of one are for its direct head only."""

    list_display = ("name", "unit", "person", jalali_column("person_since", _("since")), "is_active")
    list_select_related = ("unit", "person")
    ordering = ("unit__order", "name", "id")
    fields = ("unit", "name", "person", "person_since", "is_active")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return UnitScopedAdmin.has_change_permission(self, request, obj)

    def offered(self, name: str, user: Any) -> QuerySet[Any] | None:
        if name == "person":
            held = Membership.objects.active().filter(unit__in=own_units(user))
            people = User.objects.filter(is_active=True, is_staff=True, memberships__in=held)
            return people.order_by("name_fa", "pk").distinct()
        return super().offered(name, user)

    def save_model(self, request: HttpRequest, obj: Counter, form: Any, change: bool) -> None:
        user: Any = request.user
        services.keep_counter(counter=obj, actor=user)


class VisitSheetForm(forms.ModelForm):
    """A new sheet; its codes cannot have run out already."""

    class Meta:
        model = VisitSheet
        fields = ("unit", "counter", "service", "count", "expires_on")

    def clean_expires_on(self) -> date:
        day: date = self.cleaned_data["expires_on"]
        if day < jalali.local(timezone.now()).date():
            raise ValidationError(_("This day is over already."), "past")
        return day


@admin.register(VisitSheet)
class VisitSheetAdmin(CounterAdmin):
    """Sheets of one-time codes; they are printed, cut up and handed out."""

    list_display = (
        *(
            "place",
            jalali_column("issued_on", _("issued on")),
            jalali_column("expires_on", _("last day of use")),
        ),
        *("used", "refused_shown", "is_void", "print_link"),
    )
    list_select_related = ("unit", "service")
    list_filter = ("is_void",)
    ordering = ("-issued_on", "-id")
    form = VisitSheetForm
    actions = ("call_in",)

    def visible_to(self, user: Any) -> QuerySet[VisitSheet]:
        spent = Count("tokens", filter=Q(tokens__is_spent=True))
        return super().visible_to(user).filter(of_cases=False).annotate(spent=spent)

    def save_model(self, request: HttpRequest, obj: VisitSheet, form: Any, change: bool) -> None:
        user: Any = request.user
        services.issue_sheet(sheet=obj, actor=user, at=timezone.now())

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:sheet_id>/print/", wrap(self.print_view), name="surveys_visitsheet_print"),
            path("<int:sheet_id>/paper/", wrap(self.paper_view), name="surveys_visitsheet_paper"),
            path("<int:sheet_id>/key/", wrap(self.key_view), name="surveys_visitsheet_key"),
            *super().get_urls(),
        ]

    def _known(self, request: HttpRequest, sheet_id: int) -> VisitSheet:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(self.get_queryset(request).filter(is_void=False), pk=sheet_id)

    def paper_view(self, request: HttpRequest, sheet_id: int) -> HttpResponse:
        """Show the paper forms of a sheet."""
        return forms_page(request, self._known(request, sheet_id))

    def key_view(self, request: HttpRequest, sheet_id: int) -> HttpResponse:
        """Take in the paper forms of a sheet."""
        return key_page(request, self._known(request, sheet_id), self.admin_site.each_context(request))

    def print_view(self, request: HttpRequest, sheet_id: int) -> HttpResponse:
        """Show the slips of a sheet, ready to be printed and cut."""
        sheet = self._known(request, sheet_id)
        address = request.build_absolute_uri(reverse("surveys:visit"))
        slips = [(codes.grouped(code), qr.draw(f"{address}#{code}")) for code in services.codes_of(sheet)]
        context = {"sheet": sheet, "slips": slips, "address": address.partition("//")[2]}
        return render(request, "admin/surveys/visitsheet/print.html", context)

    @admin.display(description=_("service"))
    def place(self, sheet: VisitSheet) -> str:
        return str(sheet.service or sheet.unit)

    @admin.display(description=_("used"))
    def used(self, sheet: VisitSheet) -> str:
        figures = {"spent": fa_digits(sheet.spent), "count": fa_digits(sheet.count)}  # type: ignore[attr-defined]
        return _now("%(spent)s of %(count)s") % figures

    @admin.display(description=_("refused, the code being used"), ordering="refused")
    def refused_shown(self, sheet: VisitSheet) -> str:
        return fa_digits(sheet.refused)

    @admin.display(description=_("print and key in"))
    def print_link(self, sheet: VisitSheet) -> SafeString | str:
        if sheet.is_void:
            return "—"
        links = {"print": _("slips"), "paper": _("paper forms"), "key": _("key in")}
        rows = (
            (reverse(f"admin:surveys_visitsheet_{name}", args=[sheet.pk]), words)
            for name, words in links.items()
        )
        return format_html_join(" · ", '<a href="{}">{}</a>', rows)

    @admin.action(description=_("Call in lost sheets"))
    def call_in(self, request: HttpRequest, queryset: QuerySet[VisitSheet]) -> None:
        user: Any = request.user
        for sheet in queryset:
            services.void_sheet(sheet=sheet, actor=user)
        messages.success(request, _now("The codes of these sheets open nothing any more."))


@admin.register(Kiosk)
class KioskAdmin(CounterAdmin):
    """Screens at the counters. A key is shown once and can be taken away."""

    list_display = (
        *("name", "unit", "service", jalali_column("last_answer_on", _("last answer on"))),
        jalali_column("revoked_at", _("revoked on")),
    )
    list_select_related = ("unit", "service")
    ordering = ("name", "id")
    fields = ("name", "unit", "counter", "service")
    actions = ("revoke",)

    def save_model(self, request: HttpRequest, obj: Kiosk, form: Any, change: bool) -> None:
        user: Any = request.user
        key = services.add_kiosk(kiosk=obj, actor=user, at=timezone.now())
        address = request.build_absolute_uri(reverse("surveys:kiosk", kwargs={"key": key}))
        words = _now("Open this address on the kiosk. It is shown this once and stored nowhere: {}")
        messages.warning(request, format_html(words, ltr(address)))

    @admin.action(description=_("Take the key away"))
    def revoke(self, request: HttpRequest, queryset: QuerySet[Kiosk]) -> None:
        user: Any = request.user
        for kiosk in queryset:
            services.revoke_kiosk(kiosk=kiosk, actor=user, at=timezone.now())
        messages.success(request, _now("These kiosks are switched off."))


@admin.register(VisitCount)
class VisitCountAdmin(CounterAdmin):
    """How many people came, day by day."""

    list_display = ("unit", jalali_column("day", _("day")), "count_shown")
    list_select_related = ("unit",)
    ordering = ("-day", "unit__order", "id")
    fields = ("unit", "day", "count")

    def save_model(self, request: HttpRequest, obj: VisitCount, form: Any, change: bool) -> None:
        user: Any = request.user
        services.count_visits(visits=obj, actor=user)

    @admin.display(description=_("visits"), ordering="count")
    def count_shown(self, visits: VisitCount) -> str:
        return fa_digits(visits.count)
