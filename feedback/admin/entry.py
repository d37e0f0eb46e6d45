"""Entering what came by phone, visit, paper box, voice mail or letter, and the slip with its one-time code."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from feedback import selectors, services
from feedback.forms.entry import CHANNELS, KEPT, EntryForm
from feedback.models import Case
from portal.templatetags.persian import fa_digits, ltr
from portal.ui import qr

#: Holds the token of the form last saved, never the code: the code is derived once more when the slip is shown, and
#: the cookie goes with it. Nothing of it is stored here.
SLIP = "slip"
SLIP_SECONDS = 15 * 60


def entry_page(page: "admin.ModelAdmin[Any]", request: HttpRequest) -> HttpResponse:
    """Show the form for a message from another channel, and take it in."""
    now = timezone.now()
    if request.method != "POST":
        return _form(page, request, EntryForm(at=now, kept=_kept(request)))
    form = EntryForm(request.POST, request.FILES, at=now)
    if not form.is_valid():
        return _form(page, request, form)
    user: Any = request.user
    submission = services.Submission(language=get_language() or "fa", operator=user, **form.values())
    try:
        receipt = services.submit(submission=submission, token=form.token, at=now)
    except services.FormSpent:
        form.press_again()
        return _form(page, request, form)
    return _saved(request, form, receipt)


def _kept(request: HttpRequest) -> dict[str, str]:
    """Return what the last form of a batch left in the address: channel, day and box."""
    kept = {name: request.GET.get(name, "")[:120] for name in KEPT}
    known = {value for value, _label in CHANNELS}
    return kept if kept["channel"] in known else {**kept, "channel": ""}


def _saved(request: HttpRequest, form: EntryForm, receipt: services.Receipt) -> HttpResponse:
    """Go on to the slip, or to the next form of the batch."""
    if "_next" not in request.POST:
        response = HttpResponseRedirect(reverse("admin:feedback_case_slip"))
    else:
        words = _("Saved as case {number}, with {unit}.")
        case = receipt.case
        messages.success(request, format_html(words, number=ltr(fa_digits(case.number)), unit=case.unit.name))
        query = urlencode({"batch": "1", **{name: form.data.get(name, "") for name in KEPT}})
        response = HttpResponseRedirect(f"{reverse('admin:feedback_case_entry')}?{query}")
    response.set_signed_cookie(
        SLIP,
        f"{request.user.pk}:{form.token}",
        salt=SLIP,
        max_age=SLIP_SECONDS,
        path=reverse("admin:feedback_case_entry"),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Strict",
    )
    return response


def _form(page: "admin.ModelAdmin[Any]", request: HttpRequest, form: EntryForm) -> HttpResponse:
    user: Any = request.user
    is_batch = "batch" in request.GET or "_next" in request.POST
    channel, place = (str(form[name].value() or "") for name in ("channel", "place"))
    context = {
        **page.admin_site.each_context(request),
        "title": _("Enter a message"),
        "opts": Case._meta,
        "form": form,
        "is_batch": is_batch,
        "entered": selectors.entered_today(user, channel=channel, place=place, at=form.at) if is_batch else 0,
        "has_slip": _token(request) is not None,
        "files_lost": bool(request.FILES),
    }
    return TemplateResponse(request, "admin/feedback/case/entry.html", context)


def _token(request: HttpRequest) -> str | None:
    """Return the token of the form this member of staff saved last; None once its slip was shown."""
    held = request.get_signed_cookie(SLIP, default=None, salt=SLIP, max_age=SLIP_SECONDS) or ""
    owner, _colon, token = held.partition(":")
    return token if owner == str(request.user.pk) else None


def slip_page(page: "admin.ModelAdmin[Any]", request: HttpRequest) -> HttpResponse:
    """Show the slip to hand over, once: its code is good for one use and can be shown to nobody again."""
    token = _token(request)
    receipt = services.receipt_again(token=token) if token else None
    if receipt is None or receipt.case.operator_id != request.user.pk or not receipt.case.code_is_one_time:
        context = {
            **page.admin_site.each_context(request),
            "title": _("The slip was shown"),
            "opts": Case._meta,
        }
        return TemplateResponse(request, "admin/feedback/case/slip_gone.html", context, status=404)
    address = settings.PUBLIC_URL + reverse("feedback:track")
    context = {
        "case": receipt.case,
        "code": receipt.code,
        "url": address,
        "qr": qr.draw(address),
    }
    response = render(request, "admin/feedback/case/slip.html", context)
    response.delete_cookie(SLIP, path=reverse("admin:feedback_case_entry"), samesite="Strict")
    return response
