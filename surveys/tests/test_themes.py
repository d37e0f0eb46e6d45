"""Themes of comments: two people sort, the second one blind, and small themes hide."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from directory.enums import Role
from directory.models import Membership, Unit, User
from surveys import services
from surveys.models import AnswerValue, Coding, Questionnaire, Theme
from surveys.policy import Quarter
from surveys.reports import theme_report

pytestmark = pytest.mark.django_db

SPRING = Quarter(1405, 1)
INSIDE = datetime(2026, 5, 1, 9, tzinfo=UTC)
AFTER = datetime(2026, 8, 1, 9, tzinfo=UTC)
PAGE = "/reports/surveys/service/1405-1/comments/"


@pytest.fixture
def comments() -> list[AnswerValue]:
    """Close a quarter with thirty comments."""
    services.load_default_questionnaires()
    survey = Questionnaire.objects.get(slug="service")
    for number in range(30):
        services.submit_response(
            version=survey.versions.get(),
            answers={"S_SAT": ["3"], "S_COMMENT": [f"صف دراز بود، بار {number}"]},
            service=None,
            language="fa",
            token=str(number),
            at=INSIDE,
            seconds=90,
        )
    services.close_quarter(quarter=SPRING, at=AFTER)
    return list(AnswerValue.objects.exclude(text="").order_by("id"))


def reader(name: str, role: Role = Role.MANAGER) -> User:
    user = User.objects.create(username=name, is_staff=True)
    unit, _fresh = Unit.objects.get_or_create(code="HEAD", defaults={"name_fa": "ریاست"})
    Membership.objects.create(user=user, unit=unit, role=role)
    return user


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def theme(place: int) -> Theme:
    return Theme.objects.filter(questionnaire__slug="service").order_by("order")[place]


def sort(answer: AnswerValue, actor: User, *places: int) -> Coding:
    numbers = [theme(place).pk for place in places]
    return services.code_comment(answer_id=answer.pk, themes=numbers, actor=actor, at=AFTER)


def test_comment_when_sorted_by_two_then_a_third_is_refused_and_each_may_change_his_own(
    comments: list[AnswerValue],
) -> None:
    first, second = reader("first"), reader("second")
    sort(comments[0], first, 0)
    sort(comments[0], second, 0, 1)

    changed = sort(comments[0], first, 2)

    assert (changed.is_second, list(changed.themes.all())) == (False, [theme(2)])
    assert Coding.objects.count() == 2
    with pytest.raises(services.SortedTwice):
        sort(comments[0], reader("third"), 0)
    with pytest.raises(PermissionDenied):
        sort(comments[1], reader("head", Role.HEAD), 0)


def test_comment_when_themes_of_another_survey_are_sent_then_they_are_left_out(
    comments: list[AnswerValue],
) -> None:
    foreign = Theme.objects.filter(questionnaire__slug="site").first()
    assert foreign

    coding = services.code_comment(
        answer_id=comments[0].pk, themes=[foreign.pk, 10**9], actor=reader("first"), at=AFTER
    )

    assert not coding.themes.exists()


def test_themes_when_reported_then_small_ones_and_small_rests_hide_and_agreement_is_counted(
    comments: list[AnswerValue],
) -> None:
    first, second = reader("first"), reader("second")
    for number, answer in enumerate(comments):
        sort(answer, first, *([0] if number < 25 else []), *([1] if number < 12 else []), *[2][: number < 4])
    for number, answer in enumerate(comments[20:]):
        sort(answer, second, *([0] if number < 4 else []))

    report = theme_report(comments[0].item.version.questionnaire, SPRING)

    shown = {row.theme: (row.figure.k, row.figure.n) for row in report.rows if row.figure}
    assert report.comments == 30
    assert shown == {theme(1): (12, 30)}  # 25 of 30 would tell of the other five, four are few
    assert report.agreement
    assert (report.agreement.k, report.agreement.n) == (9, 10)


def test_page_when_a_reader_sorts_then_it_comes_back_and_a_checker_does_not_see_the_themes(
    comments: list[AnswerValue],
) -> None:
    first, second = client_of(reader("first")), client_of(reader("second"))
    place = f"{PAGE}{comments[0].pk}/"

    sent = first.post(place, {"theme": [theme(0).pk], "show": "open", "page": "1"})
    all_, open_ = (first.get(f"{PAGE}?show={show}").content.decode() for show in ("", "open"))
    check = second.get(f"{PAGE}?show=check").content.decode()

    assert (sent.status_code, sent["Location"]) == (303, f"{PAGE}?show=open&page=1")
    assert f"<b>{theme(0)}</b>" in all_
    assert open_.count("صف دراز بود") == 29
    assert check.count("صف دراز بود") == 1
    assert f"<b>{theme(0)}</b>" not in check
    assert "checked" not in check


@pytest.mark.parametrize(("role", "status"), [(Role.HEAD, 403), (Role.CLERK, 403), (Role.MANAGER, 404)])
def test_page_when_a_stranger_sorts_or_nothing_is_there_then_it_is_refused(role: Role, status: int) -> None:
    client = client_of(reader("somebody", role))

    answer = client.post(f"{PAGE}00000000-0000-4000-8000-000000000000/", {"theme": ["1"]})

    assert answer.status_code == status
