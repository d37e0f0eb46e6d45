"""The citizen's pages of the surveys: choose one, fill it in, read what others said."""

from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.kernel import jalali
from portal.ui.origin import same_origin_post
from surveys import policy, selectors, services
from surveys.enums import Page
from surveys.forms import ResponseForm
from surveys.models import ImprovementAction, Questionnaire
from surveys.reports import QuarterReport, effects, published_results, quarter_name


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the open surveys."""
    return render(request, "surveys/index.html", {"versions": selectors.open_surveys()})


@same_origin_post
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a survey and take the answers in; the form's signed token stands in for a cookie."""
    form = _form(request, slug)
    if form.is_bound and form.is_valid() and _store(form):
        return HttpResponseRedirect(reverse("surveys:thanks", kwargs={"slug": slug}), status=303)
    return render(request, "surveys/survey.html", {"form": form, "version": form.asked_version})


def _store(form: ResponseForm) -> bool:
    """Take the answers in; False, with a fresh token in the form, where its own was used for another survey."""
    try:
        services.submit_response(
            version=form.asked_version,
            answers=form.answers,
            service=form.cleaned_data.get("service"),
            language=get_language() or "fa",
            token=form.token,
            at=form.at,
            seconds=form.age,
            is_trapped=form.is_trapped,
        )
    except policy.FormUsed:
        form.renew()
        return False
    return True


def _form(request: HttpRequest, slug: str) -> ResponseForm:
    """Return the form of the version the page was opened with, as long as it takes answers, else of today's."""
    now = timezone.now()
    shown = selectors.version_shown(slug=slug, number=request.POST.get("version", ""), at=now)
    version = shown or selectors.published(slug)
    if version is None:
        raise Http404
    if request.method == "POST":
        return ResponseForm(request.POST, version=version, at=now)
    return ResponseForm(version=version, at=now, initial={"service": request.GET.get("service", "")})


@require_safe
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    """Thank for the answers, and say where the results are and where a case can be opened."""
    questionnaire = get_object_or_404(Questionnaire, slug=slug)
    return render(request, "surveys/thanks.html", {"questionnaire": questionnaire})


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Show the published figures of every open survey."""
    today = jalali.local(timezone.now()).date()
    context: dict[str, Any] = {
        "surveys": published_results(today),
        "least": policy.MIN_SHOWN,
        "quarters": [(closing, quarter_name(closing.period)) for closing in selectors.closings()[:8]],
    }
    return render(request, "surveys/results.html", context)


@require_safe
def results_quarter(request: HttpRequest, slug: str, quarter: str) -> HttpResponse:
    """Show the figures of the whole organization in one closed quarter; units stand in the managers' reports."""
    questionnaire = get_object_or_404(Questionnaire, slug=slug)
    period = policy.read_quarter(quarter)
    closing = selectors.closing_of(period) if period else None
    if closing is None:
        raise Http404
    context = {"report": QuarterReport(closing, questionnaire, {}), "least": policy.MIN_SHOWN}
    return render(request, "surveys/quarter.html", context)


@require_safe
def actions(request: HttpRequest) -> HttpResponse:
    """Show what was changed because of the surveys, with the figures before and after."""
    public = ImprovementAction.objects.filter(is_public=True).select_related("unit", "questionnaire")
    today = jalali.local(timezone.now()).date()
    return render(request, "surveys/actions.html", {"effects": effects(public, today)})


@same_origin_post
@require_POST
def useful(request: HttpRequest) -> HttpResponse:
    """Count a vote on whether a page was useful and lead back to that page."""
    match = _voted_page(request.POST.get("page", ""))
    vote = {"yes": True, "no": False}.get(request.POST.get("useful", ""))
    if match is None or vote is None:
        raise BadRequest
    services.count_page_vote(page=Page(match.view_name), is_useful=vote, at=timezone.now())
    address = reverse(match.view_name, args=match.args, kwargs=match.kwargs)
    return HttpResponseRedirect(f"{address}?useful=thanks#useful", status=303)


def _voted_page(path: str) -> ResolverMatch | None:
    """Return the page of ours that stands at `path`, if it asks the question at all."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    return match if match.view_name in Page.values else None
