"""The page of one case: what came in, why it is here, what was said, what can be done, what happened."""

from collections.abc import Mapping
from math import ceil
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.enums import REPORT_ROLES, Role
from directory.models import User
from directory.selectors import reach, with_names
from feedback import policy, selectors, services
from feedback.admin.about import about_case
from feedback.admin.deadline import has_time, standing, today_of
from feedback.admin.gone import gone
from feedback.admin.hold import may_keep
from feedback.admin.queue import next_after
from feedback.admin.steps import FORMS, StepForm, forms_for, was_taken
from feedback.admin.why import how_counted, way_of
from feedback.admin.writing import (
    dropped_files,
    ready_answers,
    typed_drafts,
    typed_files,
    typed_words,
    words_of,
    writing_now,
)
from feedback.enums import EventKind, Purpose
from feedback.models import Case, CaseEvent, Message, OutgoingStep
from feedback.models.similar import similar_to
from portal.kernel.text import read_number
from portal.templatetags.persian import fa_digits
from portal.ui.admin_base import memberships_of
from portal.ui.staff import in_roles

#: Where words typed into other boxes wait while a step that stays on the page is done.
KEPT = "kept_words"
#: What the services may answer to a step; the form says it beside its field.
REFUSALS = (policy.TransitionRefused, policy.RedirectRefused, policy.MergeRefused, policy.ExtensionRefused)


