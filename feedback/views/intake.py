"""Writing a message: choose a kind, fill in its form, receive the code."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from feedback import selectors, services
from feedback.enums import Kind
from feedback.forms import KINDS, CaseForm
from feedback.views.files import keep_files
from feedback.views.tickets import RECEIPT
from portal.ui import qr
from portal.ui.origin import is_ours, same_origin_post
from portal.ui.uploads import Capped


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Let the citizen choose a kind of message; hints about a service or unit are passed on."""
    hints = {name: request.GET[name] for name in ("service", "unit") if request.GET.get(name)}
    return render(
        request,
        "feedback/choose.html",
        {
            "days": SimpleLazyObject(selectors.answer_days),
            "first_action": SimpleLazyObject(selectors.first_action_days),
            "query": f"?{urlencode(hints)}" if hints else "",
        },
    )


@csrf_exempt
@cache_control(private=True, no_cache=True)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Show the form of a kind of message, and take the message in.

    The form's own signed token stands in for a CSRF cookie: an expired cookie must never cost anybody a text. What
    another site's page sends is met with a plain question. No cache may hand one token to two people; the browser
    may keep the page, or going back would lose the text.
    """
    if kind not in Kind.values:
        raise Http404
    request.upload_handlers.insert(0, Capped())
    form = _form(request, Kind(kind))
    if form.is_bound and form.is_valid() and (token := _submit(form)):
        response = HttpResponseRedirect(reverse("feedback:received"), status=303)
        RECEIPT.give(response, token)
        return response
    if form.is_bound:
        keep_files(form)
    return render(request, "feedback/new.html", {"form": form, "words": form.words, "kind": kind})


def _form(request: HttpRequest, kind: Kind) -> CaseForm:
    now = timezone.now()
    if request.method == "POST":
        return CaseForm(request.POST, request.FILES, kind=kind, at=now, is_ours=is_ours(request))
    return CaseForm(kind=kind, at=now, initial=_hinted(request, kind))


def _hinted(request: HttpRequest, kind: Kind) -> dict[str, Any]:
    """Return what the address says beforehand: the service, the unit the message is about, the entry that is wrong.

    A kind that is about no unit is written to it instead, and takes its service if there is only one.
    """
    service, unit = request.GET.get("service", ""), request.GET.get("unit", "")
    subject = selectors.wrong_entry(request.GET.get("entry", ""))
    if "about_unit" in KINDS[kind].about:
        return {"service": service, "about_unit": unit, "subject": subject}
    return {
        "service": service or selectors.only_service_of(unit),
        "addressed_unit": unit,
        "subject": subject,
    }


def _submit(form: CaseForm) -> str | None:
    """Store the message and return the token that shows its receipt; None where the form needs another look."""
    submission = services.Submission(language=get_language() or "fa", **form.values())
    try:
        services.submit(submission=submission, token=form.token, at=form.at)
    except services.FormSpent:
        form.renew()
        return None
    return form.token


@same_origin_post
@require_http_methods(["GET", "HEAD", "POST"])
def received(request: HttpRequest) -> HttpResponse:
    """Show the receipt with the tracking code, again after a refresh; a POST puts it away for good."""
    if request.method == "POST":
        response: HttpResponse = HttpResponseRedirect(reverse("feedback:track"), status=303)
        RECEIPT.take_back(response)
        return response
    token = RECEIPT.read(request)
    receipt = services.receipt_again(token=token) if token else None
    if receipt is None:
        return render(request, "feedback/receipt_gone.html")
    return render(request, "feedback/received.html", _receipt_page(receipt))


def _receipt_page(receipt: services.Receipt) -> dict[str, Any]:
    case = receipt.case
    kind = Kind(case.kind)
    address = settings.PUBLIC_URL + reverse("feedback:track")
    return {
        "case": case,
        "code": receipt.code,
        "words": KINDS[kind],
        "promise": selectors.promises()[kind],
        "files": selectors.files_of(case),
        "is_nameless": not (case.full_name or case.phone or case.email),
        "shows_outside": case.external_bodies or kind == Kind.MISCONDUCT,
        "url": address,
        "qr": qr.draw(address),
    }
