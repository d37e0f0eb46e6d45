"""What is said of a case that is not with somebody, or not any more."""

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from feedback.admin.steps import RecuseForm, RedirectForm
from feedback.admin.writing import typed_words
from feedback.models import Case, CaseEvent
from portal.kernel.text import read_number

#: For so long a press of a button may come again from the same hand.
SECOND_PRESS = timedelta(minutes=5)


def moved_away(request: HttpRequest, object_id: str) -> HttpResponse | None:
    """Answer the second press of a button that takes a case out of sight: the first did so."""
    pressed = next((form for form in (RedirectForm, RecuseForm) if f"_{form.step}" in request.POST), None)
    number = read_number(object_id)
    if pressed is None or not number:
        return None
    lately = timezone.now() - SECOND_PRESS
    own = CaseEvent.objects.filter(kind=pressed.event, actor=request.user.pk, at__gt=lately)
    if not own.filter(case=number).exists():
        return None
    messages.success(request, pressed.done)
    return HttpResponseRedirect(reverse("admin:feedback_case_changelist"))


def gone(page: "admin.ModelAdmin[Any]", request: HttpRequest) -> HttpResponse:
    """Say that there is no such case here: the same page for a hidden case and one that never was.

    What was typed is given back, as the case may have been moved while somebody was writing.
    """
    context = {
        **page.admin_site.each_context(request),
        "title": _("This case is not with you"),
        "opts": Case._meta,
        "typed": typed_words(request).values() if request.method == "POST" else (),
    }
    return TemplateResponse(request, "admin/feedback/case/gone.html", context, status=404)
