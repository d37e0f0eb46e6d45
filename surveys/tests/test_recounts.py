"""Recounts against subtraction: whoever kept an earlier edition learns nothing of a few answers from a later one."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import combinations
from random import Random
from uuid import UUID

import pytest

from directory.models import Unit, User
from surveys import policy, services
from surveys.enums import Flag, Mode
from surveys.models import Closing, Response, Version
from surveys.policy import Quarter
from surveys.reports import QuarterReport, figure_lines
from surveys.tests.factories import make_published, make_service

pytestmark = pytest.mark.django_db

SPRING = Quarter(1405, 1)
INSIDE = datetime(2026, 5, 1, 9, tzinfo=UTC)
AFTER = datetime(2026, 8, 1, 9, tzinfo=UTC)

Shown = dict[tuple[object, ...], int]


@pytest.fixture
def version() -> Version:
    return make_published("visit", asks_service=True)


@pytest.fixture
def editor() -> User:
    return User.objects.create(username="editor", is_superuser=True)


def answer(version: Version, count: int, service: str, value: str, way: str, *, name: str) -> list[UUID]:
    """Store answers that are all alike, twins; return their numbers."""
    return [
        services.submit_response(
            version=version,
            answers={"SAT": [value], "WAY": [way]},
            service=make_service(service),
            mode=Mode.TOKEN,
            language="fa",
            token=f"{name} {number}",
            at=INSIDE,
            seconds=90,
        ).pk
        for number in range(count)
    ]


def mark(keys: Iterable[UUID], *, is_odd: bool) -> None:
    Response.objects.filter(pk__in=list(keys)).update(flags=[Flag.TWINS.value] if is_odd else [])


def count_anew(editor: User) -> Closing:
    return services.close_quarter(quarter=SPRING, at=AFTER, actor=editor, reason="بازبینی")


def shown(closing: Closing, version: Version) -> Shown:
    """Return how many answers stand behind every figure that a manager sees in an edition."""
    units = {unit.pk: unit for unit in Unit.objects.all()}
    report = QuarterReport(closing, version.questionnaire, units, closings=[closing])
    lines: Shown = {(line.code, line.place): line.figure.n for line in figure_lines(report)}
    lines |= {
        (cross.title, label): figure.n for cross in report.crosses for label, figure in cross.rows if figure
    }
    if report.quality.with_left_out:
        lines["with those left out",] = report.quality.with_left_out.n
    return lines


@pytest.mark.parametrize("seed", range(3))
def test_recount_when_groups_of_twins_come_and_go_then_no_two_editions_differ_by_a_few(
    version: Version, editor: User, seed: int
) -> None:
    dice = Random(seed)
    places = ["s01", "s02", "s03"]
    for service in places:
        for value in "52":
            answer(
                version,
                dice.randint(8, 15),
                service,
                value,
                dice.choice(["desk", "phone"]),
                name=f"{service}{value}",
            )
    groups = [
        answer(
            version, size, dice.choice(places), "1", dice.choice(["desk", "phone"]), name=f"twins {number}"
        )
        for number, size in enumerate([5, 6, 9, 11, 12])
    ]
    for group in groups:
        mark(group, is_odd=dice.random() < 0.5)
    editions = [services.close_quarter(quarter=SPRING, at=AFTER)]
    for _edition in range(4):
        for group in groups:
            mark(group, is_odd=dice.random() < 0.5)
        editions.append(count_anew(editor))

    figures = [shown(edition, version) for edition in editions]

    for earlier, later in combinations(figures, 2):
        moved = {key: abs(later[key] - earlier[key]) for key in earlier.keys() & later.keys()}
        assert not {key: count for key, count in moved.items() if 0 < count < policy.MIN_SHOWN}
    assert all(figures)


@pytest.mark.parametrize(("size", "moves"), [(9, False), (10, True)])
def test_recount_when_a_group_is_counted_again_then_from_ten_on(
    version: Version, editor: User, size: int, moves: bool
) -> None:
    answer(version, 30, "s01", "5", "desk", name="others")
    twins = answer(version, size, "s01", "1", "desk", name="twins")
    mark(twins, is_odd=True)
    first = services.close_quarter(quarter=SPRING, at=AFTER)

    mark(twins, is_odd=False)
    again = count_anew(editor)

    before, after = (
        Counter(dict(one.tallies.filter(code="SAT").values_list("value", "count"))) for one in (first, again)
    )
    assert before == {"5": 30, "": 30}
    assert after == ({"5": 30, "1": size, "": 30 + size} if moves else before)
    assert again.tallies.get(code="", value="counted").count == 30 + size


def test_recount_when_a_group_comes_back_in_part_then_it_is_held_against_every_edition(
    version: Version, editor: User
) -> None:
    """Twelve come in and ten of them go out: against the first edition that would be two."""
    answer(version, 30, "s01", "5", "desk", name="others")
    twins = answer(version, 12, "s01", "1", "desk", name="twins")
    mark(twins, is_odd=True)
    services.close_quarter(quarter=SPRING, at=AFTER)
    mark(twins, is_odd=False)
    count_anew(editor)

    mark(twins[:10], is_odd=True)
    last = count_anew(editor)

    assert last.tallies.get(code="SAT", value="").count == 42
