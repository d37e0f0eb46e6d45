"""What is promised and who is told when it comes near, as tables; and counting open deadlines again."""

from collections import Counter
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.enums import Role
from feedback import services
from feedback.models import EscalationRule, PromisedTime
from portal.templatetags.persian import fa_digits
from portal.ui.admin_base import UnitScopedAdmin

ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})


class PolicyAdmin(UnitScopedAdmin):
    """A table of rules about deadlines: administrators read and write all of it; it names no case."""

    readers = ADMINISTRATORS
    writers = ADMINISTRATORS
    may_add = True

    def visible_to(self, user: Any) -> QuerySet[Any]:
        return self.model._default_manager.all()


@admin.register(PromisedTime)
class PromisedTimeAdmin(PolicyAdmin):
    """Promised times. A change holds for new messages; what was promised before stays promised."""

    list_display = ("kind", "service_shown", "days", "first_action", "is_active")
    list_select_related = ("service",)
    list_filter = ("kind",)
    ordering = ("service__order", "kind", "id")
    change_list_template = "admin/feedback/promisedtime/change_list.html"

    @admin.display(description=gettext_lazy("for this service only"))
    def service_shown(self, row: PromisedTime) -> str:
        return str(row.service or _("all services"))

    @admin.display(description=gettext_lazy("working days to the answer"))
    def days(self, row: PromisedTime) -> str:
        return fa_digits(row.answer_days)

    @admin.display(description=gettext_lazy("working days to the first action"))
    def first_action(self, row: PromisedTime) -> str:
        return fa_digits(row.first_action_days)

    def get_urls(self) -> list[URLPattern]:
        recount = self.admin_site.admin_view(self.recount_view)
        return [path("recount/", recount, name="feedback_promisedtime_recount"), *super().get_urls()]

    def recount_view(self, request: HttpRequest) -> HttpResponse:
        """Show what counting the open deadlines again would change; on a POST let the worker do it."""
        user: Any = request.user
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            services.ask_recount(actor=user)
            messages.success(
                request,
                _("The deadlines are being counted anew; each case that moves gets an entry in its record."),
            )
            return HttpResponseRedirect(reverse("admin:feedback_promisedtime_changelist"))
        moves = [move for move in services.preview_recount() if not move.is_confidential]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Count the open deadlines anew"),
            "opts": self.opts,
            "moves": moves,
            "later": sum(move.after > move.before for move in moves),
            "earlier": sum(move.after < move.before for move in moves),
            "units": Counter(move.unit for move in moves).most_common(),
        }
        return TemplateResponse(request, "admin/feedback/promisedtime/recount.html", context)


@admin.register(EscalationRule)
class EscalationRuleAdmin(PolicyAdmin):
    """The escalation ladder. A kind with rungs of its own has these and no others."""

    list_display = ("receiver", "when", "kind_shown", "is_active")
    ordering = ("kind", "days_late", "percent", "id")

    @admin.display(description=gettext_lazy("when"))
    def when(self, rung: EscalationRule) -> str:
        if rung.percent:
            return _("when %(percent)s percent of the days are over") % {"percent": fa_digits(rung.percent)}
        return _("%(days)s working days after the last day") % {"days": fa_digits(rung.days_late or 0)}

    @admin.display(description=gettext_lazy("for this kind only"))
    def kind_shown(self, rung: EscalationRule) -> str:
        return rung.get_kind_display() if rung.kind else _("all kinds")
