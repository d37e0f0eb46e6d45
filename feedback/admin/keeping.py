"""How long texts are kept, what would be erased now, and cases that are kept longer."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.enums import CASE_ROLES, Role
from feedback import services
from feedback.models import Case, Erasure, LegalHold, RetentionRule
from portal.templatetags.persian import fa_digits, ltr, said
from portal.ui.admin_base import UnitScopedAdmin, jalali_column


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
