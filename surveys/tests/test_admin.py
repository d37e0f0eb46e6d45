"""Staff pages of the surveys: who may do what, and that what is published cannot be touched."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from directory.enums import Role
from directory.models import Membership, Unit, User
from surveys import services
from surveys.enums import ItemKind, State
from surveys.models import AnswerValue, Item, Option, PageVote, Questionnaire, Section, Version
from surveys.tests.factories import NOON, add_item, add_options, make_draft, make_published

pytestmark = pytest.mark.django_db

EDITED = ("questionnaire", "version", "section", "item", "option", "theme")
GATHERED = ("answervalue", "pagevote")
COUNTERS = ("counter", "visitsheet", "kiosk", "visitcount")
RECORD = ("closing", "suspicion", "improvementaction", "cardreview")


def sign_in(client: Client, role: Role | None) -> User:
    """Sign in a member of staff with one role; None for a superuser."""
    user = User.objects.create(username="somebody", is_staff=True, is_superuser=role is None)
    if role:
        unit, _fresh = Unit.objects.get_or_create(code="HEAD", defaults={"name_fa": "دفتر ریاست"})
        Membership.objects.create(user=user, unit=unit, role=role)
    client.force_login(user)
    return user


def page(model: str, name: str = "changelist", *args: object) -> str:
    return reverse(f"admin:surveys_{model}_{name}", args=args)


def act(client: Client, model: str, action: str, *keys: object) -> Any:
    return client.post(page(model), {"action": action, "_selected_action": list(keys)}, follow=True)


def said_by(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def answer(version: Version, count: int) -> None:
    for number in range(count):
        services.submit_response(
            version=version,
            answers={"SAT": ["4"], "COMMENT": [f"<b>متن {number}</b>"]},
            service=None,
            language="fa",
            token=f"token-{number}",
            at=NOON,
        )


@pytest.mark.parametrize(
    ("role", "edited", "gathered"),
    [
        (None, 200, 200),
        (Role.ADMINISTRATOR, 200, 200),
        (Role.MANAGER, 200, 200),
        (Role.HEAD, 403, 403),
        (Role.OFFICER, 403, 403),
        (Role.INSPECTOR, 403, 403),
    ],
)
def test_lists_when_a_role_looks_then_it_may_or_not(
    client: Client, role: Role | None, edited: int, gathered: int
) -> None:
    answer(make_published(), 10)
    services.count_page_vote(page="home", is_useful=True, at=NOON)
    sign_in(client, role)

    assert {client.get(page(model)).status_code for model in EDITED} == {edited}
    assert {client.get(page(model)).status_code for model in GATHERED} == {gathered}


@pytest.mark.parametrize(("role", "expected"), [(Role.ADMINISTRATOR, 200), (Role.MANAGER, 403)])
def test_adding_when_a_role_asks_then_only_editors_may(client: Client, role: Role, expected: int) -> None:
    sign_in(client, role)

    assert {client.get(page(model, "add")).status_code for model in EDITED} == {expected}
    assert {client.get(page(model, "add")).status_code for model in GATHERED} == {403}


def test_version_when_published_then_its_page_only_shows(client: Client) -> None:
    version = make_published()
    sign_in(client, None)

    for model, part in (
        ("version", version),
        ("section", version.sections.first()),
        ("item", version.items.first()),
        ("option", Option.objects.first()),
    ):
        address = page(model, "change", part.pk)
        assert b'name="_save"' not in client.get(address).content
        assert client.post(address, {"heading_fa": "چیز دیگر", "title_fa": "چیز دیگر"}).status_code == 403


def test_draft_when_made_by_hand_then_it_can_be_filled_in_and_published(client: Client) -> None:
    sign_in(client, Role.ADMINISTRATOR)

    client.post(page("questionnaire", "add"), {"slug": "parking", "title_fa": "پارکینگ", "order": "3"})
    questionnaire = Questionnaire.objects.get(slug="parking")
    client.post(page("version", "add"), {"questionnaire": questionnaire.pk, "heading_fa": "جا پیدا شد؟"})
    draft = questionnaire.versions.get()
    client.post(page("section", "add"), {"version": draft.pk, "title_fa": "در مجموع", "order": "1"})
    question = {"section": draft.sections.get().pk, "code": "P_SAT", "kind": "five_point", "scale": "SAT5"}
    client.post(page("item", "add"), {**question, "show_if": "", "wording_fa": "راضی بودید؟", "order": "1"})
    response = act(client, "version", "publish", draft.pk)

    draft.refresh_from_db()
    assert (draft.number, draft.state, draft.items.get().options.count()) == (1, State.PUBLISHED, 5)
    assert "منتشر شد" in said_by(response)


def test_draft_when_there_is_one_already_then_a_second_is_refused(client: Client) -> None:
    draft = make_draft()
    sign_in(client, None)

    response = client.post(
        page("version", "add"), {"questionnaire": draft.questionnaire_id, "heading_fa": "دوم"}
    )

    assert "questionnaire" in response.context["adminform"].form.errors
    assert Version.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"show_if": '{"item": "COMMENT", "op": "answered"}', "order": "2"}, "show_if"),
        ({"show_if": '{"item": "SAT", "op": "eval", "values": ["1"]}'}, "show_if"),
        ({"show_if": "__import__('os')"}, "show_if"),
        ({"show_if": '[{"item": "SAT"}]'}, "show_if"),
        ({"code": "SAT"}, "code"),
        ({"code": "sat"}, "code"),
    ],
)
def test_question_when_it_cannot_be_asked_then_the_page_says_so(
    client: Client, changes: dict[str, str], field: str
) -> None:
    draft = make_draft()
    sign_in(client, None)
    sent = {"section": draft.sections.first().pk, "code": "NEW", "kind": "short_text", "show_if": ""}

    response = client.post(page("item", "add"), {**sent, "wording_fa": "چرا؟", "order": "99", **changes})

    assert response.status_code == 200
    assert field in response.context["adminform"].form.errors


def test_question_when_it_is_the_sixteenth_then_it_is_refused(client: Client) -> None:
    draft = make_draft()
    for number in range(8):
        add_item(draft.sections.last(), f"MORE_{number}", ItemKind.SHORT_TEXT)
    sign_in(client, None)
    sent = {"section": draft.sections.first().pk, "code": "NEW", "kind": "short_text", "wording_fa": "چرا؟"}

    response = client.post(page("item", "add"), {**sent, "show_if": "", "order": "99"})

    assert "۱۵" in str(response.context["adminform"].form.non_field_errors())
    assert draft.items.count() == 15


def test_question_when_it_is_changed_in_a_draft_then_it_is_saved(client: Client) -> None:
    draft = make_draft()
    item = draft.items.get(code="WHY")
    sign_in(client, Role.ADMINISTRATOR)
    sent = {"section": item.section_id, "code": "WHY", "kind": "several", "order": item.order}
    condition = '{"item": "SAT", "op": "any_of", "values": ["1"]}'

    response = client.post(
        page("item", "change", item.pk), {**sent, "show_if": condition, "wording_fa": "چه شد؟"}
    )

    item.refresh_from_db()
    assert response.status_code == 302
    assert (item.wording_fa, item.show_if["values"]) == ("چه شد؟", ["1"])


def test_question_when_put_into_a_published_version_then_there_is_no_such_section(client: Client) -> None:
    version = make_published()
    sign_in(client, None)
    sent = {"section": version.sections.first().pk, "code": "NEW", "kind": "short_text", "wording_fa": "چرا؟"}

    response = client.post(page("item", "add"), {**sent, "show_if": "", "order": "99"})

    assert "section" in response.context["adminform"].form.errors


def test_take_out_when_of_a_draft_then_it_goes_with_all_below(client: Client) -> None:
    draft = make_draft()
    why = draft.items.get(code="WHY")
    sign_in(client, None)

    act(client, "item", "take_out", why.pk)

    assert not Item.objects.filter(pk=why.pk).exists()
    assert not Option.objects.filter(item_id=why.pk).exists()


def test_take_out_when_one_is_published_then_all_stay(client: Client) -> None:
    version, draft = make_published("one"), make_draft("two")
    sections = [version.sections.first().pk, draft.sections.first().pk]
    sign_in(client, None)

    response = act(client, "section", "take_out", *sections)

    assert Section.objects.filter(pk__in=sections).count() == 2
    assert "همان‌طور" in said_by(response)


def test_actions_when_a_manager_asks_then_there_are_none(client: Client) -> None:
    draft = make_draft()
    sign_in(client, Role.MANAGER)

    act(client, "version", "publish", draft.pk)
    act(client, "item", "take_out", draft.items.first().pk)

    draft.refresh_from_db()
    assert (draft.state, draft.items.count()) == (State.DRAFT, 7)


def test_actions_when_a_version_goes_on_then_each_step_says_so(client: Client) -> None:
    first = make_published()
    sign_in(client, None)

    copied = act(client, "version", "copy", first.pk)
    again = act(client, "version", "copy", first.pk)
    draft = Version.objects.get(state=State.DRAFT)
    add_options(draft.items.get(code="WAY"), "letter")
    refused = act(client, "version", "publish", draft.pk)
    Version.objects.filter(pk=draft.pk).update(change="minor")
    act(client, "version", "publish", draft.pk)
    closed = act(client, "version", "retire", draft.pk)

    assert ["پیش‌نویس" in said_by(response) for response in (copied, again)] == [True, True]
    assert "بزرگ‌تر" in said_by(refused)
    assert "بسته شد" in said_by(closed)
    assert set(Version.objects.values_list("number", "state", "series")) == {
        (1, "retired", 1),
        (2, "retired", 1),
    }


def test_words_when_few_answered_then_none_are_shown(client: Client) -> None:
    answer(make_published(), 9)
    sign_in(client, Role.MANAGER)

    assert "متن" not in client.get(page("answervalue")).content.decode().partition('id="result_list"')[2]
    assert client.get(page("answervalue", "change", AnswerValue.objects.first().pk)).status_code == 404


def test_words_when_enough_answered_then_they_are_shown_escaped_and_alone(client: Client) -> None:
    answer(make_published(), 10)
    sign_in(client, Role.MANAGER)
    words = AnswerValue.objects.exclude(text="").first()

    shown = client.get(page("answervalue")).content.decode()
    single = client.get(page("answervalue", "change", words.pk)).content.decode()

    assert shown.count("&lt;b&gt;متن") == 10
    assert "<b>متن" not in shown + single
    assert "2026-06" not in shown + single
    assert "۱۴۰۵" not in shown + single


def test_versions_when_responses_came_then_only_their_number_is_shown(client: Client) -> None:
    answer(make_published(), 3)
    sign_in(client, Role.MANAGER)

    shown = client.get(page("version")).content.decode()

    assert '<td class="field-received">۳</td>' in shown
    assert "متن" not in shown.partition('id="result_list"')[2]


def test_responses_when_asked_for_then_they_have_no_page() -> None:
    registered = {
        model._meta.model_name for model in admin.site._registry if model._meta.app_label == "surveys"
    }

    assert registered == {*EDITED, *GATHERED, *COUNTERS, *RECORD}


def test_votes_when_filtered_then_they_are_counted(client: Client) -> None:
    for is_useful in (True, True, False):
        services.count_page_vote(page="about:rights", is_useful=is_useful, at=NOON)
    sign_in(client, Role.MANAGER)

    found = client.get(page("pagevote"), {"page__exact": "about:rights", "is_useful__exact": "1"})

    assert PageVote.objects.count() == 3
    assert found.context["cl"].result_count == 2


def test_draft_when_compared_then_the_page_says_what_changes_and_how_it_may_be_called(client: Client) -> None:
    version = make_published()
    user = sign_in(client, None)
    draft = services.copy_to_draft(version_id=version.pk, actor=user)
    draft.items.filter(code="SAT").update(wording_fa="از همه چیز راضی بودید؟")
    draft.items.filter(code="AGAIN").update(is_compulsory=True)
    draft.items.get(code="PLACE").delete()

    shown = client.get(f"/admin/surveys/version/{draft.pk}/compare/").content.decode()
    preview = client.get(f"/admin/surveys/version/{draft.pk}/preview/").content.decode()

    assert "از همه چیز راضی بودید؟" in shown
    assert "برداشته شد" in shown
    assert "اجباری" in shown
    assert "از همه چیز راضی بودید؟" in preview
    assert "btn big" not in preview
    assert client.get(f"/admin/surveys/version/{version.pk}/compare/").status_code == 200
