"""Pages about one case, beside the page of the case itself: what each of them shows before its own matter."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse

from feedback.models import Case
from portal.templatetags.persian import fa_digits, ltr


def about_case(
    page: "admin.ModelAdmin[Any]", request: HttpRequest, case: Case, name: str, **shown: Any
) -> TemplateResponse:
    """Show the page of this name with the case and what else it shows, its title at least."""
    context = {
        **page.admin_site.each_context(request),
        "number": ltr(fa_digits(case.number)),
        "opts": Case._meta,
        "case": case,
        **shown,
    }
    return TemplateResponse(request, f"admin/feedback/case/{name}.html", context)
