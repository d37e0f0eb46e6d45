"""Coming back with the code: the code box, the case, leaving it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from feedback import policy, selectors, services
from feedback.forms import CodeForm, RatingForm, ReplyForm, ReviewForm, reply_form
from feedback.models import Case
from feedback.views.files import keep_files
from feedback.views.newcode import to_new_code
from feedback.views.page import case_page
from feedback.views.tickets import VISIT
from feedback.views.visit import Visit
from portal.kernel import jalali
from portal.templatetags.persian import fa_digits
from portal.ui.origin import client_address, is_ours, same_origin_post
from portal.ui.uploads import Capped

TOO_OFTEN = _(
    "You have written to us %(most)s times within a day, and all of it has arrived. Please keep these words and send"
    " them tomorrow, or call the service desk."
)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Show the code box; a right code opens its case.

    A typing error is told apart before anything is looked up or counted. After many wrong codes nearby a plain
    question must be answered along with the code; nobody is turned away (PRODUCT.md section 14).
    """
    if request.method != "POST":
        return _code_box(request, CodeForm(at=timezone.now()))
    form = CodeForm(request.POST, at=timezone.now())
    if not is_ours(request):
        form.press_again()
    if not form.is_valid():
        return _code_box(request, form)
    near = policy.neighbourhood(
        client_address(request), settings.SECRET_KEY.encode(), jalali.local(form.at).date()
    )
    is_asked = selectors.question_needed(neighbourhood=near, at=form.at)
    if is_asked and not _is_answered(form):
        form.ask()
        return _code_box(request, form)
    case = selectors.case_by_code(form.cleaned_data["code"])
    if case is None:
        return _unknown(request, form, near, is_asked=is_asked)
    return _opened(request, form, case)


def _is_answered(form: CodeForm) -> bool:
    question = form.answered()
    return question is not None and services.spend_question(nonce=question.nonce)


def _unknown(request: HttpRequest, form: CodeForm, near: int, *, is_asked: bool) -> HttpResponse:
    services.count_wrong_code(neighbourhood=near, at=form.at)
    form.refuse_unknown(ask=is_asked)
    return _code_box(request, form)


def _opened(request: HttpRequest, form: CodeForm, case: Case) -> HttpResponse:
    """Open the case; what was kept from a visit that had ended is put back where it stood."""
    visit = Visit.of(case)
    if case.code_is_one_time:
        return to_new_code(visit, form.at)
    services.open_case(case=case, at=form.at)
    if form.cleaned_data["body"] or form.kept_files:
        response = case_page(request, case, visit, **_taken_up(form, case))
    else:
        response = HttpResponseRedirect(reverse("feedback:case"), status=303)
    VISIT.give(response, str(visit))
    return response


def _taken_up(form: CodeForm, case: Case) -> dict[str, Any]:
    """Return the form that holds what was carried, under its name: the one in which it stood, or else the reply."""
    body, meant = form.cleaned_data["body"], form.cleaned_data["meant"]
    if case.answered_at and meant == "words":
        return {"rating_form": RatingForm(initial={"words": body})}
    if case.answered_at and meant == "reason":
        return {"review_form": ReviewForm(initial={"reason": body})}
    kept = [held.pk for held in form.kept_files]
    reply = reply_form(case.status)(initial={"body": body, "hold": form.holder, "kept": kept})
    reply.keep(form.kept_files)
    return {"reply": reply}


def _code_box(request: HttpRequest, form: CodeForm, *, has_ended: bool = False) -> HttpResponse:
    context = {
        "form": form,
        "has_ended": has_ended,
        "has_left": "left" in request.GET,
        "is_open": request.method == "GET" and not has_ended and VISIT.read(request) is not None,
    }
    return render(request, "feedback/track.html", context)


@same_origin_post
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest) -> HttpResponse:
    """Show the case of this visit, and add the citizen's words to it."""
    request.upload_handlers.insert(0, Capped())
    visit, found = visited(request)
    kind = reply_form(found.status if found else "")
    form = kind(request.POST, request.FILES) if request.method == "POST" else None
    if visit is None or found is None:
        return ended(request, request.POST.get("body", ""), form)
    if form is not None and form.is_valid() and _replied(found, form):
        response: HttpResponse = HttpResponseRedirect(reverse("feedback:case") + "#talk", status=303)
    else:
        if form is not None:
            keep_files(form)
        response = case_page(request, found, visit, form)
    VISIT.give(response, str(visit))
    return response


def visited(request: HttpRequest) -> tuple[Visit | None, Case | None]:
    """Return the visit of a request and its case; the case is None once the visit's code was replaced."""
    visit = Visit.read(VISIT.read(request))
    return visit, selectors.case_of_visit(visit.case_id, visit.mark) if visit else None


def ended(
    request: HttpRequest, words: str = "", reply: ReplyForm | None = None, meant: str = ""
) -> HttpResponse:
    """Ask for the code again; the words and files that were about to be sent are carried along, never lost.

    `meant` is the field of the words, where it is not that of the reply.
    """
    form = CodeForm(at=timezone.now())
    if reply is not None:
        reply.full_clean()
        keep_files(reply)
    form.carry(words, reply, meant)
    return _code_box(request, form, has_ended=True)


def _replied(case: Case, form: ReplyForm) -> bool:
    """Add the words of a checked form to the case; where they are not taken in now, the form says why."""
    given = form.cleaned_data
    try:
        services.reply(case_id=case.pk, body=given["body"], at=timezone.now(), **form.uploads())
    except policy.ReplyRefused:
        form.add_error("body", TOO_OFTEN % {"most": fa_digits(policy.WRITINGS_A_DAY)})
        return False
    return True


@same_origin_post
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """End the visit on this device; a mere GET changes nothing."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("feedback:track"), status=303)
    response = HttpResponseRedirect(reverse("feedback:track") + "?left", status=303)
    VISIT.take_back(response)
    return response
