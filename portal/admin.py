"""Staff pages of the outbox: what waits, what was parked and why. Superusers only; the texts of cases are not here."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.outbox.models import Delivery, Event, Heartbeat
from portal.outbox.services import retry
from portal.templatetags.persian import fa_digits
from portal.ui.admin_base import UnitScopedAdmin, jalali_column


class OutboxAdmin(UnitScopedAdmin):
    """Rows of the outbox name no role, so that superusers alone see them; nobody edits them."""

    def visible_to(self, user: Any) -> QuerySet[Any]:
        return self.model._default_manager.all()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Delivery)
class DeliveryAdmin(OutboxAdmin):
    """What one follower owes to one event; a parked one can be sent on its way again."""

    list_display = (
        "id",
        "event_name",
        "handler",
        "state",
        "tries",
        jalali_column("not_before", _("not before")),
        "last_error",
    )
    list_filter = ("state",)
    list_select_related = ("event",)
    ordering = ("-id",)
    fields = ("event_name", "handler", "state", "tries", "last_error")
    actions = ("retry_parked",)

    @admin.display(description=_("event"))
    def event_name(self, delivery: Delivery) -> str:
        return delivery.event.name

    @admin.display(description=_("attempts"))
    def tries(self, delivery: Delivery) -> str:
        return fa_digits(delivery.attempts)

    @admin.action(description=_("Try the parked ones again"))
    def retry_parked(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        count = retry(list(queryset.values_list("pk", flat=True)), at=timezone.now())
        words = ngettext(
            "%(count)s delivery is on its way again.", "%(count)s deliveries are on their way again.", count
        )
        messages.success(request, words % {"count": fa_digits(count)})


@admin.register(Event)
class EventAdmin(OutboxAdmin):
    """What happened. The payload, ids of cases, is not shown: some of them are confidential."""

    list_display = (
        "id",
        "name",
        jalali_column("created_at", _("created at")),
        jalali_column("relayed_at", _("relayed at")),
    )
    ordering = ("-id",)
    fields = ("name",)


@admin.register(Heartbeat)
class HeartbeatAdmin(OutboxAdmin):
    """Which periodic tasks still run."""

    list_display = ("name", jalali_column("at", _("at")))
    ordering = ("name",)
    fields = ("name",)
