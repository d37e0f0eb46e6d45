"""Help inside the admin: one page for each role, task by task (templates/admin/help)."""

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from directory.enums import DUTIES, Duty, Role
from portal.ui.admin_base import roles_of


@require_safe
def help_start(request: HttpRequest) -> HttpResponse:
    """Lead to the page of one's own role, the first of several; whoever has none begins with the officer's."""
    held = roles_of(request)
    role = next((role for role in Role if role in held), Role.OFFICER)
    return redirect("admin:help", role.value)


@require_safe
def help_page(request: HttpRequest, role: str) -> HttpResponse:
    """Show the tasks of a role; every member of staff may read every page, for nothing in them is a secret."""
    if role not in Role.values:
        raise Http404
    context = {
        **admin.site.each_context(request),
        "title": _("Help for: %(role)s") % {"role": Role(role).label},
        "role": Role(role),
        "roles": list(Role),
        "held": roles_of(request),
        "table": [(one, [duty for duty in Duty if duty in DUTIES[one]]) for one in Role],
    }
    return TemplateResponse(request, f"admin/help/{role}.html", context)
