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
from django.utils.translation import gettext as _

#: When a session began and when it was last used, in seconds; `portal.middleware.SessionLimits` ends it by them.
BEGAN, USED = "began", "used"


class StaffAdapter(DefaultAccountAdapter):
    """Sign-up is closed; only active members of staff may sign in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign somebody in who has shown all he must, and start the clocks of his session."""
        super().login(request, user)
        now = int(time.time())
        request.session.update({BEGAN: now, USED: now})


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
