"""After the answer, on the case page: rating it, asking for a review, printing it."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from feedback import policy, selectors, services
from feedback.enums import Kind, Purpose
from feedback.forms import KINDS, RatingForm, ReviewForm
from feedback.views.page import case_page
from feedback.views.tickets import VISIT
from feedback.views.tracking import ended, visited
from portal.ui.origin import same_origin_post

RATING_REFUSALS: dict[str, str | Promise] = {
    "late": _("Two weeks have passed since you rated this answer; your rating stands."),
    "answer": _("Please press one of the five."),
    "often": _("You have changed your rating many times within a day. The last one stands until tomorrow."),
}
REVIEW_REFUSALS: dict[str, str | Promise] = {
    "late": _("A review can be asked for within 30 days of the answer. You can still write to us here."),
    "answer": _("There is no answer yet that could be looked at again."),
    "nobody": _("Nobody is left here who may look at it again. The bodies named below are open to you."),
}


@same_origin_post
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest) -> HttpResponse:
    """Take a press of one of the five buttons under an answer, with the words beside them."""
    visit, case = visited(request)
    if visit is None or case is None:
        return ended(request, request.POST.get("words", ""), meant="words")
    if request.method != "POST":
        return _back("")
    form = RatingForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.rate(
                case_id=case.pk,
                answer_id=given["answer"],
                score=given["score"],
                words=given["words"],
                at=timezone.now(),
            )
        except policy.RatingRefused as refusal:
            form.add_error(None, str(RATING_REFUSALS[str(refusal)]))
        else:
            return _back("#rate")
    elif not form.has_error("words"):
        form.add_error(None, str(RATING_REFUSALS["answer"]))
    return case_page(request, case, visit, rating_form=form)


@same_origin_post
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest) -> HttpResponse:
    """Open the case again for somebody else, one level up; once a case."""
    visit, case = visited(request)
    if visit is None or case is None:
        return ended(request, request.POST.get("reason", ""), meant="reason")
    if request.method != "POST":
        return _back("")
    form = ReviewForm(request.POST)
    if form.is_valid():
        try:
            services.ask_review(case_id=case.pk, reason=form.cleaned_data["reason"], at=timezone.now())
        except policy.ReviewRefused as refusal:
            if str(refusal) == "once":  # pressed twice: the page says that it is under way
                return _back("#review")
            form.add_error(None, str(REVIEW_REFUSALS[str(refusal)]))
        else:
            return _back("#review")
    return case_page(request, case, visit, review_form=form)


def _back(anchor: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("feedback:case") + anchor, status=303)


@require_safe
def printed(request: HttpRequest) -> HttpResponse:
    """Show the answers on a plain sheet for printing, with what was asked, without tracking code and address."""
    visit, case = visited(request)
    if visit is None or case is None:
        return ended(request)
    said = selectors.conversation(case, selectors.reference_lately())
    answers = [message for message in said if message.purpose == Purpose.ANSWER]
    if not answers:
        return _back("")
    context = {
        "case": case,
        "words": KINDS[Kind(case.kind)],
        "first": next(message for message in said if message.purpose == Purpose.SUBMISSION),
        "answers": answers,
        "review": selectors.review_of(case),
        "printed_at": timezone.now(),
    }
    response = render(request, "feedback/print.html", context)
    VISIT.give(response, str(visit))
    return response
