"""Keeping one case beyond its time, and letting it go."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.enums import Role
from feedback import services
from feedback.admin.about import about_case
from feedback.forms.hold import HoldForm
from feedback.models import Case
from portal.ui.admin_base import roles_of

#: Who decides that a case is kept beyond its time.
DECIDING = frozenset({Role.HEAD, Role.INSPECTOR})


def may_keep(request: HttpRequest) -> bool:
    """Tell whether whoever asks decides about keeping cases longer."""
    user: Any = request.user
    return user.is_superuser or not roles_of(request).isdisjoint(DECIDING)


def hold_page(page: "admin.ModelAdmin[Any]", request: HttpRequest, case: Case) -> HttpResponse:
    """Keep a case longer or let it go; raises PermissionDenied for who does not decide about that."""
    if not may_keep(request):
        raise PermissionDenied
    form = HoldForm(request.POST if request.method == "POST" and "_release" not in request.POST else None)
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        _decide(request, case, form)
        return HttpResponseRedirect(reverse("admin:feedback_case_change", args=[case.pk]))
    hold = case.holds.filter(lifted_at=None).select_related("set_by").first()
    return about_case(page, request, case, "hold", title=_("Keeping the case longer"), hold=hold, form=form)


def _decide(request: HttpRequest, case: Case, form: HoldForm) -> None:
    user: Any = request.user
    try:
        if form.is_bound:
            reason = form.cleaned_data["reason"]
            services.keep_longer(case_id=case.pk, actor=user, reason=reason, at=timezone.now())
            messages.success(request, _("The case is kept until you or a colleague let it go."))
        else:
            services.release(case_id=case.pk, actor=user, at=timezone.now())
            messages.success(request, _("The case is kept for its usual time again."))
    except services.HoldRefused:
        messages.warning(request, _("Somebody else has just done that. Nothing was changed."))
