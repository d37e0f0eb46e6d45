"""Who holds a case: passed over when away, taken from the queue, handed over, out of it when it concerns him."""

from datetime import timedelta

import pytest
from django.test import Client

from directory.enums import Role
from directory.models import Absence, Membership, Unit, User
from feedback import services
from feedback.enums import EventKind, Kind
from feedback.models import Case
from feedback.services import CaseNotFound, TargetRefused
from feedback.tests.factories import AT, make_case, make_user
from feedback.tests.pages import text_of
from portal.kernel import jalali
from portal.outbox import company
from portal.outbox.models import Event

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]

TODAY = jalali.local(AT).date()


def away(user: User, deputy: User | None = None) -> None:
    Absence.objects.create(
        user=user, from_on=TODAY - timedelta(days=1), until_on=TODAY + timedelta(days=400), deputy=deputy
    )


def hold(case: Case, user: User) -> None:
    services.take(case_id=case.pk, actor=user, at=AT)


def holder(case: Case) -> User | None:
    return Case.objects.get(pk=case.pk).assigned_to


# --- Giving and taking --------------------------------------------------------------------------------------------


def test_dispatch_when_asked_for_many_then_only_open_cases_that_nobody_holds_want_it() -> None:
    held, closed, waiting = make_case(), make_case(), make_case()
    hold(held, make_user("a", "CONT"))
    Case.objects.filter(pk=closed.pk).update(status="answered", answered_at=AT)

    told = company.settled(
        "feedback.tasks.dispatch", [{"case_id": pk} for pk in (held.pk, closed.pk, waiting.pk, 404)]
    )

    assert told == [True, True, False, False]


def test_assign_when_an_officer_is_away_then_another_gets_it() -> None:
    first, second = make_user("a", "CONT"), make_user("b", "CONT")
    away(first)

    found = services.assign(case_id=make_case().pk, at=AT)

    assert found == second.pk
    away(second)
    assert services.assign(case_id=make_case().pk, at=AT) is None


def test_take_next_when_pressed_then_gives_what_is_due_first_and_nobody_holds() -> None:
    officer, other = make_user("a", "CONT"), make_user("b", "CONT")
    late, later = make_case(at=AT - timedelta(days=9)), make_case(at=AT)
    held = make_case(at=AT - timedelta(days=20))
    hold(held, other)
    make_case(kind=Kind.MISCONDUCT, at=AT - timedelta(days=30))

    found = [services.take_next(actor=officer, at=AT) for _press in range(3)]

    assert found == [late, later, None]
    assert holder(late) == holder(later) == officer
    assert holder(held) == other


def test_take_next_when_the_holder_has_left_then_his_case_is_offered() -> None:
    officer, gone = make_user("a", "CONT"), make_user("b", "CONT")
    case = make_case()
    hold(case, gone)
    User.objects.filter(pk=gone.pk).update(is_active=False)

    assert services.take_next(actor=officer, at=AT) == case


def test_take_next_when_the_button_is_pressed_then_opens_the_case() -> None:
    client, case = Client(), make_case()
    client.force_login(make_user("a", "CONT"))

    assert "پروندهٔ بعدی را بردار" in text_of(client.get("/admin/feedback/case/"))
    client.get("/admin/feedback/case/next/")
    assert holder(case) is None
    answer = client.post("/admin/feedback/case/next/")
    nothing = client.post("/admin/feedback/case/next/", follow=True)

    assert answer["Location"] == f"/admin/feedback/case/{case.pk}/change/"
    assert "هیچ پرونده‌ای بی‌کارشناس نیست" in text_of(nothing)


# --- Handing over -------------------------------------------------------------------------------------------------


def test_hand_over_when_somebody_left_then_his_cases_are_spread_over_who_is_there() -> None:
    head, gone = make_user("h", "CONT", Role.HEAD), make_user("z", "CONT")
    cases = [make_case() for _case in range(4)]
    for case in cases:
        hold(case, gone)
    first, second, absent_one = make_user("a", "CONT"), make_user("b", "CONT"), make_user("c", "CONT")
    away(absent_one)
    User.objects.filter(pk=gone.pk).update(is_active=False)

    found = services.hand_over(case_ids=[case.pk for case in cases], actor=head, to=None, at=AT)

    assert found == 4
    assert sorted(holder(case).username for case in cases) == ["a", "a", "b", "b"]
    assert {first, second} == {holder(case) for case in cases}
    assert cases[0].events.last().kind == EventKind.ASSIGNED


