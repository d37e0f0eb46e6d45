"""What one was told of as near or past its last day."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from directory.enums import CASE_ROLES
from directory.selectors import reach
from feedback.models import Case, EscalationStep
from portal.templatetags.persian import fa_digits, ltr
from portal.ui.admin_base import UnitScopedAdmin, jalali_column


@admin.register(EscalationStep)
class EscalationStepAdmin(UnitScopedAdmin):
    """The steps of the ladder that told oneself, or that told of a case one may see. Nobody changes them.

    Who is told of a case he may not open, such as the inspectors, sees its number, unit and last day and no more.
    """

    readers = frozenset(CASE_ROLES)
    list_display = (
        "number",
        "unit",
        jalali_column("due_on", _("due")),
        "told",
        jalali_column("at", _("when")),
    )
    list_filter = ("receiver",)
    list_select_related = ("case", "unit", "recipient")
    ordering = ("-at", "-id")
    fields = ("number", "unit", "receiver", "recipient")
    readonly_fields = fields

    def visible_to(self, user: Any) -> QuerySet[EscalationStep]:
        seen = EscalationStep.objects.filter(case__in=Case.objects.visible_to(user))
        told = EscalationStep.objects.filter(
            recipient=user, case__in=Case.objects.not_barred_from(user, reach(user).member)
        )
        return EscalationStep.objects.filter(pk__in=seen.values("pk").union(told.values("pk")))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("who was told"))
    def told(self, step: EscalationStep) -> SafeString:
        who = (
            format_html("<bdi>{}</bdi>", step.recipient) if step.recipient else _("nobody who may know of it")
        )
        return format_html('{}<br><span class="quiet">{}</span>', who, step.get_receiver_display())

    @admin.display(description=_("case"))
    def number(self, step: EscalationStep) -> SafeString:
        return ltr(fa_digits(step.case.number))
