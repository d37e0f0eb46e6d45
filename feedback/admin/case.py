"""Cases in the admin: the queue, and the doors to the page of a case, its files and its record."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from directory.enums import CASE_ROLES, Role
from feedback import policy, services
from feedback.admin.about import about_case
from feedback.admin.contact import contact_page
from feedback.admin.dictated import DictatedForm, dictated_page
from feedback.admin.entry import entry_page, slip_page
from feedback.admin.explain import deadline_page
from feedback.admin.files import file_response
from feedback.admin.filters import (
    DeadlineFilter,
    KindFilter,
    OfficerFilter,
    StateFilter,
    UnitFilter,
    reach_of,
)
from feedback.admin.gone import gone, moved_away
from feedback.admin.handover import handover_page
from feedback.admin.hold import hold_page
from feedback.admin.page import CasePage
from feedback.admin.queue import CaseQueue
from feedback.admin.recognizing import recognize_page
from feedback.admin.search import FOUND, keep
from feedback.admin.taking import export_page
from feedback.admin.writing import draft_answer
from feedback.models import Case
from feedback.models.finding import find
from portal.kernel import codes
from portal.kernel.text import clean
from portal.templatetags.persian import fa_digits
from portal.ui.admin_base import UnitScopedAdmin


@admin.register(Case)
class CaseAdmin(UnitScopedAdmin):
    """The cases one may see. They are never added, edited as fields or deleted here; steps go through services."""

    readers = frozenset(CASE_ROLES)
    writers = frozenset(CASE_ROLES)
    list_display = ("number",)
    list_filter = (DeadlineFilter, StateFilter, KindFilter, OfficerFilter, UnitFilter)
    ordering = ("due_on", "id")
    asks_again = ("export_view",)
    actions = ("take_cases",)

    def visible_to(self, user: Any) -> QuerySet[Case]:
        return Case.objects.visible_to(user).queue()

    def _rows(self, request: HttpRequest) -> QuerySet[Case]:
        """Return the rows of `visible_to`, by the units that are known of whoever asks."""
        user: Any = request.user
        return Case.objects.visible_to(user, reach_of(request)).queue()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        """Return the cases one may see; whose they are is looked up once a request."""
        known: QuerySet[Case] | None = getattr(request, "staff_cases", None)
        if known is None:
            known = super().get_queryset(request)
            request.staff_cases = known  # type: ignore[attr-defined]
        return known.all()

    # --- The queue ---

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[CaseQueue]:
        return CaseQueue

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if typed := request.GET.get(SEARCH_VAR, ""):
            return self._search(request, typed)
        return super().changelist_view(
            request,
            {
                "dictated": DictatedForm(),
                "may_hand_over": self._has_role(request, frozenset({Role.HEAD})),
                **(extra_context or {}),
            },
        )

    def search_view(self, request: HttpRequest) -> HttpResponse:
        """Take the words of a search out of the body of a POST and go on to the results."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._search(request, request.POST.get(SEARCH_VAR, ""))

    def _search(self, request: HttpRequest, typed: str) -> HttpResponse:
        queue = reverse("admin:feedback_case_changelist")
        if _is_tracking_code(typed):
            messages.warning(
                request, _("That looks like a tracking code. Type it into the box for codes below.")
            )
            return HttpResponseRedirect(queue)
        words = clean(typed)
        return HttpResponseRedirect(f"{queue}?{FOUND}={keep(request, words)}" if words else queue)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Case], search_term: str
    ) -> tuple[QuerySet[Case], bool]:
        """Find a case by its number, its sender or its words; the rows come from `visible_to`, so do the results."""
        if not search_term:
            return queryset, False
        finding = find(queryset, search_term)
        request.is_near_search = finding.is_near  # type: ignore[attr-defined]
        return finding.cases, False

    @admin.action(description=gettext_lazy("Take the chosen cases"))
    def take_cases(self, request: HttpRequest, queryset: QuerySet[Case]) -> None:
        user: Any = request.user
        taken = [self._take(case.pk, user) for case in queryset]
        words = ngettext("%(count)s case is in your hands.", "%(count)s cases are in your hands.", sum(taken))
        messages.success(request, words % {"count": fa_digits(sum(taken))})
        if left := taken.count(False):
            words = ngettext(
                "%(count)s case could not be taken.", "%(count)s cases could not be taken.", left
            )
            messages.warning(request, words % {"count": fa_digits(left)})

    @staticmethod
    def _take(case_id: int, user: Any) -> bool:
        try:
            services.take(case_id=case_id, actor=user, at=timezone.now())
        except (services.CaseNotFound, policy.TransitionRefused):
            return False
        return True

    # --- Doors ---

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("entry/", wrap(self.entry_view), name="feedback_case_entry"),
            path("entry/slip/", wrap(self.slip_view), name="feedback_case_slip"),
            path("export/", wrap(self.export_view), name="feedback_case_export"),
            path("by-code/", wrap(self.by_code_view), name="feedback_case_by_code"),
            path("next/", wrap(self.next_view), name="feedback_case_next"),
            path("handover/", wrap(self.handover_view), name="feedback_case_handover"),
            path("<int:case_id>/deadline/", wrap(self.deadline_view), name="feedback_case_deadline"),
            path("search/", wrap(self.search_view), name="feedback_case_search"),
            path("<int:case_id>/draft/", wrap(self.draft_view), name="feedback_case_draft"),
            path("<int:case_id>/contact/", wrap(self.contact_view), name="feedback_case_contact"),
            path("<int:case_id>/hold/", wrap(self.hold_view), name="feedback_case_hold"),
            path("<int:case_id>/recognize/", wrap(self.recognize_view), name="feedback_case_recognize"),
            path("<int:case_id>/file/<int:attachment_id>/", wrap(self.file_view), name="feedback_case_file"),
            *super().get_urls(),
        ]

    def _case(self, request: HttpRequest, object_id: str) -> Case | None:
        """Return a case the user may see, else None; raises PermissionDenied for who sees no cases at all.

        A look into a confidential case is written down.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows: Any = self.get_queryset(request)
        try:
            key = self.opts.pk.to_python(unquote(object_id))
            case: Case = rows.with_what_goes_out().get(pk=key)
        except (Case.DoesNotExist, ValidationError):
            return None
        if case.is_confidential:
            user: Any = request.user
            services.note_read(case=case, reader=user, at=timezone.now())
        return case

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        case = self._case(request, object_id)
        if case is None:
            return moved_away(request, object_id) or gone(self, request)
        return CasePage(self, request, case).respond()

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the record of a case itself, which nobody can edit."""
        case = self._case(request, object_id)
        if case is None:
            return gone(self, request)
        title = _("Record of case %(number)s") % {"number": fa_digits(case.number)}
        events = case.events.select_related("actor", "unit")
        return about_case(self, request, case, "object_history", title=title, events=events)

    def file_view(self, request: HttpRequest, case_id: int, attachment_id: int) -> HttpResponseBase:
        case = self._case(request, str(case_id))
        found = file_response(case, attachment_id) if case else None
        return found or gone(self, request)

    def draft_view(self, request: HttpRequest, case_id: int) -> HttpResponse:
        """Keep what is typed in the page of a case as it is typed, and tell what is new there."""
        case = self._case(request, str(case_id))
        return draft_answer(request, case) if case else gone(self, request)

    def contact_view(self, request: HttpRequest, case_id: int) -> HttpResponse:
        case = self._case(request, str(case_id))
        return contact_page(self, request, case) if case and not case.is_anonymous else gone(self, request)

    def hold_view(self, request: HttpRequest, case_id: int) -> HttpResponse:
        case = self._case(request, str(case_id))
        return hold_page(self, request, case) if case and case.erased_at is None else gone(self, request)

    def recognize_view(self, request: HttpRequest, case_id: int) -> HttpResponse:
        case = self._case(request, str(case_id))
        return recognize_page(self, request, case) if case else gone(self, request)

    def deadline_view(self, request: HttpRequest, case_id: int) -> HttpResponse:
        case = self._case(request, str(case_id))
        return deadline_page(self, request, case) if case else gone(self, request)

    def next_view(self, request: HttpRequest) -> HttpResponse:
        """Take the case that is due first among those nobody holds, and open it; a mere GET changes nothing."""
        user: Any = request.user
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            case = services.take_next(actor=user, at=timezone.now())
            if case is not None:
                messages.success(request, _("This case is in your hands now."))
                return HttpResponseRedirect(reverse("admin:feedback_case_change", args=[case.pk]))
            messages.info(request, _("No case of your units waits for an officer."))
        return HttpResponseRedirect(reverse("admin:feedback_case_changelist"))

    def handover_view(self, request: HttpRequest) -> HttpResponse:
        if not self._has_role(request, frozenset({Role.HEAD})):
            raise PermissionDenied
        return handover_page(self, request)

    def entry_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return entry_page(self, request)

    def slip_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return slip_page(self, request)

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Take the queue out; whoever asks shows once more who he is (`asks_again`)."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return export_page(self, request)

    def by_code_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return dictated_page(self, request)


def _is_tracking_code(typed: str) -> bool:
    try:
        codes.read(typed)
    except codes.CodeTypo as typo:
        return typo.reason == codes.CodeFault.CHECK
    return True
