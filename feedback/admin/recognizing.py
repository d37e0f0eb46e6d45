"""From a citizen's thanks into the recognition file of whoever earned them."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from feedback import services
from feedback.admin.about import about_case
from feedback.forms.recognize import RecognizeForm
from feedback.models import Case


def recognize_page(page: "admin.ModelAdmin[Any]", request: HttpRequest, case: Case) -> HttpResponse:
    """Ask whom the thanks are for and enter them; raises PermissionDenied for who is not the direct head."""
    user: Any = request.user
    if not services.may_recognize(case=case, actor=user):
        raise PermissionDenied
    form = RecognizeForm(request.POST if request.method == "POST" else None, unit=case.unit, actor=user)
    if form.is_valid():
        given = form.cleaned_data
        entry = services.recognize(
            case_id=case.pk,
            person_id=given["person"].pk,
            words=given["words"],
            actor=user,
            at=timezone.now(),
        )
        messages.success(request, _("Entered. The person can read it and add a word."))
        return HttpResponseRedirect(reverse("admin:directory_recognition_change", args=[entry.pk]))
    return about_case(page, request, case, "recognize", title=_("Into the recognition file"), form=form)
