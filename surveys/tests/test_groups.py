"""Five hundred answers from one hand: the official figure stays as it is, visibly, and a decision undoes it."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.core.exceptions import PermissionDenied

from directory.models import User
from surveys import services
from surveys.enums import ASSURED, BEST, VISIT_SURVEY, Flag, Mode
from surveys.models import AnswerValue, Response, Suspicion, Version
from surveys.tests.factories import make_service

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 5, 20, 6, 30, tzinfo=UTC)


@pytest.fixture
def version() -> Version:
    services.load_default_questionnaires()
    return Version.objects.get(questionnaire__slug=VISIT_SURVEY)


def fill(
    version: Version, count: int, *, at: datetime, mode: Mode, value: str | None = None, name: str = ""
) -> None:
    dice, service = Random(name), make_service()
    scales = [question.code for question in version.questions if question.scale]
    for number in range(count):
        services.submit_response(
            version=version,
            answers={code: [value or dice.choice("54321")] for code in scales},
            service=service,
            mode=mode,
            language="fa",
            token=f"{name}-{number}",
            at=at,
            seconds=90,
        )


def content(*, official: bool) -> tuple[int, int]:
    """Return content and all counted answers to the headline."""
    modes = ASSURED if official else [mode for mode in Mode if mode not in ASSURED]
    counted = Response.objects.counted().filter(mode__in=modes)
    answers = AnswerValue.objects.filter(item__code="S_SAT", response__in=counted)
    return answers.filter(option__value__in=BEST).count(), answers.count()


def test_stuffing_when_500_scripted_answers_come_then_no_figure_moves_and_it_can_be_undone(
    version: Version,
) -> None:
    for ago in range(1, 15):
        fill(version, 3, at=MORNING - timedelta(days=ago), mode=Mode.TOKEN, name=f"token {ago}")
        fill(version, 2, at=MORNING - timedelta(days=ago), mode=Mode.WEB, name=f"web {ago}")
    before = content(official=True), content(official=False)
    editor = User.objects.create(username="editor", is_superuser=True)

    fill(version, 500, at=MORNING, mode=Mode.WEB, value="1", name="script")
    found = services.look_for_groups(day=MORNING.date())

    assert (content(official=True), content(official=False)) == before
    assert found == 2
    assert {s.flag for s in Suspicion.objects.all()} == {Flag.BURST, Flag.TWINS}
    assert set(Suspicion.objects.values_list("count", flat=True)) == {500}
    assert Response.objects.count() == 14 * 5 + 500

    for suspicion in Suspicion.objects.all():
        services.decide_suspicion(suspicion_id=suspicion.pk, is_lifted=True, actor=editor, at=MORNING)
    services.look_for_groups(day=MORNING.date())

    assert content(official=False) == (before[1][0], before[1][1] + 500)
    assert content(official=True) == before[0]

    services.decide_suspicion(
        suspicion_id=Suspicion.objects.get(flag=Flag.BURST).pk, is_lifted=False, actor=editor, at=MORNING
    )

    assert content(official=False) == before[1]


def test_groups_when_a_busy_hour_is_usual_then_nothing_is_marked(version: Version) -> None:
    fill(version, 12, at=MORNING, mode=Mode.TOKEN, name="busy")
    fill(version, 60, at=MORNING, mode=Mode.PAPER, name="keyed")

    assert services.look_for_groups(day=MORNING.date()) == 0
    assert not Response.objects.filter(flags__overlap=[Flag.BURST, Flag.TWINS]).exists()


def test_groups_when_looked_for_twice_then_marked_once(version: Version) -> None:
    fill(version, 40, at=MORNING, mode=Mode.WEB, name="many")

    services.look_for_groups(day=MORNING.date())

    assert services.look_for_groups(day=MORNING.date()) == 0
    assert set(map(tuple, Response.objects.values_list("flags", flat=True))) == {("burst",)}


def test_suspicion_when_somebody_else_decides_then_refused(version: Version) -> None:
    fill(version, 40, at=MORNING, mode=Mode.WEB, name="many")
    services.look_for_groups(day=MORNING.date())

    with pytest.raises(PermissionDenied):
        services.decide_suspicion(
            suspicion_id=Suspicion.objects.get().pk,
            is_lifted=True,
            actor=User.objects.create(username="other"),
            at=MORNING,
        )
