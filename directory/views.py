"""The public pages of the directory: whom to reach, and what the organization does for people."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from directory.selectors import (
    front_desk,
    published_services,
    published_units,
    search_directory,
    services_by_category,
    unit_tree,
)
from portal.kernel.text import clean

#: Letters of a question to the directory that are read; the rest is dropped.
LONGEST_QUESTION = 100


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    """Show the tree of units, or what a question (`?q=`) finds in it."""
    asked = clean(request.GET.get("q", "")[:LONGEST_QUESTION]).strip()
    context = {
        "asked": asked,
        "found": search_directory(asked) if asked else None,
        "branches": [] if asked else unit_tree(),
        "desk": front_desk(),
    }
    return render(request, "directory/contact.html", context)


@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """Show one unit: its posts, its services, the units under it."""
    here = get_object_or_404(published_units().select_related("parent"), code=code)
    context = {
        "unit": here,
        "positions": here.positions.all(),
        "services": published_services().filter(unit=here),
        "children": published_units().filter(parent=here),
    }
    return render(request, "directory/unit.html", context)


@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """Show every service under its category."""
    return render(request, "directory/services.html", {"categories": services_by_category()})


@require_safe
def service(request: HttpRequest, code: str) -> HttpResponse:
    """Show one service."""
    here = get_object_or_404(published_services(), code=code)
    return render(request, "directory/service.html", {"service": here, "desk": front_desk()})
