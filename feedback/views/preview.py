"""What the citizen would see if a draft were sent now: the page of the case itself, for its author only."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from directory.models import User
from feedback import policy, services
from feedback.enums import Purpose, Side, Status
from feedback.models import Case, Draft, Message, Rejection
from feedback.views.page import case_context

#: The steps that can be looked at before they are sent, and what their text becomes.
SHOWN = {
    "answer": Purpose.ANSWER,
    "ask": Purpose.QUESTION,
    "refer_out": Purpose.ANSWER,
    "propose": Purpose.ANSWER,
}
THEMES = ("light", "dark")


@require_safe
def preview(request: HttpRequest, case_id: int) -> HttpResponse:
    """Show one's own draft of `?step=` as the citizen will see it, in `?theme=` light or dark. Nothing is sent.

    A case that one may not see is like one that never was.
    """
    user: Any = request.user
    case = Case.objects.visible_to(user).select_related("unit", "service").filter(pk=case_id).first()
    if case is None:
        raise Http404
    if case.is_confidential:
        services.note_read(case=case, reader=user, at=timezone.now())
    step = request.GET.get("step", "")
    draft = Draft.objects.filter(case=case, author=user, step=step).first() if step in SHOWN else None
    back = reverse("admin:feedback_case_change", args=[case.pk])
    if draft is None:
        return HttpResponseRedirect(back)
    theme = request.GET.get("theme", "")
    context = {
        **_context(case, user, draft),
        "step": step,
        "files": draft.files.all(),
        "back": back,
        "theme": theme if theme in THEMES else THEMES[0],
    }
    with translation.override(case.language):
        return render(request, "feedback/preview.html", context)


def _context(case: Case, user: User, draft: Draft) -> dict[str, Any]:
    """Return what the case page would show after the step; nothing of it is stored."""
    now = timezone.now()
    # Number 0 has no rating in the database, and is no message.
    words = Message(
        pk=0,
        case=case,
        unit=case.unit,
        author=user,
        side=Side.STAFF,
        purpose=SHOWN[draft.step],
        body=_text(case, draft),
        sent_at=now,
    )
    try:
        case.status = policy.after(case.status, "reject" if draft.step == "propose" else draft.step)
    except policy.TransitionRefused:
        case.status = Status.ANSWERED
    case.answered_at = now
    return case_context(case, words, at=now)


def _text(case: Case, draft: Draft) -> str:
    if draft.step != "propose":
        return str(draft.words.get("body", ""))
    given = {name: draft.words.get(name, "") for name in ("ground", "body", "law", "onward")}
    return services.text_of(Rejection(case=case, **given))
