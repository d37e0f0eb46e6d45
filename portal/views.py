"""The home page, the pages about the portal, health, and what is said when something goes wrong."""

import sys
from pathlib import Path
from typing import Any, cast

import psycopg2
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from directory.enums import REPORT_ROLES
from directory.models import Service
from directory.selectors import (
    CardPage,
    card_in_force,
    card_page,
    front_desk,
    news_at_home,
    public_url,
    service_data,
    services_by_category,
)
from feedback.selectors import (
    answer_days,
    first_action_days,
    measured_time,
    public_figures,
    reference_lately,
    weekend,
)
from feedback.selectors import response_times as promised_times
from portal.kernel import jalali
from portal.kernel.text import clean
from portal.outbox.selectors import lateness, parked, silence
from portal.stores import StoreAway
from portal.ui.staff import for_roles

#: Seconds of lateness of the outbox, and of silence of its processes, that a person should look into.
LATE, SILENT = 600, 90
#: How a database, or a store of files, shows that it is full or away. Django passes on the driver's own errors when a
#: list is read in parts.
AWAY = (OperationalError, InterfaceError, psycopg2.OperationalError, psycopg2.InterfaceError, StoreAway)

# --- The home page and the pages about the portal ---------------------------------------------------------------


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the six kinds, the code box, the figures, the services and the front desk."""
    context = {
        "days": SimpleLazyObject(answer_days),
        "first_action": SimpleLazyObject(first_action_days),
        "figures": public_figures(),
        "categories": SimpleLazyObject(services_by_category),
        "news": news_at_home(timezone.now()),
        "desk": SimpleLazyObject(front_desk),
    }
    return render(request, "home.html", context)


strategy = TemplateView.as_view(template_name="about/strategy.html")
rights = TemplateView.as_view(template_name="about/rights.html")
privacy = TemplateView.as_view(template_name="about/privacy.html")
accessibility = TemplateView.as_view(template_name="about/accessibility.html")
tracking = TemplateView.as_view(template_name="about/tracking.html")
outside = TemplateView.as_view(template_name="about/outside.html")


@require_safe
def response_times(request: HttpRequest) -> HttpResponse:
    """Show what is promised for each kind of message, and by which law."""
    context = {
        "times": promised_times(),
        "first_action": first_action_days(),
        "weekend": _(" and ").join(
            str(WEEKDAYS[day]) for day in weekend(jalali.local(timezone.now()).date())
        ),
    }
    return render(request, "about/response_times.html", context)


# --- One service: what is announced beside what was measured --------------------------------------------------------


@require_safe
def service(request: HttpRequest, code: str) -> HttpResponse:
    """Show the identity card of a service; without a card, what is known of the service."""
    return render(request, "directory/service.html", _service_page(code))


@require_safe
def service_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """Show the official sheet of a card in force, made for one page of paper."""
    page = _service_page(code)
    if not page["page"]:
        raise Http404
    address = public_url("directory:service", code=code)
    return render(request, "directory/sheet.html", {**page, "address": address})


def _service_page(code: str) -> dict[str, Any]:
    """Return what the pages of a service show; the card is read once, and only where it is drawn anew."""
    here = _service(code)
    page = SimpleLazyObject(lambda: _card_page(here))
    return {
        "service": here,
        "page": page,
        "measured": measured_time(here),
        "linked": lambda: service_data(here, cast("CardPage | None", page)),
        "desk": SimpleLazyObject(front_desk),
    }


def _service(code: str) -> Service:
    here = reference_lately().services.get(code)
    if here is None or not here.is_active:
        raise Http404
    return here


def _card_page(here: Service) -> CardPage | None:
    card = card_in_force(here)
    return card_page(card) if card else None


# --- Reports ----------------------------------------------------------------------------------------------------

#: The reports there are: what each is called and the name of its address.
REPORTS: tuple[tuple[str | Promise, str], ...] = (
    (gettext_lazy("Cases and answers"), "feedback:report"),
    (gettext_lazy("Reports of the surveys"), "surveys:reports"),
)


@require_safe
@for_roles(REPORT_ROLES)
def reports(request: HttpRequest) -> HttpResponse:
    """List the reports for heads and managers."""
    return render(request, "reports.html", {"reports": [(title, reverse(name)) for title, name in REPORTS]})


# --- Health -----------------------------------------------------------------------------------------------------


def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers; touches nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether citizens can be served (200 or 503), and whether the work behind them keeps up.

    Only the database and its migrations close the door: a late outbox or a silent worker delays notices and loses
    nothing, so it is told as `degraded` and citizens may go on writing. Ages are seconds; null is "never seen".
    """
    try:
        checks = _checks()
    except DatabaseError:
        checks = {"database": False}
    ready = checks["database"] and not checks["unapplied_migrations"]
    return JsonResponse({"ready": ready, **checks}, status=200 if ready else 503)


def _checks() -> dict[str, Any]:
    """Ask the database; raises DatabaseError when it does not answer."""
    executor = MigrationExecutor(connection)
    unapplied = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if unapplied:
        return {"database": True, "unapplied_migrations": unapplied}
    now = timezone.now()
    late = round(lateness(at=now).total_seconds())
    ages = [silence(f"outbox.{name}", at=now) for name in ("relay", "worker")]
    relay, worker = (None if age is None else round(age.total_seconds()) for age in ages)
    return {
        "database": True,
        "unapplied_migrations": 0,
        "degraded": late > LATE or any(age is None or age > SILENT for age in (relay, worker)),
        "outbox_late_seconds": late,
        "outbox_parked": parked(),
        "relay_silent_seconds": relay,
        "worker_silent_seconds": worker,
    }


# --- When something goes wrong ----------------------------------------------------------------------------------


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what could not be read; a form too big for us gets a page that says so."""
    if isinstance(exception, RequestDataTooBig | TooManyFilesSent):
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer somebody who lacks the right to a page."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere."""
    return render(request, "404.html", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that was open too long or came from another site, and give back what was written."""
    return render(request, "csrf.html", {"written": _written(request)}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault of ours with a fixed page: nothing that may be broken is asked again.

    A database or a store of files that is away is no fault of the page: what was typed is given back with a button
    that sends it again.
    """
    if isinstance(sys.exc_info()[1], AWAY):
        return _away(request)
    return HttpResponse(Path(settings.BASE_DIR, "templates", "500.html").read_bytes(), status=500)


def _away(request: HttpRequest) -> HttpResponse:
    """Say that nothing can be stored just now; a password is never written into a page."""
    sent = [] if "password" in request.POST else request.POST.lists()
    context = {
        "action": request.get_full_path(),
        "fields": [(name, text) for name, texts in sent for text in texts],
        "had_files": bool(request.FILES),
        "written": _written(request),
        "messages": (),  # a look for them may ask the database
    }
    response = render(request, "away.html", context, status=503)
    response["Retry-After"] = "30"
    return response


def _written(request: HttpRequest) -> list[str]:
    return [text for name in ("subject", "body") if (text := clean(request.POST.get(name, "")))]
