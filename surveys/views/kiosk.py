"""The kiosk at a counter: a few questions, one on each screen; a script keeps them going while the network is away."""

import uuid
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.kernel.text import read_number
from portal.ui.origin import same_origin_post
from surveys import policy, selectors, services
from surveys.enums import VISIT_SURVEY
from surveys.models import Item, Kiosk, Version

#: Seconds without a touch after which a half-filled form starts anew, when asked for more time, and after the thanks.
IDLE, PATIENT, THANKS = 30, 180, 8


@same_origin_post
@require_http_methods(["GET", "HEAD", "POST"])
def kiosk(request: HttpRequest, key: str) -> HttpResponse:
    """Show the first question, then the next, then store the answers; an idle page starts anew (HTTP Refresh)."""
    device, version = _kiosk(key), _version(request)
    asked, given = _asked(version), _given(request, version)
    place = min(read_number(request.POST.get("place", "0")), len(asked))
    if request.method == "POST" and place == len(asked):
        number = _uuid(request.POST.get("number", ""))
        _store(device, version, given, number, timedelta())
        return HttpResponseRedirect(reverse("surveys:kiosk_thanks", kwargs={"key": key}), status=303)
    context = {
        "kiosk": device,
        "version": version,
        "steps": list(enumerate(asked, start=1)),
        "place": place + 1,
        "total": len(asked),
        "given": given,
        "number": request.POST.get("number") or uuid.uuid4(),
        "start": reverse("surveys:kiosk", kwargs={"key": key}),
        "upload": reverse("surveys:kiosk_upload", kwargs={"key": key}),
        "idle": IDLE,
    }
    response = render(request, "surveys/kiosk.html", context)
    if place:
        seconds = PATIENT if "more" in request.POST else IDLE
        response["Refresh"] = f"{seconds};url={context['start']}"
    return _private(response)


@require_safe
def kiosk_thanks(request: HttpRequest, key: str) -> HttpResponse:
    """Thank and go back to the first question."""
    context = {"kiosk": _kiosk(key), "start": reverse("surveys:kiosk", kwargs={"key": key})}
    response = render(request, "surveys/kiosk_thanks.html", context)
    response["Refresh"] = f"{THANKS};url={context['start']}"
    return _private(response)


@same_origin_post
@require_POST
def kiosk_upload(request: HttpRequest, key: str) -> HttpResponse:
    """Take in what a kiosk kept while it was offline; sending it again stores nothing twice.

    Answers 200 once it is stored, 404 for a kiosk that is switched off (it keeps its queue), 422 for what can never
    be stored.
    """
    device, version = _kiosk(key), _version(request)
    age = timedelta(seconds=read_number(request.POST.get("age", "0"), longest=9))
    try:
        _store(device, version, _given(request, version), _uuid(request.POST.get("number", "")), age)
    except Http404:
        return JsonResponse({"stored": False}, status=422)
    return JsonResponse({"stored": True})


def _kiosk(key: str) -> Kiosk:
    device = selectors.kiosk_of(key)
    if device is None:
        raise Http404
    return device


def _version(request: HttpRequest) -> Version:
    number = request.POST.get("version", "")
    shown = selectors.version_shown(slug=VISIT_SURVEY, number=number, at=timezone.now())
    version = shown or selectors.published(VISIT_SURVEY)
    if version is None:
        raise Http404
    return version


def _asked(version: Version) -> list[Item]:
    wanted = policy.short_form(version.questions)
    return [item for item in version.asked if item.code in wanted]


def _given(request: HttpRequest, version: Version) -> dict[str, list[str]]:
    codes = policy.short_form(version.questions)
    return {code: [value] for code in codes if (value := request.POST.get(code, ""))}


def _store(device: Kiosk, version: Version, given: dict[str, Any], number: uuid.UUID, age: timedelta) -> None:
    """Store the answers; raises Http404 for what no page of ours sends."""
    try:
        services.take_from_kiosk(
            kiosk=device,
            version=version,
            answers=given,
            number=number,
            language=get_language() or "fa",
            at=timezone.now(),
            age=age,
        )
    except (policy.AnswersRefused, policy.VersionClosed):
        raise Http404 from None


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None


def _private(response: HttpResponse) -> HttpResponse:
    """Keep the page, whose address holds the kiosk's key, out of caches and referrers."""
    response["Cache-Control"] = "no-store, private"
    response["Referrer-Policy"] = "no-referrer"
    return response
