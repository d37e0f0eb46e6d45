"""What was sent to citizens and officers, and how far it came. Nobody changes it here; it can be sent once more."""

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from directory.enums import CASE_ROLES
from feedback import policy, selectors, services
from feedback.enums import NoticeState
from feedback.models import Case, Notice
from portal.templatetags.persian import fa_digits, jalali_moment, ltr, thousands
from portal.ui.admin_base import ScopedChangeList, UnitScopedAdmin, jalali_column

#: Days that the line below the list looks back.
LATELY = timedelta(days=7)
#: A cell with a second line.
BELOW = '{}<br><span class="quiet">{}</span>'
REFUSALS: dict[str, str | Promise] = {
    "state": gettext_lazy("This notice is still on its way; it need not be sent again."),
    "often": gettext_lazy(
        "This notice was sent again several times. Please reach the citizen in another way."
    ),
    "address": gettext_lazy("The case has no address for this any more."),
}


class NoticeList(ScopedChangeList):
    """The notices one may see; below them stands how the last days went."""

    @property
    def tally(self) -> str:
        figures = selectors.notice_figures(self.root_queryset, since=timezone.now() - LATELY)
        parts = [f"{NoticeState(state).label} {thousands(count)}" for state, count in figures.counts]
        told = _("In the last week: %(counts)s.") % {"counts": _(", ").join(parts) or _("nothing")}
        if not figures.unreachable:
            return told
        words = ngettext(
            "Notices of %(count)s open case do not arrive: its phone or e-mail must be corrected.",
            "Notices of %(count)s open cases do not arrive: their phone or e-mail must be corrected.",
            figures.unreachable,
        )
        return f"{told} {words % {'count': thousands(figures.unreachable)}}"


@admin.register(Notice)
class NoticeAdmin(UnitScopedAdmin):
    """The notices of the cases one may see."""

    readers = writers = frozenset(CASE_ROLES)
    list_display = (
        "number",
        "topic",
        "to",
        "how_far",
        jalali_column("created_at", gettext_lazy("created")),
    )
    list_filter = ("state", "channel")
    list_select_related = ("case",)
    ordering = ("-created_at", "-id")
    fields = ("number", "topic", "channel", "address_shown", "state", "tries", "error")
    actions = ("send_again",)

    def visible_to(self, user: Any) -> QuerySet[Notice]:
        own = Q(case__in=Case.objects.visible_to(user))
        return Notice.objects.filter(own | Q(case=None) if user.is_superuser else own)

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[NoticeList]:
        return NoticeList

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        door = path(
            "<int:notice_id>/again/",
            self.admin_site.admin_view(self.again_view),
            name="feedback_notice_again",
        )
        return [door, *super().get_urls()]

    # --- Once more ---

    def again_view(self, request: HttpRequest, notice_id: int) -> HttpResponse:
        """Send one notice again, at the press of its button on the page of the case, and go back there."""
        notice = self.get_object(request, str(notice_id)) if self.has_view_permission(request) else None
        if notice is None or notice.case_id is None:
            raise Http404
        back = HttpResponseRedirect(reverse("admin:feedback_case_change", args=[notice.case_id]) + "#notices")
        if request.method != "POST":
            return back
        if why := self._again(request, notice):
            messages.error(request, str(REFUSALS[why]))
        else:
            messages.success(request, _("The notice is on its way again."))
        return back

    @admin.action(description=gettext_lazy("Send the chosen ones again"))
    def send_again(self, request: HttpRequest, queryset: QuerySet[Notice]) -> None:
        refusals = [self._again(request, notice) for notice in queryset]
        sent = refusals.count("")
        words = ngettext(
            "%(count)s notice is on its way again.", "%(count)s notices are on their way again.", sent
        )
        messages.success(request, words % {"count": fa_digits(sent)})
        for why in sorted(set(refusals) - {""}):
            messages.warning(request, str(REFUSALS[why]))

    @staticmethod
    def _again(request: HttpRequest, notice: Notice) -> str:
        """Send a notice again; return why it was refused, or nothing."""
        user: Any = request.user
        if notice.case_id is None:  # one notice about many cases; the next run of the ladder writes another
            return "state"
        try:
            services.resend_notice(notice_id=notice.pk, actor=user, at=timezone.now())
        except services.CaseNotFound:
            raise Http404 from None
        except policy.NoticeRefused as refusal:
            return str(refusal)
        return ""

    # --- Columns ---

    @admin.display(description=gettext_lazy("case"))
    def number(self, notice: Notice) -> SafeString:
        return ltr(fa_digits(notice.case.number)) if notice.case else SafeString("—")

    @admin.display(description=gettext_lazy("address"))
    def to(self, notice: Notice) -> SafeString:
        return format_html(BELOW, ltr(notice.address), notice.get_channel_display())

    @admin.display(description=gettext_lazy("state"))
    def how_far(self, notice: Notice) -> SafeString:
        state, sent = notice.get_state_display(), jalali_moment(notice.sent_at) if notice.sent_at else ""
        return format_html(BELOW, state, sent) if sent else format_html("{}", state)

    @admin.display(description=gettext_lazy("address"))
    def address_shown(self, notice: Notice) -> SafeString:
        return ltr(notice.address)

    @admin.display(description=gettext_lazy("attempts"))
    def tries(self, notice: Notice) -> str:
        return fa_digits(notice.attempts)
