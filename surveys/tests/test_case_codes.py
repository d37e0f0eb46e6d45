"""Codes of answered cases: one each, found again by its answer alone, and hidden among enough others."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from time import sleep

import pytest
from django.conf import settings as django_settings
from django.db import connection, connections, transaction

from directory.models import Unit, User
from surveys import policy, selectors, services
from surveys.enums import VISIT_SURVEY, Flag, Mode
from surveys.models import Offer, Response, Suspicion, Version, VisitSheet, VisitToken
from surveys.policy import Company, Handed, Refusal
from surveys.tests.factories import make_published, make_service

#: A day in the spring of 1405.
AT = datetime(2026, 5, 20, 6, 54, tzinfo=UTC)
ANSWERS = {"SAT": ["2"], "WAY": ["desk"]}

BUSY, SMALL, TINY, OTHER, LONE = (
    Handed(1, 7, 12), Handed(2, 7, 6), Handed(3, 7, 4), Handed(4, 8, 3), Handed(5, 9, 2),
)  # fmt: skip


@pytest.mark.parametrize(
    ("own", "beside", "sheets", "unit", "service"),
    [
        (BUSY, [SMALL, TINY], {1}, True, True),
        (SMALL, [BUSY, TINY, OTHER], {2, 3}, True, False),
        (TINY, [BUSY, SMALL, OTHER], {2, 3}, True, False),
        (SMALL, [BUSY, OTHER, LONE], {2, 4, 5}, False, False),
        (LONE, [BUSY, SMALL, TINY, OTHER], {4, 5}, False, False),
        (LONE, [], {5}, False, False),
    ],
)
def test_company_when_few_codes_were_handed_out_then_more_sheets_and_less_is_kept(
    own: Handed, beside: list[Handed], sheets: set[int], unit: bool, service: bool
) -> None:
    everything = [own, *beside]
    found = policy.company(own, everything)

    assert found == Company(frozenset(sheets), unit, service)
    assert {policy.company(one, everything) for one in everything if one.sheet in sheets} == {found}


def offer(key: int, service: str = "s01", *, at: datetime = AT, has_code: bool = True) -> None:
    about = make_service(service)
    services.offer_survey(key=str(key), unit_id=about.unit_id, service_id=about.pk, has_code=has_code, at=at)


def code_of(key: int, at: datetime = AT) -> str:
    found = selectors.code_of(str(key), at)
    assert found is not None
    return found.code


def use(code: str, *, token: str = "", at: datetime = AT) -> Response:
    return services.redeem(
        code=code,
        version=Version.objects.get(),
        answers=ANSWERS,
        language="fa",
        token=token or f"form {code}",
        at=at,
    )


@pytest.mark.django_db
def test_offer_when_made_twice_for_one_answer_then_it_stands_once_with_one_code() -> None:
    for _repeat in range(2):
        offer(17)
    offer(18)

    assert list(Offer.objects.order_by("place").values_list("place", flat=True)) == [0, 1]
    assert code_of(17) == code_of(17) != code_of(18)
    sheet = VisitSheet.objects.get()
    assert (sheet.of_cases, sheet.issued_on, sheet.issued_by) == (
        True,
        policy.quarter_of(AT.date()).first,
        None,
    )


@pytest.mark.django_db
def test_offer_when_it_gives_no_code_then_it_is_counted_only() -> None:
    offer(17, has_code=False)

    assert Offer.objects.get().sheet is None
    assert selectors.code_of("17", AT) is None
    assert not VisitToken.objects.exists()


@pytest.mark.django_db
def test_offer_when_a_sheet_is_full_then_the_next_answer_takes_a_new_one() -> None:
    for key in range(101):
        offer(key)

    assert sorted(sheet.offers.count() for sheet in VisitSheet.objects.all()) == [1, 100]
    assert len({code_of(key) for key in range(101)}) == 101


@pytest.mark.django_db
def test_code_when_used_then_once_and_its_answer_says_as_much_as_others_share() -> None:
    make_published(VISIT_SURVEY, asks_service=True)
    for key in range(9):
        offer(key)

    early = use(code_of(0))
    offer(9)
    late = use(code_of(1))
    offer(10, "s02")
    beside = use(code_of(10))

    unit, service = Unit.objects.get(), make_service()
    assert (early.mode, early.unit, early.service) == (Mode.TOKEN, None, None)
    assert (late.mode, late.unit, late.service) == (Mode.TOKEN, unit, service)
    assert (beside.unit, beside.service) == (None, None)
    with pytest.raises(policy.TokenRefused, match=Refusal.SPENT):
        use(code_of(0), token="again")
    found = selectors.code_of("0", AT)
    assert found
    assert found.is_spent


@pytest.mark.django_db
def test_code_when_its_time_is_over_or_its_pepper_gone_then_none_is_shown(
    settings: pytest.FixtureRequest,
) -> None:
    make_published(VISIT_SURVEY, asks_service=True)
    offer(1)
    code, last = code_of(1), VisitSheet.objects.get().expires_on

    after = datetime.combine(last + timedelta(days=1), AT.time(), UTC)
    assert selectors.code_of("1", after) is None
    with pytest.raises(policy.TokenRefused, match=Refusal.EXPIRED):
        use(code, at=after)
    settings.CODE_PEPPERS = {9: b"another pepper", **django_settings.CODE_PEPPERS}
    assert code_of(1) == code
    settings.CODE_PEPPERS = {9: b"another pepper"}
    assert selectors.code_of("1", AT) is None


# --- Two devices at once ----------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_code_when_two_devices_use_it_at_once_then_the_first_is_left_out_visibly_and_reversibly() -> None:
    make_published(VISIT_SURVEY, asks_service=True)
    for key in range(10):
        offer(key)
    code = code_of(0)

    def send(token: str) -> str:
        try:
            use(code, token=token)
        except policy.TokenRefused as refused:
            return str(refused.reason)
        finally:
            connections.close_all()
        return "taken"

    with ThreadPoolExecutor(3) as devices:
        with transaction.atomic():
            list(VisitSheet.objects.select_for_update())
            sent = [devices.submit(send, token) for token in ("phone", "tablet")]
            _wait_for(2)
            sent.append(devices.submit(send, "tablet"))
        outcomes = [one.result() for one in sent]

    # The tablet's form came twice, which is no second answer: both sendings fare alike.
    assert (outcomes[0] == "taken") != (outcomes[1] == "taken")
    assert outcomes[1] == outcomes[2]
    assert Response.objects.get().flags == [Flag.RACED]
    suspicion = Suspicion.objects.get()
    assert (suspicion.flag, suspicion.mode, suspicion.count) == (Flag.RACED, Mode.TOKEN, 1)

    editor = User.objects.create(username="editor", is_superuser=True)
    for is_lifted, flag, counted in ((True, Flag.LIFTED, 1), (False, Flag.RACED, 0)):
        services.decide_suspicion(suspicion_id=suspicion.pk, is_lifted=is_lifted, actor=editor, at=AT)
        services.look_for_groups(day=AT.date())
        assert Response.objects.get().flags == [flag]
        assert Response.objects.counted().count() == counted


def _wait_for(devices: int) -> None:
    """Wait until so many uses of a code have announced themselves."""
    waiting = 0
    while waiting < devices:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database"
                " WHERE d.datname = current_database() AND locktype = 'advisory' AND mode = 'ShareLock' AND granted"
            )
            (waiting,) = cursor.fetchone()
        sleep(0.01)


@pytest.mark.django_db
def test_code_when_used_by_one_alone_then_nothing_is_flagged() -> None:
    make_published(VISIT_SURVEY, asks_service=True)
    offer(1)

    use(code_of(1))

    assert Response.objects.get().flags == []
    assert not Suspicion.objects.exists()
