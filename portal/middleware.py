"""Headers and walls that every request meets."""

import re
import secrets
import time
from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from csp.utils import build_policy
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from portal.accounts import BEGAN, LANGUAGE, USED
from portal.logs import REQUEST

Handler = Callable[[HttpRequest], HttpResponse]

#: Pages that show what only the holder of a code may see.
CITIZENS = ("/track/", "/feedback/received/", "/s/")
#: Pages that show what only a member of staff may see. They keep the referrer within the site: without one the
#: browser sends `Origin: null`, and every form of the staff would be refused as forged.
STAFF = ("/admin/", "/accounts/", "/reports/")
#: Those of them that have no address of their own in English.
ONE_ADDRESS = ("/admin/", "/accounts/")
#: Pages whose form takes a voice message.
RECORDERS = re.compile(r"/feedback/new/[a-z]+/|/track/case/")
SENSORS = "camera=(), geolocation=(), microphone={}, payment=(), usb=()"


class RequestNumber:
    """Give every request a number of its own, on its lines of the log and in `X-Request-ID` of its answer.

    It is drawn here, whatever a client sends: nobody writes into our log, and nobody is recognised by it.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = secrets.token_hex(8)
        before = REQUEST.set(number)
        try:
            response = self.get_response(request)
        finally:
            REQUEST.reset(before)
        response["X-Request-ID"] = number
        return response


class ContentPolicy:
    """Tell browsers what a page may load and where its forms may go; an answer that has rules of its own keeps them.

    The framework's own pages about a fault, which only a developer sees, are made of what these rules forbid. The line
    is django-csp's, made once: no page of ours changes it (decision 38).
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.policy = build_policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not (settings.DEBUG and response.status_code in {404, 500}):
            response.setdefault("Content-Security-Policy", self.policy)
        return response


class CompressedPages(GZipMiddleware):
    """Send pages compressed to whoever takes them so; files, which are handed out piece by piece, go as they are.

    Every compressed page is padded by a random length, so that its size tells nothing of what stands in it
    (Django's answer to BREACH). A web server in front passes it on.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)


class PrivacyHeaders:
    """Close the device's sensors to every page that needs none, and keep private pages out of caches and referrers."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        path = request.path_info.removeprefix("/en")
        microphone = "(self)" if RECORDERS.fullmatch(path) else "()"
        response.setdefault("Permissions-Policy", SENSORS.format(microphone))
        if path.startswith(CITIZENS + STAFF):
            response["Cache-Control"] = "no-store, private"
            response["X-Robots-Tag"] = "noindex, nofollow"
        if path.startswith(CITIZENS):
            response["Referrer-Policy"] = "no-referrer"
        return response


class AddressLanguage:
    """Show every page in the language of its address, whatever the browser prefers (PRODUCT.md section 3).

    Django's own middleware does so, too, and yet tells caches to keep a page once for each preference (`Vary`).
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class StaffLanguage:
    """Show the pages of the workplace, which have one address each, in the language that their reader chose."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(ONE_ADDRESS):
            return self.get_response(request)
        own = getattr(request.user, "language", "")
        language = str(request.session.get(LANGUAGE) or own or settings.LANGUAGE_CODE)
        request.has_one_address = True  # type: ignore[attr-defined]
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response["Content-Language"] = language
        return response


class SessionLimits:
    """End a staff session that lay idle for long, and any after a working day.

    When it was last used is written down every two minutes at most. What a page asks for by itself, such as whether
    somebody else is writing, does not count as use.
    """

    #: Seconds within which a use is not written down again.
    FRESH = 120

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info.removeprefix("/en")
        if path.startswith(STAFF) and request.user.is_authenticated:
            self._use(request, int(time.time()))
        return self.get_response(request)

    def _use(self, request: HttpRequest, now: int) -> None:
        session = request.session
        began, used = session.get(BEGAN, now), session.get(USED, now)
        if now - began >= settings.STAFF_SESSION_SECONDS or now - used >= settings.STAFF_IDLE_SECONDS:
            logout(request)
            messages.info(
                request, _("You were signed out because the session was over. Please sign in again.")
            )
        elif now - used >= self.FRESH and not self._is_background(request):
            session[USED] = now

    @staticmethod
    def _is_background(request: HttpRequest) -> bool:
        return request.method == "GET" and request.headers.get("Sec-Fetch-Dest") == "empty"


class SecondFactor:
    """Send staff without a second factor to the page where they set one up (off in the demo)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECOND_FACTOR_REQUIRED and self._must_set_up(request):
            return redirect("mfa_index")
        return self.get_response(request)

    @staticmethod
    def _must_set_up(request: HttpRequest) -> bool:
        staff_page = request.path_info.removeprefix("/en").startswith((reverse("admin:index"), "/reports/"))
        return staff_page and request.user.is_authenticated and not is_mfa_enabled(request.user)
