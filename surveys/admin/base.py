"""Who reads and writes the tables of the surveys."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from directory.enums import Role
from portal.ui.admin_base import UnitScopedAdmin
from surveys.selectors import EDITORS, READERS


class SurveyAdmin(UnitScopedAdmin):
    """A table of the surveys: administrators write, managers read along."""

    readers = frozenset({Role.ADMINISTRATOR, Role.MANAGER})
    writers = frozenset(EDITORS)
    may_add = True

    def visible_to(self, user: Any) -> QuerySet[Any]:
        return self.model._default_manager.all()


class GatheredAdmin(UnitScopedAdmin):
    """What citizens sent: read by managers and administrators, changed by nobody."""

    readers = frozenset(READERS)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
