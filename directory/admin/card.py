"""Identity cards in the admin: drafts are written and looked at; steps on are actions; what was in force stays."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from directory import services
from directory.admin.contacts import today
from directory.admin.pages import FiledAdmin, OfferedFilter
from directory.forms import PARTS, CardForm, CatalogueImport, written
from directory.forms.imports import LISTS, NOT_IN_FILES, Plan
from directory.models import ServiceCardVersion
from directory.policy import CardDefect, CardRefused
from directory.selectors import CONTENT, card_page, cards_to_review
from portal.kernel import jalali
from portal.templatetags.persian import fa_digits
from portal.ui.admin_base import jalali_column
from portal.ui.sheets import Column

#: Why a step with a card is refused, in words.
DEFECTS: dict[CardDefect, str | Promise] = {
    CardDefect.NOT_A_DRAFT: _("it is not a draft"),
    CardDefect.NOT_IN_FORCE: _("it is not in force"),
    CardDefect.DRAFT_EXISTS: _("this service has a draft already"),
    CardDefect.NO_AUDIENCE: _("it does not say for whom the service is"),
    CardDefect.NO_TIME: _("it announces no time"),
    CardDefect.NO_STEPS: _("it has no steps"),
    CardDefect.NO_CHANNELS: _("it says no way of access"),
}
FIELDSETS: Any = (
    (None, {"fields": ("service", "change_note", "review_on", "owner", "availability")}),
    (
        _("What it is, and for whom"),
        {
            "fields": (
                *("identifier", "description_fa", "description_en", "output_fa", "output_en"),
                *(
                    "audiences",
                    "audience_fa",
                    "audience_en",
                    "events",
                    "subservices",
                    "process_fa",
                    "process_en",
                ),
            )
        },
    ),
    (
        _("Time and cost"),
        {
            "fields": (
                "announced_days",
                "announced_minutes",
                "visits",
                "frequency_fa",
                "frequency_en",
                "costs",
            )
        },
    ),
    (
        _("How it is done"),
        {"fields": ("documents", "steps", "forms", "channels", "hours_fa", "hours_en", "questions")},
    ),
    (
        _("Official particulars"),
        {"fields": ("nature", "level", "trigger", "authority_fa", "authority_en", "laws", "partners")},
    ),
)


class ReviewFilter(OfferedFilter):
    """Cards in force whose date of review has come."""

    title = _("review")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("due", _("due for review"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[ServiceCardVersion]
    ) -> QuerySet[ServiceCardVersion]:
        return queryset.filter(pk__in=cards_to_review(today())) if self.value() else queryset


@admin.register(ServiceCardVersion)
class CardAdmin(FiledAdmin):
    """Versions of the identity cards. Only drafts can be changed; the steps on are actions."""

    form = CardForm
    import_form = CatalogueImport
    fieldsets = FIELDSETS
    list_display = (
        *("service", "number_shown", "state", jalali_column("published_at", _("published on"))),
        *(jalali_column("review_on", _("next review")), "preview_link"),
    )
    list_select_related = ("service",)
    list_filter = (ReviewFilter, "state")
    search_fields = ("service__title_fa", "service__code", "identifier")
    ordering = ("service__order", "service__code", "-number")
    actions = ("publish", "copy", "confirm", "withdraw", "discard")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.is_draft)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("service",) if obj else ()

    def save_model(self, request: HttpRequest, obj: ServiceCardVersion, form: Any, change: bool) -> None:
        user: Any = request.user
        if change:
            super().save_model(request, obj, form, change)
        else:
            services.add_draft(card=obj, actor=user)

    @admin.display(description=_("version"), ordering="number")
    def number_shown(self, card: ServiceCardVersion) -> str:
        return fa_digits(card.number)

    @admin.display(description=_("preview"))
    def preview_link(self, card: ServiceCardVersion) -> SafeString:
        page = reverse("admin:directory_servicecardversion_preview", args=[card.pk])
        return format_html('<a href="{}">{}</a>', page, _now("Look at it"))

    # --- As citizens will see it ---

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.preview)
        own = path("<int:card_id>/preview/", view, name="directory_servicecardversion_preview")
        return [own, *super().get_urls()]

    def preview(self, request: HttpRequest, card_id: int) -> HttpResponse:
        """Show a version the way the public page will."""
        cards = self.get_queryset(request).select_related("service__unit", "owner__unit")
        card = cards.filter(pk=card_id).first()
        if card is None:
            raise Http404
        context = {"service": card.service, "page": card_page(card), "is_preview": True}
        return render(request, "directory/service.html", context)

    # --- Steps ---

    @admin.action(description=_("Put the chosen drafts in force"))
    def publish(self, request: HttpRequest, queryset: QuerySet[ServiceCardVersion]) -> None:
        self._each(request, queryset, services.publish_card, _now("%(card)s is in force."), at=timezone.now())

    @admin.action(description=_("Copy into a new draft"))
    def copy(self, request: HttpRequest, queryset: QuerySet[ServiceCardVersion]) -> None:
        self._each(request, queryset, services.copy_card, _now("%(card)s is copied into a draft."))

    @admin.action(description=_("I reviewed: these are still right"))
    def confirm(self, request: HttpRequest, queryset: QuerySet[ServiceCardVersion]) -> None:
        note = _now("Reviewed; nothing to change.")
        done = _now("%(card)s is confirmed for half a year.")
        self._each(request, queryset, services.confirm_card, done, at=timezone.now(), note=note)

    @admin.action(description=_("Put out of force"))
    def withdraw(self, request: HttpRequest, queryset: QuerySet[ServiceCardVersion]) -> None:
        self._each(
            request, queryset, services.withdraw_card, _now("%(card)s is out of force."), at=timezone.now()
        )

    @admin.action(description=_("Throw the chosen drafts away"))
    def discard(self, request: HttpRequest, queryset: QuerySet[ServiceCardVersion]) -> None:
        self._each(request, queryset, services.discard_draft, _now("%(card)s is thrown away."))

    def _each(
        self,
        request: HttpRequest,
        queryset: QuerySet[ServiceCardVersion],
        step: Callable[..., Any],
        done: str,
        **options: Any,
    ) -> None:
        """Take a step with each chosen card; tell which went and which did not, and why."""
        for card in queryset:
            name = str(card)
            try:
                step(card_id=card.pk, actor=request.user, **options)
            except CardRefused as refused:
                words = _now("%(card)s stays as it is: %(why)s.")
                messages.error(request, words % {"card": name, "why": DEFECTS[refused.defect]})
            else:
                self.log_change(request, card, done % {"card": name})
                messages.success(request, done % {"card": name})

    # --- Files ---

    def columns(self) -> Sequence[Column]:
        texts = [name for name in CONTENT if name not in NOT_IN_FILES]
        return [
            *(Column(name, partial(_of_service, name)) for name in SERVICE_COLUMNS),
            *(Column(name, partial(_of_card, name), 24) for name in texts),
        ]

    def listed(self) -> QuerySet[ServiceCardVersion]:
        cards = ServiceCardVersion.objects.in_force().select_related("service__unit")
        return cards.order_by("service__order", "service__code")

    def store(self, request: HttpRequest, plans: list[Plan]) -> str:
        user: Any = request.user
        cards: list[Any] = [plan.rows for plan in plans]
        counts = services.import_cards(cards=cards, actor=user)
        self.record(request, [card for _service, card in cards], plans)
        words = _now(
            "The file is stored: %(services)s new services, %(cards)s drafts. Put the drafts in force here."
        )
        return words % {name: fa_digits(count) for name, count in counts.items()}


SERVICE_COLUMNS = (
    *("code", "title_fa", "title_en", "category_fa", "category_en", "summary_fa", "summary_en", "unit"),
    "order",
)


def _of_service(name: str, card: ServiceCardVersion) -> Any:
    return card.service.unit.code if name == "unit" else getattr(card.service, name)


def _of_card(name: str, card: ServiceCardVersion) -> Any:
    value = getattr(card, name)
    if name in PARTS:
        return written(PARTS[name], value, in_words=False)
    if name in LISTS:
        return " | ".join(value)
    return jalali.short(value) if name == "review_on" and value else value
