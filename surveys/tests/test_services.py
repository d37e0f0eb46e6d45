"""Publishing, answering, voting, and the data that comes with the portal."""

from datetime import timedelta
from threading import Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, models

from directory.enums import Role
from directory.models import Membership, Unit, User
from surveys import services
from surveys.enums import Change, Flag, ItemKind, Page, State
from surveys.models import AnswerValue, Item, Option, PageVote, Questionnaire, Response, Version
from surveys.policy import AnswersRefused, Defect, FormUsed, VersionClosed, VersionRefused, wilson
from surveys.selectors import may_edit, may_read_texts, tallies, version_shown
from surveys.tests.factories import (
    NOON,
    add_item,
    add_options,
    make_draft,
    make_published,
    make_service,
    publish,
)

pytestmark = pytest.mark.django_db


def make_user(name: str, role: Role | None = None, **fields: bool) -> User:
    user = User.objects.create(username=name, is_staff=True, **fields)
    if role:
        unit, _fresh = Unit.objects.get_or_create(code="HEAD", defaults={"name_fa": "دفتر ریاست"})
        Membership.objects.create(user=user, unit=unit, role=role)
    return user


def submit(version: Version, token: str = "token-1", **changes: object) -> Response:
    sent = {
        "version": version,
        "answers": {"SAT": ["5"]},
        "service": None,
        "language": "fa",
        "token": token,
        "at": NOON,
        **changes,
    }
    return services.submit_response(**sent)


# --- Publishing -------------------------------------------------------------------------------------------------


def test_publish_when_a_second_version_follows_then_the_first_is_retired() -> None:
    first = make_published()
    admin = make_user("admin", is_superuser=True)
    draft = services.copy_to_draft(version_id=first.pk, actor=admin)
    later = NOON + timedelta(days=1)

    second = services.publish_version(
        version_id=draft.pk, actor=admin, change=Change.PATCH, at=later, note="غلط املایی"
    )

    first.refresh_from_db()
    assert (first.state, first.retired_at) == (State.RETIRED, later)
    assert (second.state, second.number, second.series, second.published_by) == (State.PUBLISHED, 2, 1, admin)
    assert (second.change, second.change_note) == (Change.PATCH, "غلط املایی")


def test_publish_when_the_change_is_major_then_a_new_series_begins() -> None:
    first = make_published()
    draft = services.copy_to_draft(version_id=first.pk, actor=make_user("admin", is_superuser=True))
    draft.items.filter(code="WAY").update(is_compulsory=True)

    with pytest.raises(VersionRefused) as refused:
        publish(draft, change=Change.MINOR)
    second = publish(draft, change=Change.MAJOR)

    assert refused.value.defect == Defect.LEVEL_TOO_LOW
    assert second.series == 2


def test_copy_to_draft_when_a_version_is_copied_then_questions_are_the_same() -> None:
    first = make_published()
    admin = make_user("admin", is_superuser=True)

    draft = services.copy_to_draft(version_id=first.pk, actor=admin)

    assert draft.questions == first.questions
    assert [item.wording_fa for item in draft.asked] == [item.wording_fa for item in first.asked]
    assert [item.section.title for item in draft.asked] == [item.section.title for item in first.asked]
    with pytest.raises(services.DraftExists):
        services.copy_to_draft(version_id=first.pk, actor=admin)


def test_publish_when_sixteen_questions_then_it_is_refused() -> None:
    draft = make_draft()
    for number in range(8):
        add_item(draft.sections.last(), f"MORE_{number}", ItemKind.SHORT_TEXT)
    publish_refused(draft, None)
    add_item(draft.sections.last(), "ONE_TOO_MANY", ItemKind.SHORT_TEXT)

    publish_refused(draft, Defect.TOO_MANY_ITEMS)


def publish_refused(draft: Version, defect: Defect | None) -> None:
    """Check that a draft cannot be published; with no defect, that it has fifteen questions and would be."""
    if defect is None:
        assert len(Version.objects.get(pk=draft.pk).questions) == 15
        return
    with pytest.raises(VersionRefused) as refused:
        publish(draft)
    assert refused.value.defect == defect
    assert Version.objects.get(pk=draft.pk).state == State.DRAFT


@pytest.mark.parametrize(
    "show_if",
    [
        {"item": "COMMENT", "op": "answered"},
        {"item": "SAT", "op": "eval", "values": ["__import__('os')"]},
        {"item": "SAT", "op": "any_of", "values": ["9"]},
    ],
)
def test_publish_when_a_condition_is_not_in_the_list_then_it_is_refused(show_if: dict[str, object]) -> None:
    draft = make_draft()
    draft.items.filter(code="WHY").update(show_if=show_if)

    publish_refused(draft, Defect.BAD_CONDITION)


