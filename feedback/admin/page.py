"""The page of one case: what came in, why it is here, what was said, what can be done, what happened."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.models import User
from feedback import policy, selectors, services
from feedback.admin.deadline import standing, today_of
from feedback.admin.steps import FORMS, RecuseForm, RedirectForm, StepForm, forms_for, was_taken
from feedback.admin.why import how_counted, way_of
from feedback.enums import Purpose
from feedback.models import Case, CaseEvent
from portal.templatetags.persian import fa_digits, ltr

#: Where words typed into other boxes wait while a step that stays on the page is done.
KEPT = "kept_words"
#: For so long a press of a button may come again from the same hand.
SECOND_PRESS = timedelta(minutes=5)


class CasePage:
    """One look at a case by one member of staff, and the step he takes, if any."""

    def __init__(self, page: "admin.ModelAdmin[Any]", request: HttpRequest, case: Case) -> None:
        user: Any = request.user
        self.page, self.request, self.case = page, request, case
        self.user: User = user
        self.news: list[CaseEvent] = []
        self.was_changed = False

    def respond(self) -> HttpResponse:
        """Show the page, or take the step whose button was pressed and go on from there."""
        if self.request.method != "POST":
            return self._show(self._forms(self._kept_words()))
        forms = self._forms(typed_words(self.request))
        pressed = next((form for form in forms if f"_{form.step}" in self.request.POST), None)
        return self._step(forms, pressed) if pressed else self._impossible(forms)

    def _impossible(self, forms: list[StepForm]) -> HttpResponse:
        """Answer a button that is not there any more; if it was the user's own second press, all is well."""
        pressed = [form for form in FORMS if f"_{form.step}" in self.request.POST]
        for form in (each(self.request.POST, self.request.FILES, case=self.case) for each in pressed):
            if form.is_valid() and was_taken(form, self.user, self._number("seen")):
                return self._done(form)
        messages.error(self.request, _("This step is not possible any more. Nothing was changed."))
        return self._show(forms)

    # --- Steps ---

    def _forms(self, kept: Mapping[str, str]) -> list[StepForm]:
        return [form(case=self.case, kept=kept) for form in forms_for(self.case, self.user).values()]

    def _step(self, forms: list[StepForm], pressed: StepForm) -> HttpResponse:
        form = type(pressed)(self.request.POST, self.request.FILES, case=self.case)
        forms = [form if other is pressed else other for other in forms]
        if not form.is_valid():
            return self._show(forms)
        if was_taken(form, self.user, self._number("seen")):
            return self._done(form)
        try:
            form.take(actor=self.user, at=timezone.now(), version=self._number("version"))
        except services.CaseNotFound:
            return gone(self.page, self.request)
        except services.CaseChanged:
            return self._changed(form, forms)
        except (policy.TransitionRefused, policy.RedirectRefused, policy.ExtensionRefused) as refusal:
            form.refuse(refusal)
            return self._show(forms)
        return self._done(form)

    def _number(self, name: str) -> int:
        typed = self.request.POST.get(name, "")
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0

    def _changed(self, form: StepForm, forms: list[StepForm]) -> HttpResponse:
        """Show the case as it is now, what happened to it meanwhile, and every word that was typed."""
        case = self.page.get_queryset(self.request).filter(pk=self.case.pk).first()
        if case is None:
            return gone(self.page, self.request)
        self.case = form.case = case
        if was_taken(form, self.user, self._number("seen")):
            return self._done(form)
        self.was_changed = True
        self.news = list(self.case.events.filter(pk__gt=self._number("seen")).select_related("actor", "unit"))
        return self._show(self._forms(typed_words(self.request)))

    def _done(self, form: StepForm) -> HttpResponse:
        """Say that the step is done; words in other boxes are kept where the page stays."""
        messages.success(self.request, form.done)
        if form.stays:
            kept = {
                name: text
                for name, text in typed_words(self.request).items()
                if not name.startswith(f"{form.step}-")
            }
            self.request.session[KEPT] = {"case": self.case.pk, "words": kept}
            return HttpResponseRedirect(self.request.get_full_path())
        queue = reverse("admin:feedback_case_changelist")
        preserved = self.page.get_preserved_filters(self.request)
        return HttpResponseRedirect(
            add_preserved_filters({"preserved_filters": preserved, "opts": Case._meta}, queue)
        )

    def _kept_words(self) -> Mapping[str, str]:
        kept = self.request.session.pop(KEPT, None)
        return kept["words"] if kept and kept["case"] == self.case.pk else {}

    # --- Showing ---

    def _orphans(self, forms: list[StepForm]) -> list[str]:
        """Return what was typed into boxes of steps that are not possible any more."""
        if self.request.method != "POST":
            return []
        boxes = tuple(f"{form.step}-" for form in forms)
        typed = typed_words(self.request).items()
        return [text for name, text in typed if not name.startswith(boxes) and not name.endswith(("-unit", "-days"))]

    def _show(self, forms: list[StepForm]) -> HttpResponse:
        case, today = self.case, today_of(self.request)
        said = list(case.messages.select_related("author", "unit", "rating").prefetch_related("attachments"))
        first = next((message for message in said if message.purpose == Purpose.SUBMISSION), None)
        events = list(case.events.select_related("actor", "unit"))
        count = selectors.counting(case)
        context = {
            **self.page.admin_site.each_context(self.request),
            "title": _("Case %(number)s") % {"number": fa_digits(case.number)},
            "number": ltr(fa_digits(case.number)),
            "opts": Case._meta,
            "case": case,
            "standing": standing(case, today),
            "counted": how_counted(count) if count and case.is_open else [],
            "first": first,
            "talk": [message for message in said if message is not first],
            "way": way_of(case),
            "forms": {form.step: form for form in forms},
            "faulty": next((form for form in forms if form.is_bound and form.errors), None),
            "news": self.news,
            "was_changed": self.was_changed,
            "orphans": self._orphans(forms),
            "files_lost": bool(self.request.FILES),
            "events": events,
            "review": selectors.review_of(case),
            "seen": max((event.pk for event in events), default=0),
            "notices": case.notices.select_related("recipient"),
        }
        self.request.current_app = self.page.admin_site.name
        return TemplateResponse(self.request, "admin/feedback/case/change_form.html", context)


