"""Correcting the phone number or e-mail address of a case, so that its notices arrive."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from feedback import services
from feedback.admin.about import about_case
from feedback.forms.contact import ContactForm
from feedback.models import Case


def contact_page(page: "admin.ModelAdmin[Any]", request: HttpRequest, case: Case) -> HttpResponse:
    """Show where notices about a case go, and keep what is corrected; for a sender who has a name."""
    user: Any = request.user
    form = ContactForm(request.POST if request.method == "POST" else None, case=case)
    if form.is_bound and form.is_valid():
        services.correct_contact(case_id=case.pk, actor=user, at=timezone.now(), **form.cleaned_data)
        messages.success(
            request, _("The address is kept. Notices that did not arrive can be sent again below.")
        )
        return HttpResponseRedirect(reverse("admin:feedback_case_change", args=[case.pk]) + "#notices")
    return about_case(page, request, case, "contact", title=_("Where notices go"), form=form)
