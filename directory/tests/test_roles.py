"""What each role may do: the table, the pages that follow it, and deputies for some days."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.contrib import admin
from django.db import IntegrityError

from directory.enums import CASE_ROLES, DUTIES, Duty, Role, roles_with
from directory.models import Membership, Unit, User
from directory.selectors import Reach, reach

#: A page of each duty; what its class says must be what the table says.
PAGES = {
    "feedback.case": Duty.CASES,
    "feedback.notice": Duty.CASES,
    "feedback.rating": Duty.CASES,
    "surveys.questionnaire": Duty.FIGURES,
    "surveys.answervalue": Duty.FIGURES,
    "routing.ruleset": Duty.RULES,
    "directory.unit": Duty.DIRECTORY,
    "directory.user": Duty.DIRECTORY,
    "directory.membership": Duty.DIRECTORY,
    "directory.closedday": Duty.DIRECTORY,
}


def test_table_when_read_then_every_role_stands_in_it_with_something_to_do() -> None:
    assert set(DUTIES) == set(Role)
    assert all(DUTIES.values())


def test_table_when_read_then_each_duty_has_its_roles() -> None:
    assert {duty: roles_with(duty) for duty in Duty} == {
        Duty.CASES: (Role.OFFICER, Role.HEAD, Role.CLERK, Role.INSPECTOR),
        Duty.ENTRY: (Role.OFFICER, Role.HEAD, Role.CLERK, Role.INSPECTOR),
        Duty.BRANCH: (Role.HEAD,),
        Duty.FIGURES: (Role.MANAGER, Role.ADMINISTRATOR),
        Duty.RULES: (Role.RULE_EDITOR, Role.ADMINISTRATOR),
        Duty.SURVEYS: (Role.ADMINISTRATOR,),
        Duty.DIRECTORY: (Role.ADMINISTRATOR,),
        Duty.OPERATION: (Role.ADMINISTRATOR,),
    }
    assert roles_with(Duty.CASES) == CASE_ROLES


@pytest.mark.parametrize(("label", "duty"), PAGES.items())
def test_page_when_its_class_names_roles_then_they_are_those_of_the_table(label: str, duty: Duty) -> None:
    page = next(page for model, page in admin.site._registry.items() if model._meta.label_lower == label)

    assert page.readers | page.writers == set(roles_with(duty))


# --- Deputies -----------------------------------------------------------------------------------------------------

FIRST, LAST = date(2026, 5, 20), date(2026, 5, 24)


@pytest.fixture
def deputy(db: None) -> User:
    """Make somebody who heads a unit with a branch from Wednesday to Sunday."""
    unit = Unit.objects.create(code="TECH", name_fa="فنی")
    Unit.objects.create(code="CONT", name_fa="پیمانکاران", parent=unit)
    user = User.objects.create(username="deputy", is_staff=True)
    Membership.objects.create(user=user, unit=unit, role=Role.HEAD, valid_from=FIRST, valid_until=LAST)
    return user


@pytest.mark.parametrize(
    ("moment", "reaches"),
    [
        # Days begin and end in Tehran, three hours and a half before they do in UTC.
        (datetime(2026, 5, 19, 20, 29, tzinfo=UTC), False),
        (datetime(2026, 5, 19, 20, 31, tzinfo=UTC), True),
        (datetime(2026, 5, 24, 20, 29, tzinfo=UTC), True),
        (datetime(2026, 5, 24, 20, 31, tzinfo=UTC), False),
    ],
)
def test_deputy_when_the_days_come_and_go_then_so_does_the_reach(
    deputy: User, moment: datetime, reaches: bool
) -> None:
    whole = frozenset(Unit.objects.values_list("pk", flat=True))
    own = frozenset(Unit.objects.filter(code="TECH").values_list("pk", flat=True))

    with time_machine.travel(moment, tick=False):
        found = reach(deputy)

    assert found == (Reach(own, own, whole) if reaches else Reach(frozenset(), frozenset(), frozenset()))


def test_membership_when_it_ends_before_it_begins_then_the_database_refuses(deputy: User) -> None:
    with pytest.raises(IntegrityError):
        Membership.objects.update(valid_from=LAST, valid_until=FIRST)