def moved_away(request: HttpRequest, object_id: str) -> HttpResponse | None:
    """Answer the second press of a button that takes a case out of sight: the first did so."""
    pressed = next((form for form in (RedirectForm, RecuseForm) if f"_{form.step}" in request.POST), None)
    if pressed is None or not (object_id.isascii() and object_id.isdigit() and len(object_id) < 19):
        return None
    lately = timezone.now() - SECOND_PRESS
    own = CaseEvent.objects.filter(kind=pressed.event, actor=request.user.pk, at__gt=lately)
    if not own.filter(case=int(object_id)).exists():
        return None
    messages.success(request, pressed.done)
    return HttpResponseRedirect(reverse("admin:feedback_case_changelist"))


def typed_words(request: HttpRequest) -> dict[str, str]:
    """Return what was typed into the boxes of a case page, by the names of the fields."""
    names = [f"{form.step}-{field}" for form in FORMS for field in form.base_fields if field != "attachments"]
    return {name: request.POST[name] for name in names if request.POST.get(name)}


def gone(page: "admin.ModelAdmin[Any]", request: HttpRequest) -> HttpResponse:
    """Say that there is no such case here: the same page for a hidden case and one that never was.

    What was typed is given back, as the case may have been moved while somebody was writing.
    """
    context = {
        **page.admin_site.each_context(request),
        "title": _("This case is not with you"),
        "opts": Case._meta,
        "typed": typed_words(request).values() if request.method == "POST" else (),
    }
    return TemplateResponse(request, "admin/feedback/case/gone.html", context, status=404)
