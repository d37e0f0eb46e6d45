"""The quarters of the demo."""

from datetime import UTC, datetime

import pytest

from directory.enums import Outcome, Role
from directory.models import Membership, Recognition, Service, Unit, User
from directory.selectors import recognitions_known_to
from surveys import services

pytestmark = pytest.mark.django_db


def test_seed_demo_quarters_when_run_then_the_recognition_file_has_something_for_every_reader() -> None:
    """Praise that was closed, and a doubt that the person objects to, which then is the head's above."""
    services.load_default_questionnaires()
    top = Unit.objects.create(code="TECH", name_fa="معاونت فنی")
    people: dict[str, User] = {}
    for code, name in (("CONT", "امور پیمانکاران"), ("HRD", "منابع انسانی")):
        unit = Unit.objects.create(code=code, name_fa=name, parent=top)
        for number in range(4):
            Service.objects.create(code=f"{code}{number}", title_fa=f"خدمت {code}{number}", unit=unit)
        for role in (Role.HEAD, Role.OFFICER):
            people[f"{code} {role}"] = User.objects.create(username=f"{code} {role}", is_staff=True)
            Membership.objects.create(user=people[f"{code} {role}"], unit=unit, role=role)
    people["above"] = User.objects.create(username="above", is_staff=True)
    Membership.objects.create(user=people["above"], unit=top, role=Role.HEAD)

    services.seed_demo_quarters(datetime(2026, 8, 1, 9, tzinfo=UTC))

    assert {name for name, user in people.items() if recognitions_known_to(user).exists()} == set(people)
    doubt, *_others, praise = Recognition.objects.order_by("is_praise", "pk")
    assert (doubt.is_open, doubt.is_objected, praise.outcome) == (True, True, Outcome.THANKED)
