"""The doors of the operator: a page in the admin, and the same figures for a machine."""

import hmac
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from directory.enums import Duty, roles_with
from portal.kernel.text import read_number
from portal.operation import Operation, operation, parked_deliveries
from portal.outbox.services import retry
from portal.templatetags.persian import fa_digits
from portal.ui.admin_base import roles_of


def may_operate(request: HttpRequest) -> bool:
    """Tell whether whoever asks may see how the portal runs: superusers and administrators."""
    user: Any = request.user
    if not (user.is_active and user.is_staff):
        return False
    return user.is_superuser or not roles_of(request).isdisjoint(roles_with(Duty.OPERATION))


@require_http_methods(["GET", "HEAD", "POST"])
def operation_page(request: HttpRequest) -> HttpResponse:
    """Show how the portal runs; the button sends the chosen parked deliveries on their way again."""
    if not may_operate(request):
        raise PermissionDenied
    if request.method == "POST":
        return _retry(request)
    context = {
        **admin.site.each_context(request),
        "title": _("Operation"),
        "now": operation(at=timezone.now()),
        "deliveries": parked_deliveries(),
    }
    return TemplateResponse(request, "admin/operation.html", context)


def _retry(request: HttpRequest) -> HttpResponse:
    chosen = [pk for sent in request.POST.getlist("delivery") if (pk := read_number(sent))]
    count = retry(chosen, at=timezone.now())
    words = ngettext(
        "%(count)s delivery is on its way again.", "%(count)s deliveries are on their way again.", count
    )
    messages.success(request, words % {"count": fa_digits(count)})
    return redirect("admin:operation")


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Tell the figures, as Prometheus reads them, to whoever holds METRICS_TOKEN; without one there is no page."""
    token = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        raise Http404
    return HttpResponse(exposition(operation(at=timezone.now())), content_type="text/plain; version=0.0.4")


def exposition(now: Operation) -> str:
    """Return the figures as lines of `name{label="…"} value`; what was never heard of is left out."""
    figures: dict[str, float] = {
        "portal_outbox_late_seconds": now.late.total_seconds(),
        "portal_outbox_unrelayed": now.unrelayed,
        "portal_outbox_waiting": now.waiting,
        "portal_outbox_sent": now.sent,
        "portal_outbox_parked": now.parked,
        "portal_disk_free_bytes": now.disk_free,
        "portal_disk_total_bytes": now.disk_total,
    }
    if now.behind is not None:
        figures["portal_replica_behind_seconds"] = now.behind
    for channel, count in now.failed.items():
        figures[f'portal_notices_failed{{channel="{channel.value}"}}'] = count
    for beat in (*now.beats, now.backup, now.rehearsal):
        if beat.at:
            figures[f'portal_heartbeat_age_seconds{{name="{beat.name}"}}'] = (
                now.at - beat.at
            ).total_seconds()
    return "".join(f"{name} {value:g}\n" for name, value in figures.items())
