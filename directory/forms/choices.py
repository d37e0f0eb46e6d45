"""Choosing a unit, a service or a county by its code."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet

from portal.rows import Given, Prepared


class CodeChoiceField(forms.ModelChoiceField):
    """A choice of rows by their code; the one that is chosen is read with a query that is built once."""

    def __init__(self, queryset: QuerySet[Any], **options: Any) -> None:
        super().__init__(queryset, to_field_name="code", **options)
        self.chosen: Prepared[Any] = Prepared(lambda: queryset.filter(code=Given("code")))

    def to_python(self, value: Any) -> Model | None:
        if value in self.empty_values:
            return None
        self.validate_no_null_characters(value)
        try:
            row: Model | None = self.chosen.first(code=value)
        except ValueError:  # letters that no text in the database has
            row = None
        if row is None:
            raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": value})
        return row
