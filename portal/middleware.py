"""Headers and walls that every request meets."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

Handler = Callable[[HttpRequest], HttpResponse]

#: Pages that show what only the holder of a code may see.
CITIZENS = ("/track/", "/feedback/received/", "/s/")
#: Pages that show what only a member of staff may see. They keep the referrer within the site: without one the
#: browser sends `Origin: null`, and every form of the staff would be refused as forged.
STAFF = ("/admin/", "/accounts/", "/reports/")


class PrivacyHeaders:
    """Close the device's sensors to every page, and keep private pages out of caches and referrers."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
        path = request.path_info.removeprefix("/en")
        if path.startswith(CITIZENS + STAFF):
            response["Cache-Control"] = "no-store, private"
            response["X-Robots-Tag"] = "noindex, nofollow"
        if path.startswith(CITIZENS):
            response["Referrer-Policy"] = "no-referrer"
        return response


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
        staff_page = request.path_info.startswith((reverse("admin:index"), "/reports/"))
        return staff_page and request.user.is_authenticated and not is_mfa_enabled(request.user)
