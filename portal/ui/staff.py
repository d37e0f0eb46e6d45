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
            if not user.is_superuser and roles.isdisjoint(roles_of(request)):
                raise PermissionDenied
            return view(request, *args, **options)

        return guarded

    return guard
