"""Asking for the queue as a spreadsheet."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from feedback import policy, services
from feedback.enums import SheetFormat
from feedback.forms.export import ExportForm, refusal_words
from feedback.models import Case, Export


def export_page(page: "admin.ModelAdmin[Any]", request: HttpRequest) -> HttpResponse:
    """Ask for the queue, as the address narrows it, as a list. The door in front of it is `CaseAdmin.export_view`."""
    try:
        queue: Any = page.get_changelist_instance(request)
    except IncorrectLookupParameters:
        return HttpResponseRedirect(reverse("admin:feedback_case_changelist"))
    form = ExportForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            export = _ask(request, queue, form)
        except policy.ExportRefused as refusal:
            form.refuse(str(refusal))
        else:
            return HttpResponseRedirect(reverse("admin:feedback_export_change", args=[export.pk]))
    count = queue.queryset.filter(is_confidential=False).order_by()[: policy.EXPORT_MOST + 1].count()
    context = {
        **page.admin_site.each_context(request),
        "title": _("Take this list out"),
        "opts": Case._meta,
        "form": form,
        "narrowed": narrowed(queue),
        "count": count,
        "too_many": "" if form.is_bound or count <= policy.EXPORT_MOST else refusal_words("large"),
        "back": queue.get_query_string(),
    }
    return TemplateResponse(request, "admin/feedback/case/export.html", context)


def _ask(request: HttpRequest, queue: Any, form: ExportForm) -> Export:
    user: Any = request.user
    chosen = queue.queryset.filter(is_confidential=False).values_list("pk", flat=True)
    return services.ask_export(
        actor=user,
        case_ids=list(chosen[: policy.EXPORT_MOST + 1]),
        narrowed=narrowed(queue),
        purpose=form.cleaned_data["purpose"],
        form=SheetFormat(form.cleaned_data["form"]),
        language=get_language() or "fa",
        at=timezone.now(),
    )


def narrowed(queue: ChangeList) -> str:
    """Say which cases a queue shows, nothing where it shows all.

    The words of a search are not repeated, as they may name a citizen.
    """
    told = [
        f"{spec.title}: {choice['display']}"
        for spec in queue.filter_specs
        for choice in spec.choices(queue)
        if choice["selected"] and spec.value() is not None  # type: ignore[attr-defined]
    ]
    if queue.query:
        told.append(_("found by a search"))
    return _("; ").join(told)
