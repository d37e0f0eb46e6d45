"""How staff accounts come to be, and when somebody signed in must show once more that it is he."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

#: When a session began and when it was last used, in seconds; `portal.middleware.SessionLimits` ends it by them.
BEGAN, USED = "began", "used"
#: The language chosen in a session, before anybody signed in; afterwards it stays with the user.
LANGUAGE = "staff_language"


class StaffAdapter(DefaultAccountAdapter):
    """Sign-up is closed; only active members of staff may sign in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign somebody in who has shown all he must, and start the clocks of his session."""
        super().login(request, user)
        now = int(time.time())
        request.session.update({BEGAN: now, USED: now})


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Show the workplace in another language from now on, and go back to where that was asked for."""
    language, back = request.POST.get("language"), request.POST.get("back", "")
    if language in dict(settings.LANGUAGES):
        request.session[LANGUAGE] = language
        user: Any = request.user
        if user.is_authenticated:
            user.language = language
            user.save(update_fields=["language"])
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    return redirect(back if is_ours else "admin:index")


@reauthentication_required
def _is_fresh(_request: HttpRequest) -> bool:
    return True


def ask_again(request: HttpRequest) -> None:
    """Let a request through if its sender proved within the last minutes who he is; else ask him and come back.

    A form is asked about when it is opened. One that was sent too late is opened again: allauth would keep it in the
    session together with the address and the browser of whoever sent it. Raises what allauth's middleware answers.
    """
    if not settings.STEP_UP_REQUIRED:
        return
    try:
        _is_fresh(request)
    except ReauthenticationRequired:
        if request.method in ("GET", "HEAD"):
            raise
        messages.warning(
            request, _("That took a while. Please show once more that it is you, then send it again.")
        )
        raise ImmediateHttpResponse(redirect(request.get_full_path())) from None


def recently_authenticated(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Put `ask_again` before a view whose first argument is the request."""

    @wraps(view)
    def asking(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        ask_again(request)
        return view(request, *args, **options)

    return asking
