"""The admin as a site of its own: which sections it has, in which order, and which doors it does not have."""

from collections.abc import Iterable
from functools import update_wrapper
from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, get_script_prefix, path
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from directory.enums import REPORT_ROLES
from portal.accounts import ask_again
from portal.help_pages import help_page, help_start
from portal.operation_pages import may_operate, operation_page
from portal.ui.admin_base import memberships_of
from portal.ui.staff import in_roles

#: Menus kept in a process, at most: some ten kilobytes each.
MOST_MENUS = 200
#: Sections of the admin from top to bottom, by app label; an unknown one comes last.
ORDER = ("feedback", "directory", "routing", "surveys", "outbox")
#: Models of installed packages that ask for a page of their own; staff has no use for them.
UNWANTED = frozenset({"auth.Group", "account.EmailAddress", "account.EmailConfirmation", "mfa.Authenticator"})


#: Characters from which on something typed is worth giving back.
WORTH_KEEPING = 20


def written(request: HttpRequest) -> list[str]:
    """Return the longer texts that a form sent along, for whoever must not lose them."""
    texts = ((name, text) for name, text in request.POST.items() if name != "csrfmiddlewaretoken")
    return [str(text) for _name, text in texts if len(text) >= WORTH_KEEPING]


def _asks_again(view: Any, request: HttpRequest) -> bool:
    page: Any = getattr(view, "__self__", None)
    if getattr(view, "__name__", "") not in getattr(page, "asks_again", ()):
        return False
    return bool(page.has_change_permission(request) or page.has_add_permission(request))


class StaffSite(admin.AdminSite):
    """The admin of the portal, for members of staff only."""

    site_header = _("Online service desk")
    site_title = _("Online service desk")
    index_title = _("Workplace")
    empty_value_display = "—"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self._sections: dict[object, list[Any]] = {}

    def register(
        self, model_or_iterable: type[Model] | Iterable[type[Model]], admin_class: Any = None, **options: Any
    ) -> None:
        """Take in a page, but for the few models that packages bring along (`UNWANTED`)."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        wanted = [model for model in models if model._meta.label not in UNWANTED]
        super().register(wanted, admin_class, **options)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Leave out `r/<type>/<id>/`, which would tell anybody the address of anything."""
        kept = [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]
        return [
            path("operation/", self.admin_view(operation_page), name="operation"),
            path("help/", self.admin_view(help_start), name="help_start"),
            path("help/<slug:role>/", self.admin_view(help_page), name="help"),
            *kept,
        ]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        known = super().each_context(request)
        reads_reports = known["has_permission"] and in_roles(request, REPORT_ROLES)
        return {**known, "may_operate": may_operate(request), "reads_reports": reads_reports}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return the sections in `ORDER`, the pages of each in the order in which they were registered.

        Which are open follows from one's memberships (portal.ui.admin_base): those who have the same share one list,
        which nobody changes.
        """
        user: Any = request.user
        held = memberships_of(request) if self.has_permission(request) else None
        key = held, user.is_superuser, app_label, get_language(), get_script_prefix()
        if key not in self._sections:
            if len(self._sections) == MOST_MENUS:
                self._sections.clear()
            sections = self._build_app_dict(request, app_label).values()
            self._sections[key] = sorted(sections, key=lambda section: self._place(section["app_label"]))
        return self._sections[key]

    @staticmethod
    def _place(app_label: str) -> int:
        return ORDER.index(app_label) if app_label in ORDER else len(ORDER)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Guard a page; who was signed out while writing gets his words back instead of losing them.

        The views that a page names in `asks_again` ask those who may write there to show once more who they are.
        """
        guarded = super().admin_view(view, cacheable)

        def kept(request: HttpRequest, *args: Any, **options: Any) -> Any:
            words = written(request)
            if words and not self.has_permission(request):
                return render(request, "admin/signed_out.html", {"written": words}, status=403)
            if _asks_again(view, request):
                ask_again(request)
            return guarded(request, *args, **options)

        return update_wrapper(kept, guarded)

    # --- Signing in and out is the business of the account pages ---

    @method_decorator(secure_admin_login)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return super().login(request, extra_context)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account_change_password")

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account_change_password")