def test_publish_when_it_is_no_draft_then_it_is_refused() -> None:
    with pytest.raises(VersionRefused) as refused:
        publish(make_published())

    assert refused.value.defect == Defect.NOT_A_DRAFT


@pytest.mark.parametrize("role", [None, Role.OFFICER, Role.HEAD, Role.MANAGER])
def test_publish_when_somebody_else_asks_then_it_is_refused(role: Role | None) -> None:
    draft, user = make_draft(), make_user("somebody", role)

    with pytest.raises(PermissionDenied):
        services.publish_version(version_id=draft.pk, actor=user, change=Change.MAJOR, at=NOON)
    with pytest.raises(PermissionDenied):
        services.copy_to_draft(version_id=draft.pk, actor=user)
    with pytest.raises(PermissionDenied):
        services.retire_version(version_id=draft.pk, actor=user, at=NOON)


@pytest.mark.parametrize(
    ("role", "edits", "reads"),
    [
        (Role.ADMINISTRATOR, True, True),
        (Role.MANAGER, False, True),
        (Role.HEAD, False, False),
        (Role.OFFICER, False, False),
    ],
)
def test_permissions_when_a_role_asks_then_it_may_or_not(role: Role, edits: bool, reads: bool) -> None:
    user = make_user("somebody", role)

    assert (may_edit(user), may_read_texts(user)) == (edits, reads)


def test_permissions_when_the_membership_ended_then_it_may_not() -> None:
    user = make_user("somebody", Role.ADMINISTRATOR)
    user.memberships.update(is_active=False)

    assert (may_edit(user), may_read_texts(user)) == (False, False)


def test_retire_when_published_then_open_forms_are_taken_for_a_day() -> None:
    version = make_published()

    retired = services.retire_version(version_id=version.pk, actor=None, at=NOON)

    response = submit(retired, at=NOON + timedelta(hours=23))
    assert response.version == version
    with pytest.raises(VersionClosed):
        submit(retired, token="token-2", at=NOON + timedelta(hours=25))
    with pytest.raises(VersionRefused, match="not_published"):
        services.retire_version(version_id=make_draft("other").pk, actor=None, at=NOON)


@pytest.mark.parametrize("number", ["", "0", "2", "abc", "۱", "-1", "99999", "1" * 1000, "1\x00", "²"])
def test_version_shown_when_the_number_is_not_ours_then_none(number: str) -> None:
    make_published()

    assert version_shown(slug="visit", number=number, at=NOON) is None


# --- Answering --------------------------------------------------------------------------------------------------


def test_submit_when_every_kind_is_answered_then_each_is_stored_in_its_place() -> None:
    version = make_published(asks_service=True)
    service = make_service()

    response = submit(
        version,
        answers={
            "SAT": ["2"],
            "WHY": ["cost", "time"],
            "WAY": ["phone"],
            "AGAIN": ["no"],
            "VISITS": ["۳"],
            "PLACE": [" باجهٔ ۲ "],
            "COMMENT": ["صف دراز بود.\nکوتاهش كنيد."],
        },
        service=service,
        language="en",
    )

    stored = response.answers.values_list("item__code", "option__value", "number", "text")
    assert set(stored) == {
        ("SAT", "2", None, ""),
        ("WHY", "time", None, ""),
        ("WHY", "cost", None, ""),
        ("WAY", "phone", None, ""),
        ("AGAIN", "no", None, ""),
        ("VISITS", None, 3, ""),
        ("PLACE", None, None, "باجهٔ ۲"),
        ("COMMENT", None, None, "صف دراز بود.\nکوتاهش کنید."),
    }
    assert (response.service, response.language, response.mode, response.flags) == (service, "en", "web", [])
    assert (str(response.day), response.hour) == ("2026-06-13", 16)


def test_submit_when_the_survey_asks_no_service_then_none_is_kept() -> None:
    assert submit(make_published(), service=make_service()).service is None


def test_response_when_stored_then_nothing_leads_to_a_person_or_a_minute() -> None:
    kinds = {
        field.name: type(field) for field in [*Response._meta.get_fields(), *AnswerValue._meta.get_fields()]
    }
    linked = {
        field.related_model._meta.label
        for field in [*Response._meta.concrete_fields, *AnswerValue._meta.concrete_fields]
        if field.is_relation
    }

    assert models.DateTimeField not in kinds.values()
    assert linked == {
        "surveys.Version",
        "directory.Service",
        "directory.Unit",
        "surveys.Counter",  # forgotten once the quarter is counted (decision 26)
        "surveys.Response",
        "surveys.Item",
        "surveys.Option",
    }
    assert (type(Response._meta.pk), type(AnswerValue._meta.pk)) == (models.UUIDField, models.UUIDField)


