"""The files of a case, for its citizen: those of every message but internal notes."""

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from feedback import selectors
from feedback.views.tickets import VISIT
from feedback.views.tracking import ended, visited
from portal.ui.handout import handed_out


@require_safe
def attachment(request: HttpRequest, attachment_id: int) -> HttpResponseBase:
    """Hand out a file of the case of this visit; any other number leads back to the case."""
    visit, case = visited(request)
    if visit is None or case is None:
        return ended(request)
    found = selectors.file_for_citizen(case, attachment_id)
    given = handed_out(found.file, name=found.name, content_type=found.content_type) if found else None
    response = given or HttpResponseRedirect(reverse("feedback:case"), status=303)
    VISIT.give(response, str(visit))
    return response
