"""Who looked into reports of misconduct: for whoever heads the unit that handles them, and for nobody else."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from directory.enums import Role
from feedback.models import Case, CaseRead
from portal.templatetags.persian import fa_digits, ltr
from portal.ui.admin_base import Held, UnitScopedAdmin, held_by, jalali_column
from routing.policy import CONFIDENTIAL_UNITS


def headed(held: Iterable[Held]) -> frozenset[int]:
    """Return the units, by key, that handle reports of misconduct and that somebody heads himself."""
    return frozenset(one.unit for one in held if one.role == Role.HEAD and one.code in CONFIDENTIAL_UNITS)


@admin.register(CaseRead)
class CaseReadAdmin(UnitScopedAdmin):
    """One row for each reader, confidential case and hour. Nobody changes or removes one."""

    readers = frozenset({Role.HEAD})
    list_display = ("number", "reader", jalali_column("at", _("first looked at")))
    list_select_related = ("case__unit", "reader")
    ordering = ("-at", "-id")
    fields = ("number", "reader", "unit")
    readonly_fields = fields

    def visible_to(self, user: Any) -> QuerySet[CaseRead]:
        """Return the looks into cases of the units the user heads; an excluded head sees none of them."""
        cases = Case.objects.visible_to(user).filter(unit__in=headed(user.held()))
        return CaseRead.objects.filter(case__in=cases)

    def _may_read(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return user.is_active and user.is_staff and bool(headed(held_by(request)))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("case"))
    def number(self, read: CaseRead) -> SafeString:
        return ltr(fa_digits(read.case.number))

    @admin.display(description=_("unit"))
    def unit(self, read: CaseRead) -> str:
        return read.case.unit.name
