"""From thanks into the recognition file: the direct head alone enters them, and of the citizen the number only."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from directory.enums import Role, Source
from directory.models import Recognition, Unit, User
from feedback import services
from feedback.enums import Kind
from feedback.models import Case
from feedback.services import CaseNotFound
from feedback.tests.factories import AT, make_case, make_user

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]

WORDS = "با حوصله راهنمایی کرد"


@pytest.fixture
def people() -> dict[str, User]:
    """Make a head, a head's officer, somebody of another unit, and who stands above the head."""
    return {
        "head": make_user("head", "CONT", Role.HEAD),
        "officer": make_user("officer", "CONT"),
        "stranger": make_user("stranger", "BUD"),
        "above": make_user("above", "TECH", Role.HEAD),
    }


@pytest.fixture
def thanks() -> Case:
    """Make thanks that inspection, which all thanks go to first, has passed on to the unit that earned them."""
    case = make_case(kind=Kind.PRAISE, full_name="نام نمونه")
    inspector = make_user("inspector", "INSP", Role.INSPECTOR)
    services.redirect(
        case_id=case.pk, actor=inspector, unit=Unit.objects.get(code="CONT"), reason="از این واحد", at=AT
    )
    case.refresh_from_db()
    return case


def page(case: Case) -> str:
    return f"/admin/feedback/case/{case.pk}/recognize/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def enter(case: Case, actor: User, person: User) -> Recognition:
    return services.recognize(case_id=case.pk, person_id=person.pk, words=WORDS, actor=actor, at=AT)


def test_thanks_when_the_head_passes_them_on_then_they_are_entered_once_without_the_citizen(
    people: dict[str, User], thanks: Case
) -> None:
    client = signed_in(people["head"])
    given = {"person": people["officer"].pk, "words": WORDS}

    opened = client.get(page(thanks)).content.decode()
    answers = [client.post(page(thanks), given) for _repeat in range(2)]

    entry = Recognition.objects.get()
    assert page(thanks) in client.get(f"/admin/feedback/case/{thanks.pk}/change/").content.decode()
    assert str(people["officer"]) in opened
    assert f'value="{people["stranger"].pk}"' not in opened
    assert f'value="{people["head"].pk}"' not in opened
    assert {answer["Location"] for answer in answers} == {f"/admin/directory/recognition/{entry.pk}/change/"}
    assert (entry.person, entry.unit, entry.source, entry.reference, entry.is_praise, entry.opened_by) == (
        *(people["officer"], thanks.unit, Source.PRAISE, thanks.number, True, people["head"]),
    )
    assert thanks.full_name not in f"{entry.finding_fa}{entry.finding_en}"
    assert signed_in(people["officer"]).get(answers[0]["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"words": ""}, "بنویسید قدردانی برای چه بوده است"),
        ({"words": "ن" * 100_000}, "۴۰۰"),
        ({"person": "stranger"}, "در این واحد کار نمی‌کند"),
        ({"person": "head"}, "در این واحد کار نمی‌کند"),
        ({"person": ""}, "انتخاب کنید"),
    ],
    ids=["no words", "long words", "another unit", "himself", "nobody"],
)
def test_thanks_when_filled_in_wrongly_then_the_page_says_so_and_nothing_is_entered(
    people: dict[str, User], thanks: Case, changes: dict[str, str], words: str
) -> None:
    given: dict[str, Any] = {"person": "officer", "words": WORDS, **changes}
    given["person"] = people[given["person"]].pk if given["person"] else ""

    response = signed_in(people["head"]).post(page(thanks), given)

    assert response.status_code == 200
    assert words in response.content.decode()
    assert not Recognition.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("officer", 403), ("above", 403), ("stranger", 404)])
def test_thanks_when_somebody_else_than_the_direct_head_comes_then_the_page_is_not_for_him(
    people: dict[str, User], thanks: Case, who: str, status: int
) -> None:
    client = signed_in(people[who])

    assert client.get(page(thanks)).status_code == status
    assert client.post(page(thanks), {"person": people["officer"].pk, "words": WORDS}).status_code == status
    assert page(thanks) not in client.get(f"/admin/feedback/case/{thanks.pk}/change/").content.decode()
    with pytest.raises(CaseNotFound if status == 404 else PermissionDenied):
        enter(thanks, people[who], people["officer"])
    assert not Recognition.objects.exists()


def test_case_when_it_is_no_thanks_then_nobody_is_entered_for_it(people: dict[str, User]) -> None:
    complaint = make_case()

    assert signed_in(people["head"]).get(page(complaint)).status_code == 403
    with pytest.raises(PermissionDenied):
        enter(complaint, people["head"], people["officer"])
    assert not Recognition.objects.exists()
