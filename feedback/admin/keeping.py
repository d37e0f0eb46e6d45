"""How long texts are kept, what would be erased now, and cases that are kept longer."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, QuerySet, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.enums import CASE_ROLES, Role
from feedback import services
from feedback.forms.hold import HoldForm
from feedback.models import Case, Erasure, LegalHold, RetentionRule
from portal.templatetags.persian import fa_digits, ltr, said
from portal.ui.admin_base import UnitScopedAdmin, jalali_column, roles_of

#: Who decides that a case is kept beyond its time.
DECIDING = frozenset({Role.HEAD, Role.INSPECTOR})


# --- The page of one case ---------------------------------------------------------------------------------------


def may_keep(request: HttpRequest) -> bool:
    """Tell whether whoever asks decides about keeping cases longer."""
    user: Any = request.user
    return user.is_superuser or bool(DECIDING & roles_of(request))


def hold_page(page: "admin.ModelAdmin[Any]", request: HttpRequest, case: Case) -> HttpResponse:
    """Keep a case longer or let it go; raises PermissionDenied for who does not decide about that."""
    if not may_keep(request):
        raise PermissionDenied
    form = HoldForm(request.POST if request.method == "POST" and "_release" not in request.POST else None)
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        _decide(request, case, form)
        return HttpResponseRedirect(reverse("admin:feedback_case_change", args=[case.pk]))
    context = {
        **page.admin_site.each_context(request),
        "title": _("Keeping the case longer"),
        "number": ltr(fa_digits(case.number)),
        "opts": Case._meta,
        "case": case,
        "hold": case.holds.filter(lifted_at=None).select_related("set_by").first(),
        "form": form,
    }
    return TemplateResponse(request, "admin/feedback/case/hold.html", context)


def _decide(request: HttpRequest, case: Case, form: HoldForm) -> None:
    user: Any = request.user
    try:
        if form.is_bound:
            reason = form.cleaned_data["reason"]
            services.keep_longer(case_id=case.pk, actor=user, reason=reason, at=timezone.now())
            messages.success(request, _("The case is kept until you or a colleague let it go."))
        else:
            services.release(case_id=case.pk, actor=user, at=timezone.now())
            messages.success(request, _("The case is kept for its usual time again."))
    except services.HoldRefused:
        messages.warning(request, _("Somebody else has just done that. Nothing was changed."))


@admin.register(LegalHold)
class LegalHoldAdmin(UnitScopedAdmin):
    """The cases that are kept beyond their time, among those one may see. Their own pages set and lift a hold."""

    readers = frozenset(CASE_ROLES)
    list_display = (
        "number",
        "reason_shown",
        "set_by",
        jalali_column("set_at", gettext_lazy("kept since")),
        jalali_column("lifted_at", gettext_lazy("lifted on")),
    )
    list_select_related = ("case", "set_by")
    ordering = ("-set_at", "-id")
    fields = ("number", "reason_shown")
    readonly_fields = fields

    def visible_to(self, user: Any) -> QuerySet[LegalHold]:
        return LegalHold.objects.filter(case__in=Case.objects.visible_to(user))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("case"))
    def number(self, hold: LegalHold) -> SafeString:
        return ltr(fa_digits(hold.case.number))

    @admin.display(description=gettext_lazy("reason"))
    def reason_shown(self, hold: LegalHold) -> SafeString:
        return said(hold.reason)


# --- The rules and what they would erase ------------------------------------------------------------------------


@admin.register(RetentionRule)
class RetentionRuleAdmin(UnitScopedAdmin):
    """For how long texts are kept, by kind. The preview shows figures; erasing itself is a command of the server."""

    readers = writers = frozenset({Role.ADMINISTRATOR})
    private_texts = frozenset({"ground"})
    list_display = ("kind", "months_shown", "ground")
    ordering = ("id",)
    fields = ("kind", "months", "ground")
    readonly_fields = ("kind",)

    def visible_to(self, user: Any) -> QuerySet[RetentionRule]:
        return RetentionRule.objects.all()

    @admin.display(description=gettext_lazy("months"))
    def months_shown(self, rule: RetentionRule) -> str:
        return fa_digits(rule.months)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        door = path("preview/", wrap(self.preview_view), name="feedback_retentionrule_preview")
        return [door, *super().get_urls()]

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """Show what would be erased now, in figures, and what was erased."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("What would be erased now"),
            "opts": self.opts,
            "rows": services.expired(at=timezone.now()),
            "erased": Erasure.objects.aggregate(
                cases=Count("pk"), texts=Sum("texts"), files=Sum("files"), last=Max("erased_at")
            ),
            "command": "manage.py erase_expired --apply",
        }
        return TemplateResponse(request, "admin/feedback/retentionrule/preview.html", context)
