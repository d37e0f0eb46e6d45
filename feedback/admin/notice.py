"""What was sent to citizens and officers, and how far it came. Nobody changes it here."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from directory.enums import CASE_ROLES
from feedback.models import Case, Notice
from portal.templatetags.persian import fa_digits, ltr
from portal.ui.admin_base import UnitScopedAdmin, jalali_column


@admin.register(Notice)
class NoticeAdmin(UnitScopedAdmin):
    """The notices of the cases one may see."""

    readers = frozenset(CASE_ROLES)
    list_display = (
        "number",
        "topic",
        "channel",
        "address_shown",
        "state",
        jalali_column("created_at", _("created")),
        jalali_column("sent_at", _("sent")),
    )
    list_filter = ("state", "channel")
    list_select_related = ("case",)
    ordering = ("-created_at", "-id")
    fields = ("number", "topic", "channel", "address_shown", "state", "tries", "error")

    def visible_to(self, user: Any) -> QuerySet[Notice]:
        own = Q(case__in=Case.objects.visible_to(user))
        return Notice.objects.filter(own | Q(case=None) if user.is_superuser else own)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("case"))
    def number(self, notice: Notice) -> str:
        return ltr(fa_digits(notice.case.number)) if notice.case else "—"

    @admin.display(description=_("address"))
    def address_shown(self, notice: Notice) -> str:
        return ltr(notice.address)

    @admin.display(description=_("attempts"))
    def tries(self, notice: Notice) -> str:
        return fa_digits(notice.attempts)
