"""Reports about cases for heads and managers: figures, never texts."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from directory.enums import REPORT_ROLES
from feedback.reports import LEAST, case_report, is_manager
from portal.kernel import jalali
from portal.ui.replica import from_replica
from portal.ui.staff import for_roles

#: What the cases can be told apart by, and how far back one can look.
GROUPS = {"unit": _("Unit"), "kind": _("Kind"), "county": _("County"), "service": _("Service")}
SPANS = {"30": _("30 days"), "90": _("90 days"), "365": _("a year")}


@require_safe
@for_roles(REPORT_ROLES)
@from_replica
def report(request: HttpRequest) -> HttpResponse:
    """Show how many cases came in, how many were answered in time and how long it took, by group."""
    user: Any = request.user
    by = _chosen(request, "by", GROUPS, "unit")
    span = _chosen(request, "days", SPANS, "90")
    today = jalali.local(timezone.now()).date()
    since = today - timedelta(days=int(span))
    context = {
        "report": case_report(user, by=by, since=since, today=today),
        "by": by,
        "group": GROUPS[by],
        "groups": GROUPS.items(),
        "span": span,
        "spans": SPANS.items(),
        "since": since,
        "is_manager": is_manager(user),
        "least": LEAST,
    }
    return render(request, "feedback/report.html", context)


def _chosen(request: HttpRequest, name: str, offered: dict[str, Any], usual: str) -> str:
    """Return what an address asks for; what is not offered counts as nothing."""
    asked = request.GET.get(name, "")
    return asked if asked in offered else usual
