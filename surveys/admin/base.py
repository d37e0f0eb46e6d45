"""Who reads and writes the tables of the surveys."""

from typing import Any

from django import forms
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst

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


class OfferingAdmin(UnitScopedAdmin):
    """A page that offers rows whose own pages are for others: one's own units, and what every citizen reads anyway."""

    def offered(self, name: str, user: Any) -> QuerySet[Any] | None:
        """Return the rows that the field `name` offers; None leaves it to what the rows' own page shows."""
        raise NotImplementedError

    def formfield_for_foreignkey(
        self, db_field: "models.ForeignKey[Any]", request: HttpRequest, **options: Any
    ) -> Any:
        rows = self.offered(db_field.name, request.user)
        if rows is None:
            return super().formfield_for_foreignkey(db_field, request, **options)
        return _row_field(db_field, rows)


def _row_field(db_field: "models.ForeignKey[Any]", rows: QuerySet[Any]) -> forms.TypedChoiceField:
    def choices() -> list[tuple[Any, str]]:
        return [("", "—"), *((row.pk, str(row)) for row in rows)]

    return forms.TypedChoiceField(
        choices=choices,
        coerce=lambda pk: rows.get(pk=pk),
        empty_value=None,
        required=not db_field.blank,
        label=capfirst(str(db_field.verbose_name)),
    )
