"""The page behind a slip from the counter: a one-time code opens the service survey, and only once."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from portal.ui.origin import same_origin_post
from surveys import policy, selectors, services
from surveys.enums import VISIT_SURVEY
from surveys.forms import CodeForm, VisitForm, refusal_words


@same_origin_post
@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: HttpRequest) -> HttpResponse:
    """Ask for the code, show the survey, take its answers; the code travels in forms, never in an address."""
    if "form_token" in request.POST:
        return _answer(request)
    form = CodeForm(request.POST or None, at=timezone.now())
    version = selectors.published(VISIT_SURVEY)
    if request.method == "POST" and version is not None and form.is_valid():
        questions = VisitForm(version=version, at=form.at, initial={"code": form.cleaned_data["code"]})
        return _questions(request, questions, form.sheet_name)
    status = 404 if form.is_refused else 200
    return render(
        request, "surveys/visit.html", {"form": form, "is_open": version is not None}, status=status
    )


def _answer(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    number = request.POST.get("version", "")
    shown = selectors.version_shown(slug=VISIT_SURVEY, number=number, at=now)
    version = shown or selectors.published(VISIT_SURVEY)
    if version is None:
        return render(request, "surveys/visit.html", {"form": CodeForm(at=now), "is_open": False})
    form = VisitForm(request.POST, version=version, at=now)
    if form.is_valid():
        try:
            services.redeem(
                code=form.cleaned_data["code"],
                version=version,
                answers=form.answers,
                language=get_language() or "fa",
                token=form.token,
                at=now,
                seconds=form.age,
                is_trapped=form.is_trapped,
            )
        except policy.TokenRefused as refused:
            form.add_error(None, refusal_words(refused.reason))
            if refused.reason == policy.Refusal.SPENT:
                services.count_refused(code=form.cleaned_data["code"])
        except policy.FormUsed:
            form.renew()
        else:
            return HttpResponseRedirect(reverse("surveys:thanks", kwargs={"slug": VISIT_SURVEY}), status=303)
    return _questions(request, form, "")


def _questions(request: HttpRequest, form: VisitForm, place: str) -> HttpResponse:
    context = {"form": form, "version": form.asked_version, "place": place}
    return render(request, "surveys/survey.html", context)
