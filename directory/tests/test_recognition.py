"""The recognition file: both sides are heard, an objection goes to somebody else, and the database keeps it so."""

import io
from typing import Any

import openpyxl
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from directory import services
from directory.enums import Outcome, Role, Source
from directory.models import Membership, Recognition, Unit, User
from directory.policy import RecognitionRefused, Unheard
from directory.selectors import recognitions_known_to

pytestmark = pytest.mark.django_db


def user(name: str, unit: Unit, role: Role) -> User:
    made = User.objects.create(username=name, name_fa=f"کارمند {name}", is_staff=True)
    Membership.objects.create(user=made, unit=unit, role=role)
    return made


@pytest.fixture
def people() -> dict[str, User]:
    top = Unit.objects.create(code="TOP", name_fa="معاونت")
    unit = Unit.objects.create(code="LOW", name_fa="باجه‌ها", parent=top)
    return {
        "person": user("person", unit, Role.OFFICER),
        "colleague": user("colleague", unit, Role.OFFICER),
        "head": user("head", unit, Role.HEAD),
        "above": user("above", top, Role.HEAD),
    }


def entry(people: dict[str, User], **changes: Any) -> Recognition:
    fields: dict[str, Any] = {
        "person": people["person"],
        "unit": Unit.objects.get(code="LOW"),
        "source": Source.SURVEY,
        "reference": "service/1405-2/S_RESPECT",
        "finding": ("کمتر از دیگران محترمانه", ""),
        "at": timezone.now(),
        "is_praise": False,
        **changes,
    }
    return services.open_recognition(**fields)


def refusal(step: Any, **fields: Any) -> Unheard:
    with pytest.raises(RecognitionRefused) as refused:
        step(**fields)
    return refused.value.reason


def test_entry_when_closed_then_note_and_word_of_the_person_were_there(people: dict[str, User]) -> None:
    one, now = entry(people), timezone.now()
    close = {"entry_id": one.pk, "outcome": Outcome.TALKED, "actor": people["head"], "at": now}
    reply = {"entry_id": one.pk, "reply": "باجه شلوغ بود", "is_objected": False, "at": now}

    before = refusal(services.close_recognition, **close)
    services.note_recognition(entry_id=one.pk, note="با هم دیدیم", actor=people["head"])
    unheard = refusal(services.close_recognition, **close)
    stranger = refusal(services.reply_to_recognition, **reply, actor=people["colleague"])
    services.reply_to_recognition(**reply, actor=people["person"])
    closed = services.close_recognition(**close)

    assert (before, unheard, stranger) == (Unheard.NO_NOTE, Unheard.NO_REPLY, Unheard.NOT_OWN)
    assert (closed.outcome, closed.closed_by) == (Outcome.TALKED, people["head"])
    assert refusal(services.close_recognition, **close) == Unheard.CLOSED


def test_entry_when_the_person_objects_then_somebody_else_than_the_author_decides(
    people: dict[str, User],
) -> None:
    one, now = entry(people), timezone.now()
    services.note_recognition(entry_id=one.pk, note="گفتم", actor=people["head"])
    services.reply_to_recognition(
        entry_id=one.pk, reply="درست نیست", is_objected=True, actor=people["person"], at=now
    )
    close = {"entry_id": one.pk, "outcome": Outcome.DROPPED, "at": now}

    assert refusal(services.close_recognition, **close, actor=people["head"]) == Unheard.OBJECTED
    assert not services.close_recognition(**close, actor=people["above"]).is_open


def test_praise_when_noted_then_it_is_closed_without_a_word_and_nobody_praises_himself(
    people: dict[str, User],
) -> None:
    one = entry(people, is_praise=True, person=people["head"], reference="1405-000123-7")
    own = refusal(services.note_recognition, entry_id=one.pk, note="خودم", actor=people["head"])
    services.note_recognition(entry_id=one.pk, note="سپاس", actor=people["above"])

    closed = services.close_recognition(
        entry_id=one.pk, outcome=Outcome.THANKED, actor=people["above"], at=timezone.now()
    )

    assert own == Unheard.OWN
    assert not closed.is_open


def test_file_when_read_then_it_is_the_person_and_the_direct_head_and_objections_go_up(
    people: dict[str, User],
) -> None:
    one = entry(people)
    readers = {name for name, user in people.items() if recognitions_known_to(user).exists()}
    services.reply_to_recognition(
        entry_id=one.pk, reply="نه", is_objected=True, actor=people["person"], at=timezone.now()
    )
    later = {name for name, user in people.items() if recognitions_known_to(user).exists()}

    assert readers == {"person", "head"}
    assert later == {"person", "head", "above"}


@pytest.mark.parametrize(
    "change",
    [
        {"finding_fa": "چیز دیگر"},
        {"is_praise": True},
        {"note": "دیگر"},
        {"outcome": "talked"},
        None,
    ],
)
def test_entry_when_changed_by_sql_then_the_database_refuses(
    people: dict[str, User], change: dict[str, Any] | None
) -> None:
    one = entry(people)
    services.note_recognition(entry_id=one.pk, note="نخست", actor=people["head"])
    rows = Recognition.objects.filter(pk=one.pk)

    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**change) if change else rows._raw_delete("default")


def test_page_when_person_and_head_write_then_each_has_his_own_fields(people: dict[str, User]) -> None:
    one = entry(people)
    page = f"/admin/directory/recognition/{one.pk}/change/"
    clients = {name: Client() for name in people}
    for name, client in clients.items():
        client.force_login(people[name])

    empty = clients["head"].post(page, {"note": "", "outcome": "talked"})
    clients["head"].post(page, {"note": "با هم دیدیم", "outcome": ""})
    clients["person"].post(page, {"reply": "باجه شلوغ بود", "is_objected": "on", "outcome": "dropped"})
    objected = clients["head"].post(page, {"outcome": "talked"})
    clients["above"].post(page, {"outcome": "dropped", "note": "دیگر"})

    one.refresh_from_db()
    assert "نخست یادداشت خود را بنویسید" in empty.content.decode()
    assert "اعتراض دارد" in objected.content.decode()
    assert (one.note, one.reply, one.is_objected) == ("با هم دیدیم", "باجه شلوغ بود", True)
    assert (one.outcome, one.closed_by) == ("dropped", people["above"])
    assert clients["colleague"].get(page).status_code == 404


def test_file_when_taken_out_then_only_known_entries_are_in_it_and_the_proof_is_asked_for(
    people: dict[str, User], settings: Any
) -> None:
    one, other = entry(people), entry(people, person=people["colleague"])
    client = Client()
    client.force_login(people["person"])
    chosen = {"action": "take_out", "_selected_action": [one.pk], "index": "0"}

    led = client.post("/admin/directory/recognition/", chosen)
    file = client.get(led["Location"])
    forged = client.get(f"/admin/directory/recognition/file/?entries={one.pk},{other.pk},x")
    settings.STEP_UP_REQUIRED = True
    asked = client.get(led["Location"])

    assert file["Content-Disposition"].endswith('recognition.xlsx"')
    for taken in (file, forged):
        rows = list(openpyxl.load_workbook(io.BytesIO(taken.content)).worksheets[0].values)
        assert [row[0] for row in rows[1:]] == [str(people["person"])]
    assert asked["Location"].startswith("/accounts/reauthenticate/?next=")