@pytest.mark.parametrize("why", ["stranger", "away", "excluded"])
def test_hand_over_when_the_colleague_may_not_have_it_then_nothing_changes(why: str) -> None:
    head, gone = make_user("h", "CONT", Role.HEAD), make_user("z", "CONT")
    case = make_case(about_unit=Unit.objects.get(code="BUD"))
    hold(case, gone)
    target = make_user("t", "PR" if why == "stranger" else "CONT")
    if why == "away":
        away(target)
    if why == "excluded":
        Membership.objects.create(user=target, unit=Unit.objects.get(code="BUD"))

    with pytest.raises(TargetRefused):
        services.hand_over(case_ids=[case.pk], actor=head, to=target, at=AT)

    assert holder(case) == gone


def test_hand_over_when_the_case_is_hidden_then_it_does_not_exist() -> None:
    case, stranger = make_case(), make_user("s", "BUD", Role.HEAD)

    with pytest.raises(CaseNotFound):
        services.hand_over(case_ids=[case.pk], actor=stranger, to=None, at=AT)


def test_hand_over_page_when_a_head_opens_it_then_lists_and_gives() -> None:
    head, gone, officer = make_user("h", "TECH", Role.HEAD), make_user("z", "CONT"), make_user("a", "CONT")
    case, kept = make_case(), make_case()
    hold(case, gone)
    hold(kept, officer)
    away(gone)
    client = Client()
    client.force_login(head)

    page = text_of(client.get("/admin/feedback/case/handover/"))
    client.post("/admin/feedback/case/handover/", {"case": [case.pk, kept.pk, 987654], "to": officer.pk})

    assert f'value="{case.pk}"' in page
    assert f'value="{kept.pk}"' not in page
    assert holder(case) == officer
    assert "دست کسی که رفته یا غایب است نیست" in text_of(client.get("/admin/feedback/case/handover/"))
    client.force_login(officer)
    assert client.get("/admin/feedback/case/handover/").status_code == 403


# --- Recusal ------------------------------------------------------------------------------------------------------


def test_recuse_when_a_colleague_is_there_then_the_case_leaves_sight_and_he_gets_it() -> None:
    officer, colleague = make_user("a", "CONT"), make_user("b", "CONT")
    case = make_case()
    hold(case, officer)

    services.recuse(case_id=case.pk, actor=officer, reason="برادرم است.", at=AT)

    assert not Case.objects.visible_to(officer).exists()
    assert services.assign(case_id=case.pk, at=AT) == colleague.pk
    assert Event.objects.filter(name="case.recused").exists()
    assert services.take_next(actor=officer, at=AT) is None
    with pytest.raises(CaseNotFound):
        services.note(case_id=case.pk, actor=officer, body="یادداشت", at=AT)


def test_recuse_when_nobody_is_left_in_the_unit_then_the_next_unit_has_it() -> None:
    officer = make_user("a", "CONT")
    above = make_user("h", "TECH", Role.HEAD)
    case = make_case()

    services.recuse(case_id=case.pk, actor=officer, reason="برادرم است.", at=AT)

    case.refresh_from_db()
    assert case.unit.code == "TECH"
    assert Case.objects.visible_to(above).filter(pk=case.pk).exists()
    assert [event.kind for event in case.events.all()][-2:] == [EventKind.RECUSED, EventKind.ROUTED]
    assert case.decisions.last().stage == "replacement"


def test_recuse_when_inspectors_are_concerned_then_the_head_has_it_and_then_the_bodies_outside() -> None:
    inspector = make_user("i", "INSP", Role.INSPECTOR)
    chief = make_user("c", "HEAD", Role.HEAD)
    case = make_case(kind=Kind.MISCONDUCT)

    services.recuse(case_id=case.pk, actor=inspector, reason="دربارهٔ من است.", at=AT)
    case.refresh_from_db()
    assert (case.unit.code, case.external_bodies) == ("HEAD", False)
    services.recuse(case_id=case.pk, actor=chief, reason="دربارهٔ من است.", at=AT)

    case.refresh_from_db()
    assert case.external_bodies
    assert not Case.objects.visible_to(inspector).exists()
    assert not Case.objects.visible_to(chief).exists()


def test_recuse_when_pressed_twice_on_the_page_then_the_second_says_the_same() -> None:
    officer, case = make_user("a", "CONT"), make_case()
    make_user("b", "CONT")
    client, page = Client(), f"/admin/feedback/case/{case.pk}/change/"
    client.force_login(officer)
    pressed = {"_recuse": "1", "recuse-reason": "برادرم است.", "version": "1", "seen": "0"}

    answers = [client.post(page, pressed) for _press in range(2)]

    assert [answer["Location"] for answer in answers] == ["/admin/feedback/case/"] * 2
    assert client.get(page).status_code == 404
    assert case.recusals.count() == 1
