"""Tests that empty the database leave what migrations put there, or tests after them would miss it."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType

from feedback.models import ReferenceMark, RetentionRule


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["first", "second"])
def test_rows_of_migrations_when_a_test_emptied_the_database_then_the_next_finds_them(turn: str) -> None:
    assert RetentionRule.objects.exists()
    assert ReferenceMark.objects.count() == 1
    assert ContentType.objects.filter(app_label="feedback", model="case").exists()
    assert Permission.objects.filter(codename="view_case").exists()
