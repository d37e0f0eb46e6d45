"""Where a request comes from: a page of ours or another site's, and from which neighbourhood of the network.

Citizens' forms carry no cookie against forgery: the first form needs none, and the case page is bound to a cookie
that no other site's page can send along. What is left to check is that the browser says the form was ours.
"""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponseBase]


def is_ours(request: HttpRequest) -> bool:
    """Tell whether the browser says that a page of this site sent the request, or says nothing about it.

    Pages behind a code send no referrer; their forms therefore arrive with the origin "null", as a sandboxed frame's
    would. That is let through where the browser does not tell more: the case's cookie is SameSite=Strict.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin", "null")
    return origin == "null" or origin in (
        f"{request.scheme}://{request.get_host()}",
        *settings.CSRF_TRUSTED_ORIGINS,
    )


def same_origin_post(view: View) -> View:
    """Refuse what another site's page posts (403); the view needs no CSRF cookie."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "POST" and not is_ours(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def client_address(request: HttpRequest) -> str:
    """Return the client's network address as the outermost of our own proxies saw it; never stored or logged.

    Each of `settings.ALLAUTH_TRUSTED_PROXY_COUNT` proxies appends what it saw to X-Forwarded-For, so whatever stands
    further to the left was made up by the sender.
    """
    count = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    if count and len(forwarded) >= count and forwarded[-count].strip():
        return forwarded[-count].strip()
    return str(request.META.get("REMOTE_ADDR", ""))
