"""The box for a tracking code that a caller reads out. It opens the case and never shows a code of its own."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback import policy
from feedback.models import Case
from feedback.services import CaseNotFound
from feedback.services.dictated import open_by_code
from portal.kernel import jalali
from portal.ui.fields import CodeField
from portal.ui.origin import client_address


class DictatedForm(forms.Form):
    """Sixteen digits, in any script, with any spaces."""

    code = CodeField(
        label=gettext_lazy("Tracking code, as it was read out"),
        help_text=gettext_lazy("It opens the case if your unit has it; that you used it is recorded."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False)


def dictated_page(page: "admin.ModelAdmin[Any]", request: HttpRequest) -> HttpResponse:
    """Open the case of a code; a code that is not known here says the same whatever the reason."""
    form = DictatedForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        case = _open(request, form)
        if case is not None:
            return HttpResponseRedirect(reverse("admin:feedback_case_change", args=[case.pk]))
        form.add_error(
            "code", _("With this code there is no case in your units. Ask for all 16 digits once more.")
        )
    context = {
        **page.admin_site.each_context(request),
        "title": _("A code read out by phone"),
        "opts": Case._meta,
        "form": form,
    }
    return TemplateResponse(request, "admin/feedback/case/by_code.html", context)


def _open(request: HttpRequest, form: DictatedForm) -> Case | None:
    user: Any = request.user
    now = timezone.now()
    near = policy.neighbourhood(
        client_address(request), settings.SECRET_KEY.encode(), jalali.local(now).date()
    )
    try:
        return open_by_code(code=form.cleaned_data["code"], actor=user, neighbourhood=near, at=now)
    except CaseNotFound:
        return None