class CasePage:
    """One look at a case by one member of staff, and the step he takes, if any."""

    def __init__(self, page: "admin.ModelAdmin[Any]", request: HttpRequest, case: Case) -> None:
        user: Any = request.user
        self.page, self.request, self.case = page, request, case
        self.user: User = user
        self.news: list[CaseEvent] = []
        self.was_changed = False
        self.alike: list[Case] = []
        self._look()

    def _look(self) -> None:
        """Read how the case stands: what is about to go out, what waits for a decision, what is being written."""
        now = timezone.now()
        self.held: OutgoingStep | None = getattr(self.case, "outgoing", None)
        if self.held is not None and self.held.due_at <= now:
            # Nobody waits for the worker: whoever finds a step due takes it, once (decision 16).
            services.send_held(held_id=self.held.pk, at=now)
            self.held = None
            self.case.refresh_from_db()
        self.events = list(with_names(self.case.events.all(), people=["actor"], units=["unit"]))
        # The record tells what there is to look for.
        self.review = selectors.review_told(self.case, self.events)
        proposed = any(event.kind == EventKind.REJECT_ASKED for event in self.events)
        self.rejection = selectors.open_rejection(self.case) if proposed else None
        self.writing = selectors.drafts_on(self.case, self.user, now)

    def respond(self) -> HttpResponse:
        """Show the page, or do what the button that was pressed says."""
        if self.request.method != "POST":
            kept = {**words_of(self.writing.own), **self._kept_words()}
            return self._show(self._forms(kept))
        buttons = {
            "undo": self._take_back,
            "draft": self._keep,
            "preview": self._preview,
            "insert": self._insert,
            "similar": self._find_alike,
        }
        for name, press in buttons.items():
            if name in self.request.POST:
                return press()
        forms = self._forms(typed_words(self.request))
        pressed = next((form for form in forms if f"_{form.step}" in self.request.POST), None)
        return self._step(forms, pressed) if pressed else self._impossible(forms)

    def _impossible(self, forms: list[StepForm]) -> HttpResponse:
        """Answer a button that is not there any more; if it was the user's own second press, all is well."""
        pressed = [form for form in FORMS if f"_{form.step}" in self.request.POST]
        for form in (each(self.request.POST, self.request.FILES, case=self.case) for each in pressed):
            if form.is_valid() and was_taken(form, self.user, self._number("seen")):
                return self._done(form)
        if self.held is not None:
            return self._wait()
        messages.error(self.request, _("This step is not possible any more. Nothing was changed."))
        return self._again(forms)

    # --- Writing ---

    def _take_back(self) -> HttpResponse:
        """Take one's own step back before it goes out; the words come back as a draft."""
        try:
            held = services.take_back(case_id=self.case.pk, actor=self.user, at=timezone.now())
        except services.CaseNotFound:
            return gone(self.page, self.request)
        except policy.NothingHeld:
            messages.error(self.request, _("It had gone out already and cannot be taken back."))
        else:
            words = _(
                "Taken back; the citizen has read nothing. What you wrote and chose stands below as a draft."
            )
            messages.success(self.request, words if held.words else _("Taken back; nothing went out."))
        return self._same_page()

    def _keep(self) -> HttpResponse:
        """Keep what is typed in every box of the page as drafts."""
        self._keep_words()
        messages.success(self.request, _("Your draft is kept; only you see it."))
        return self._same_page()

    def _keep_words(self) -> None:
        """Keep what is typed and the files that came; a file that is not ticked any more is dropped."""
        now = timezone.now()
        services.keep_drafts(
            case_id=self.case.pk,
            actor=self.user,
            words=typed_drafts(self.request),
            version=self._number("version"),
            at=now,
            files=typed_files(self.request, self.writing.own),
            dropped=dropped_files(self.request),
        )
        self.writing = selectors.drafts_on(self.case, self.user, now)

    def _again(self, forms: list[StepForm]) -> HttpResponse:
        """Show what was refused, with every word and every good file."""
        self._keep_words()
        return self._show(self._with_drafts(forms))

    def _preview(self) -> HttpResponse:
        """Keep the draft and show it as the citizen will see it."""
        self._keep_words()
        step = {"step": self.request.POST["preview"]}
        return HttpResponseRedirect(f"{reverse('preview', args=[self.case.pk])}?{urlencode(step)}")

    def _insert(self) -> HttpResponse:
        """Put the chosen ready answer below what is typed in the box of the answer."""
        typed = typed_words(self.request)
        ready = ready_answers(self.case, self.user)
        chosen = next((one for one in ready if str(one.pk) == self.request.POST.get("ready")), None)
        if chosen is None:
            messages.error(self.request, _("Choose a ready answer first."))
        else:
            typed["answer-body"] = f"{typed.get('answer-body', '')}\n\n{chosen.text}".strip()
        return self._again(self._forms(typed))

    def _find_alike(self) -> HttpResponse:
        """Show open cases like this one beside the answer; what is typed stays."""
        self.alike = selectors.alike(self.case, self.user)
        if not self.alike:
            messages.info(self.request, _("No open case of this unit is like this one."))
        return self._again(self._forms(typed_words(self.request)))

    def _same_page(self) -> HttpResponse:
        return HttpResponseRedirect(self.request.get_full_path())

    def _wait(self) -> HttpResponse:
        """Refuse a step while another is about to go out; what was typed is kept as a draft."""
        self._keep_words()
        words = _(
            "A step of this case is just about to go out, so nothing was sent. Your text is kept as a draft."
        )
        messages.error(self.request, words)
        return self._same_page()

    # --- Steps ---

    def _forms(self, kept: Mapping[str, Any]) -> list[StepForm]:
        offered = forms_for(
            self.case,
            self.user,
            review=self.review,
            held=self.held,
            rejection=self.rejection,
            may_decide=self._may_decide(),
        )
        return self._with_drafts([form(case=self.case, kept=kept) for form in offered.values()])

    def _with_drafts(self, forms: list[StepForm]) -> list[StepForm]:
        drafts = {draft.step: draft for draft in self.writing.own}
        for form in forms:
            form.draft = drafts.get(form.step)
        return forms

    def _may_decide(self) -> bool:
        if self.rejection is None:
            return False
        unit = self.case.unit_id
        heads_it = (self.case.unit.code, Role.HEAD) in memberships_of(self.request)
        return policy.may_decide(
            actor=self.user.pk,
            proposer=self.rejection.proposed_by_id,
            unit=unit,
            headed={unit} if heads_it else reach(self.user).heads,
        )

    def _step(self, forms: list[StepForm], pressed: StepForm) -> HttpResponse:
        form = type(pressed)(self.request.POST, self.request.FILES, case=self.case)
        form.draft = pressed.draft
        forms = [form if other is pressed else other for other in forms]
        if not form.is_valid():
            return self._again(forms)
        if was_taken(form, self.user, self._number("seen")):
            return self._done(form)
        try:
            form.take(actor=self.user, at=timezone.now(), version=self._number("version"))
        except services.CaseNotFound:
            return gone(self.page, self.request)
        except services.CaseChanged:
            return self._changed(form, forms)
        except REFUSALS as refusal:
            form.refuse(refusal)
            return self._again(forms)
        return self._done(form)

    def _number(self, name: str) -> int:
        return read_number(self.request.POST.get(name, ""), longest=9)

    def _changed(self, form: StepForm, forms: list[StepForm]) -> HttpResponse:
        """Show the case as it is now, what happened to it meanwhile, and every word that was typed."""
        rows: Any = self.page.get_queryset(self.request)
        case = rows.with_what_goes_out().filter(pk=self.case.pk).first()
        if case is None:
            return gone(self.page, self.request)
        self.case = form.case = case
        self._keep_words()
        self._look()
        if was_taken(form, self.user, self._number("seen")):
            return self._done(form)
        self.was_changed = True
        self.news = [event for event in self.events if event.pk > self._number("seen")]
        return self._show(self._forms(typed_words(self.request)))

    def _done(self, form: StepForm) -> HttpResponse:
        """Say that the step is done; words in other boxes are kept where the page stays."""
        services.forget_draft(case_id=self.case.pk, actor=self.user, step=form.step)
        if form.held is None:
            messages.success(self.request, form.done)
        if form.stays or form.held is not None:
            kept = {
                name: text
                for name, text in typed_words(self.request).items()
                if not name.startswith(f"{form.step}-")
            }
            self.request.session[KEPT] = {"case": self.case.pk, "words": kept}
            return self._same_page()
        queue = reverse("admin:feedback_case_changelist")
        preserved = self.page.get_preserved_filters(self.request)
        return HttpResponseRedirect(
            add_preserved_filters({"preserved_filters": preserved, "opts": Case._meta}, queue)
        )

    def _kept_words(self) -> Mapping[str, Any]:
        kept = self.request.session.pop(KEPT, None)
        return kept["words"] if kept and kept["case"] == self.case.pk else {}

    # --- Showing ---

    def _orphans(self, forms: list[StepForm]) -> list[str]:
        """Return what was typed into boxes of steps that are not possible any more."""
        if self.request.method != "POST":
            return []
        boxes = tuple(f"{form.step}-" for form in forms)
        typed = typed_words(self.request).items()
        return [
            text
            for name, text in typed
            if not name.startswith(boxes) and not name.endswith(("-unit", "-days"))
        ]

    def _show(self, forms: list[StepForm]) -> HttpResponse:
        case, today = self.case, today_of(self.request)
        said = selectors.spoken(case, self.user)
        first = next(
            (one for one in said if one.purpose == Purpose.SUBMISSION and one.case_id == case.pk), None
        )
        answer = next((form for form in forms if form.step == "answer"), None)
        ticked = self._ticked(answer)
        if ticked and not self.alike:
            self.alike = selectors.alike(case, self.user)
        count = selectors.counting(case, today.calendars)
        seen = self.page.get_queryset(self.request)
        shown = {
            "title": _("Case %(number)s") % {"number": fa_digits(case.number)},
            "may_act": in_roles(self.request, REPORT_ROLES),
            "may_recognize": services.may_recognize(case=case, actor=self.user),
            "may_keep": case.erased_at is None and may_keep(self.request),
            "standing": standing(case, today),
            "has_time": has_time(case, today),
            "counted": how_counted(count) if count and case.is_open else [],
            "first": first,
            "talk": [message for message in said if message is not first],
            "joined": list(dict.fromkeys(one.case for one in said if one.case_id != case.pk)),
            "way": way_of(case),
            "forms": {form.step: form for form in forms},
            "faulty": next((form for form in forms if form.is_bound and form.errors), None),
            "news": self.news,
            "was_changed": self.was_changed,
            "orphans": self._orphans(forms),
            "has_files": any(draft.files.all() for draft in self.writing.own),
            "events": self.events,
            "review": self.review,
            "held": self.held,
            "held_title": next(
                (form.title for form in FORMS if self.held and form.step == self.held.step), ""
            ),
            "seconds": self._seconds(),
            "is_own_held": self.held is not None and self.held.actor_id == self.user.pk,
            "rejection": self.rejection,
            "proposal": services.text_of(self.rejection) if self.rejection else "",
            "writing": writing_now(self.writing.writers),
            "ready": ready_answers(case, self.user) if answer else (),
            "alike": self.alike,
            "ticked": ticked,
            "together": selectors.together(case, self.user) if any(_led(one) for one in said) else (),
            "seen": max((event.pk for event in self.events), default=0),
            "notices": case.notices.all(),
            "similar": similar_to(case, seen),
            "next": next_after(case, seen, self.user),
        }
        self.request.current_app = self.page.admin_site.name
        response = about_case(self.page, self.request, case, "change_form", **shown)
        if self.held is not None:
            response["Refresh"] = str(self._seconds() + 1)
        return response

    def _seconds(self) -> int:
        """Return in how many seconds the held step goes out."""
        return max(0, ceil((self.held.due_at - timezone.now()).total_seconds())) if self.held else 0

    def _ticked(self, answer: StepForm | None) -> set[int]:
        """Return the similar cases that are ticked, on this page or in a draft that was taken back."""
        kept = answer.initial.get("others") or () if answer else ()
        typed = self.request.POST.getlist("answer-others") if self.request.method == "POST" else ()
        return {int(key) for key in [*kept, *typed] if str(key).isascii() and str(key).isdigit()}


def _led(message: Message) -> bool:
    """Tell whether this answer went to similar cases too."""
    return hasattr(message, "cluster")
