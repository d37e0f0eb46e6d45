"""What the database refuses is said in words: no form of the admin shows the name of a constraint."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.db.models import BaseConstraint, CheckConstraint, F, UniqueConstraint
from django.test import RequestFactory
from django.utils.translation import override

from directory.models import User
from feedback.models import Case

pytestmark = pytest.mark.django_db

#: Cases are changed by steps with forms of their own, never as rows.
PAGES = [page for page in admin.site._registry.values() if page.model is not Case]


def forms_of(page: Any) -> Iterator[set[str]]:
    """Return the fields of the add form and of the change form that a superuser may send."""
    request = RequestFactory().get("/admin/")
    request.user = User.objects.get_or_create(username="root", is_staff=True, is_superuser=True)[0]
    if page.has_add_permission(request):
        yield set(page.get_form(request, None, change=False).base_fields)
    if page.has_change_permission(request):
        yield set(page.get_form(request, None, change=True).base_fields)


def fields_of(constraint: BaseConstraint) -> set[str]:
    """Return the fields that a constraint judges: where a form leaves one out, it is not asked."""
    if isinstance(constraint, CheckConstraint):
        return set(constraint.condition.referenced_base_fields)
    assert isinstance(constraint, UniqueConstraint)
    folded = {part.name for own in constraint.expressions for part in own.flatten() if isinstance(part, F)}
    named = {*constraint.fields, *folded}
    return named | (set(constraint.condition.referenced_base_fields) if constraint.condition else set())


def reached() -> list[BaseConstraint]:
    """Return the constraints that some form of the admin can violate, those of one field by its own words apart."""
    return [
        constraint
        for page in PAGES
        for constraint in page.model._meta.constraints
        if any(fields_of(constraint) <= fields for fields in forms_of(page))
    ]


def test_constraints_when_a_form_of_the_admin_reaches_them_then_they_say_what_is_wrong() -> None:
    found = reached()

    silent = [one.name for one in found if one.violation_error_message == one.default_violation_error_message]
    assert silent == []
    assert {"unit_code_upper_case", "closed_day_once", "action_of_one_of_four_quarters"} <= {
        one.name for one in found
    }


@pytest.mark.parametrize("language", ["fa", "en"])
def test_constraints_when_they_speak_then_in_the_reader_s_language_and_without_their_names(
    language: str,
) -> None:
    with override(language):
        said = {one.name: str(one.get_violation_error_message()) for one in reached()}

    assert [name for name, words in said.items() if name in words] == []
    assert {name for name, words in said.items() if words.isascii() == (language == "fa")} == set()