def test_submit_when_sent_twice_then_it_counts_once() -> None:
    version = make_published()

    first = submit(version)
    again = submit(version, answers={"SAT": ["1"]})

    assert again.pk == first.pk
    assert Response.objects.count() == AnswerValue.objects.count() == 1


def test_submit_when_sent_again_after_it_is_closed_or_with_what_is_refused_then_it_is_the_first() -> None:
    version = make_published()
    first = submit(version)
    retired = services.retire_version(version_id=version.pk, actor=None, at=NOON)

    late = submit(retired, at=NOON + timedelta(days=2))
    refused = submit(version, answers={"SAT": ["7"]})
    with pytest.raises(FormUsed):
        submit(make_published("other"), answers={"SAT": ["7"]})

    assert [late, refused] == [first, first]
    assert Response.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_submit_when_sent_at_the_same_moment_then_it_counts_once() -> None:
    version = make_published()
    keys: list[object] = []

    def send() -> None:
        try:
            keys.append(submit(version).pk)
        finally:
            connection.close()

    threads = [Thread(target=send) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(keys) == 6
    assert len(set(keys)) == Response.objects.count() == 1


def test_submit_when_refused_then_nothing_is_stored() -> None:
    version = make_published()

    with pytest.raises(AnswersRefused) as refused:
        submit(version, answers={"SAT": ["7"], "COMMENT": ["ب" * 100_000], "STRANGE": ["1"]})

    assert set(refused.value.faults) == {"SAT", "COMMENT", "STRANGE"}
    assert not Response.objects.exists()


def test_submit_when_a_hidden_question_is_answered_then_it_is_not_stored() -> None:
    response = submit(make_published(), answers={"SAT": ["5"], "WHY": ["time"]})

    assert list(response.answers.values_list("item__code", flat=True)) == ["SAT"]


def test_submit_when_the_version_is_a_draft_then_it_is_refused() -> None:
    with pytest.raises(VersionClosed):
        submit(make_draft())


def test_submit_when_it_looks_odd_then_it_is_flagged_and_left_out() -> None:
    version = make_published()
    for number in range(3):
        submit(version, token=f"good-{number}", seconds=60)
    odd = submit(version, token="odd", seconds=1, is_trapped=True)

    assert odd.flags == [Flag.TRAPPED, Flag.SPEEDING]
    assert Response.objects.counted().count() == 3
    assert list(Response.objects.left_out()) == [odd]
    assert tallies(version, odd.day)["SAT"].counts == {"5": 3}


def test_submit_when_stored_then_few_queries_are_made(django_assert_num_queries) -> None:
    version = Version.objects.select_related("questionnaire").get(pk=make_published().pk)

    # The questions and their options, once a process; begin, the response with its answers, commit.
    with django_assert_num_queries(5):
        submit(version)
    again = Version.objects.select_related("questionnaire").get(pk=version.pk)
    with django_assert_num_queries(3):
        submit(again, token="other", answers={"SAT": ["1"], "WHY": ["time", "cost"], "COMMENT": ["دیر شد"]})


def test_tallies_when_several_versions_of_a_series_then_they_are_added_up() -> None:
    first = make_published()
    for number in range(4):
        submit(first, token=f"first-{number}", answers={"SAT": ["1"], "WHY": ["time", "cost"]})
    draft = services.copy_to_draft(version_id=first.pk, actor=make_user("admin", is_superuser=True))
    second = publish(draft, change=Change.PATCH)
    submit(second, token="second", answers={"SAT": ["2"], "WHY": ["time"]})

    tally = tallies(second, NOON.date())

    assert tally["SAT"].counts == {"1": 4, "2": 1}
    assert (tally["WHY"].counts, tally["WHY"].people) == ({"time": 5, "cost": 4}, 5)


def test_tallies_when_a_new_series_began_then_old_answers_stay_out() -> None:
    first = make_published()
    submit(first)
    draft = services.copy_to_draft(version_id=first.pk, actor=make_user("admin", is_superuser=True))

    assert tallies(publish(draft, change=Change.MAJOR), NOON.date()) == {}


# --- Votes ------------------------------------------------------------------------------------------------------


def test_count_page_vote_when_somebody_votes_then_only_page_answer_and_day_are_kept() -> None:
    services.count_page_vote(page=Page.RIGHTS, is_useful=True, at=NOON)

    votes = PageVote.objects.values("page", "is_useful", "day")
    assert list(votes) == [{"page": "about:rights", "is_useful": True, "day": NOON.date()}]
    assert {field.name for field in PageVote._meta.fields} == {"id", "page", "is_useful", "day"}


# --- What comes with the portal ---------------------------------------------------------------------------------


def test_load_default_questionnaires_when_loaded_twice_then_both_are_there_once() -> None:
    assert services.load_default_questionnaires() == 2
    assert services.load_default_questionnaires() == 0

    titles = dict(Questionnaire.objects.values_list("slug", "title_fa"))
    assert titles == {"service": "نظرسنجی خدمات", "site": "نظرسنجی سایت"}
    assert set(Version.objects.values_list("state", flat=True)) == {State.PUBLISHED}


def test_load_default_questionnaires_when_loaded_then_codes_and_options_are_those_of_the_study() -> None:
    services.load_default_questionnaires()

    codes = {
        version.questionnaire.slug: [item.code for item in version.asked] for version in Version.objects.all()
    }
    assert codes == {
        "service": [
            *("S_SAT", "S_STATUS", "S_FLOW", "S_TIME", "S_EASE", "S_MATCH", "S_MATCH_WHAT"),
            *("S_RESPECT", "S_HELP", "S_FAIR", "S_EFFECT", "S_TRANSP", "S_TRUST", "S_COMMENT"),
        ],
        "site": [
            *("W_SAT", "W_PURPOSE", "W_DONE", "W_BLOCK", "W_EASE", "W_FIND"),
            *("W_CLEAR", "W_MATCH", "W_REPLY", "W_TRUST", "W_COMMENT"),
        ],
    }
    assert [item.code for item in Item.objects.filter(is_compulsory=True).order_by("code")] == [
        "S_SAT",
        "W_SAT",
    ]
    match = Item.objects.get(code="S_MATCH").options.values_list("value", "label_fa", "is_missing")
    assert list(match) == [
        ("5", "کاملاً موافقم", False),
        ("4", "موافقم", False),
        ("3", "نه موافقم نه مخالفم", False),
        ("2", "مخالفم", False),
        ("1", "کاملاً مخالفم", False),
        ("96", "اطلاعاتی ندیده بودم", True),
    ]


def test_load_default_questionnaires_when_loaded_then_every_text_is_in_both_languages() -> None:
    services.load_default_questionnaires()

    for version in Version.objects.all():
        texts = [version.heading_en, version.intro_en, version.questionnaire.title_en]
        texts += [item.wording_en for item in version.asked]
        texts += [option.label_en for item in version.asked for option in item.options.all()]
        texts += [item.section.title_en for item in version.asked]
        assert all(texts)
        assert not any("\u0600" <= letter <= "\u06ff" for text in texts for letter in text)
    assert not Item.objects.exclude(hint_fa="").filter(hint_en="").exists()


def test_load_default_questionnaires_when_one_was_edited_then_it_is_left_alone() -> None:
    services.load_default_questionnaires()
    Questionnaire.objects.filter(slug="site").update(title_fa="نظر شما دربارهٔ سایت")

    services.load_default_questionnaires()

    assert Questionnaire.objects.get(slug="site").title_fa == "نظر شما دربارهٔ سایت"


def test_seed_demo_responses_when_run_twice_then_they_are_there_once_and_the_same() -> None:
    services.load_default_questionnaires()
    make_service()

    assert services.seed_demo_responses(NOON) == 240
    assert services.seed_demo_responses(NOON + timedelta(days=3)) == 0

    days = Response.objects.aggregate(first=models.Min("day"), last=models.Max("day"))
    assert {name: (NOON.date() - day).days for name, day in days.items()} == {"first": 90, "last": 1}
    sat = AnswerValue.objects.filter(item__code="S_SAT")
    content = sat.filter(option__value__in=["4", "5"]).count()
    assert sat.count() == 120
    assert 0.55 < wilson(content, 120).low < wilson(content, 120).high < 0.95
    assert AnswerValue.objects.filter(item__code="S_MATCH_WHAT").exists()
    assert AnswerValue.objects.filter(item__code="S_COMMENT").count() > 15
    assert Option.objects.filter(answers__isnull=False, is_missing=True).exists()


def test_fill_in_options_when_there_are_options_then_they_stay() -> None:
    item = make_draft().items.get(code="SAT")
    add_options(item, "97", is_missing=True)

    services.fill_in_options(item=item)

    assert [option.value for option in item.options.all()] == ["5", "4", "3", "2", "1", "97"]
