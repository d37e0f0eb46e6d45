"""Replacing the one-time code that a clerk handed over: the case opens with a code of one's own only."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from feedback import selectors, services
from feedback.models import Case
from feedback.views.tickets import NEW_CODE, VISIT
from feedback.views.visit import Visit
from portal.ui import challenge
from portal.ui.origin import same_origin_post


@dataclass(frozen=True)
class Change:
    """A one-time code on its way to be replaced: its case and mark, and the token of the fresh code."""

    case_id: int
    mark: str
    token: str

    @classmethod
    def read(cls, ticket: str | None) -> "Change | None":
        """Read it from its ticket; None without one."""
        parts = (ticket or "").split(".", 2)
        return cls(int(parts[0]), parts[1], parts[2]) if len(parts) == 3 else None


def to_new_code(visit: Visit, at: datetime) -> HttpResponse:
    """Lead whoever came with a one-time code to the page that gives a fresh one."""
    response = HttpResponseRedirect(reverse("feedback:new_code"), status=303)
    NEW_CODE.give(response, f"{visit.case_id}.{visit.mark}.{challenge.new_token(at)}")
    return response


@same_origin_post
@require_http_methods(["GET", "HEAD", "POST"])
def new_code(request: HttpRequest) -> HttpResponse:
    """Show the fresh code; once it is kept, it opens the case and the one-time code opens nothing."""
    change = Change.read(NEW_CODE.read(request))
    case = selectors.case_of_visit(change.case_id, change.mark) if change else None
    if change is None or case is None or not case.code_is_one_time:
        return HttpResponseRedirect(reverse("feedback:track"), status=303)
    if request.method == "POST" and request.POST.get("kept"):
        return _replaced(case, change)
    context = {
        "case": case,
        "code": services.fresh_code(token=change.token),
        "must_tick": request.method == "POST",
    }
    return render(request, "feedback/new_code.html", context)


def _replaced(case: Case, change: Change) -> HttpResponse:
    now = timezone.now()
    try:
        case = services.replace_code(case_id=case.pk, mark=change.mark, token=change.token, at=now)
    except services.CodeSpent:
        return HttpResponseRedirect(reverse("feedback:track"), status=303)
    response = HttpResponseRedirect(reverse("feedback:case"), status=303)
    VISIT.give(response, str(Visit.of(case)))
    services.open_case(case=case, at=now)
    NEW_CODE.take_back(response)
    return response
