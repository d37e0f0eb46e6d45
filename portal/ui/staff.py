"""Pages outside the admin that are for members of staff in certain roles."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache

from portal.ui.admin_base import roles_of

View = Callable[..., HttpResponseBase]


def in_roles(request: HttpRequest, roles: frozenset[str]) -> bool:
    """Tell whether a signed-in member of staff is a superuser or has one of the roles."""
    user: Any = request.user
    return bool(user.is_superuser) or not roles.isdisjoint(roles_of(request))


def for_roles(roles: frozenset[str]) -> Callable[[View], View]:
    """Open a page to active members of staff in one of the roles, and to superusers; the others may sign in."""

    def guard(view: View) -> View:
        @never_cache
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **options: Any) -> HttpResponseBase:
            user: Any = request.user
            if not user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not (user.is_active and user.is_staff):
                raise PermissionDenied
            if not in_roles(request, roles):
                raise PermissionDenied
            return view(request, *args, **options)

        return guarded

    return guard
