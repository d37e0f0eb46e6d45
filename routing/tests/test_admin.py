"""The doors of the rules: who may open them, what they do, and that trying writes nothing."""

from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import ProtectedError
from django.test import Client
from django.utils import timezone

from directory.enums import Role
from directory.models import Membership, Unit, User
from routing import services
from routing.enums import RehearsalState, Status
from routing.models import Rehearsal, Rule, RuleSet
from routing.policy import BODY, choose, compile_rules, passages
from routing.selectors import rules_of
from routing.tests.factories import compiled, facts, make_units, rehearsed, rule

pytestmark = pytest.mark.django_db

NOW = timezone.now()
PAGES = ("change", "draft", "rule", "try", "publish", "discard")


@pytest.fixture(autouse=True)
def english(english_portal: None) -> None:
    """Staff pages follow the language of the installation; here the texts of the source are read."""


def member(name: str, unit: str, role: Role) -> Client:
    user = User.objects.create(username=name, is_staff=True, name_fa=f"کاربر {name}")
    Membership.objects.create(user=user, unit=Unit.objects.get(code=unit), role=role)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def published() -> RuleSet:
    make_units()
    first = RuleSet.objects.create(version=1, name="قواعد آزمایشی")
    services.add_rule(ruleset_id=first.pk, spec=rule("", "STAT", "آمار", "جمعیت"), actor=None, at=NOW)
    services.add_rule(ruleset_id=first.pk, spec=rule("", "CONT", "پیمانکار", "رتبه=7"), actor=None, at=NOW)
    return services.publish(ruleset=first, actor=None, at=NOW)


@pytest.fixture
def editor(published: RuleSet) -> Client:
    return member("editor", "IT", Role.RULE_EDITOR)


@pytest.fixture
def draft(published: RuleSet, editor: Client) -> RuleSet:
    return services.new_draft(source=published, name="پیش‌نویس", at=NOW)


def at(ruleset: RuleSet, page: str) -> str:
    return f"/admin/routing/ruleset/{ruleset.pk}/{page}/"


def text_of(response: Any) -> str:
    return str(response.content.decode())


def filled(**changes: Any) -> dict[str, Any]:
    """Return a rule form filled in for the unit IT."""
    unit = Unit.objects.get(code="IT").pk
    return {"unit": unit, "stage": "points", "words": "سامانه = ۵\nفهرست بها", "not_if": "", **changes}


def rows() -> dict[str, int]:
    """Count the rows of every table, the staff's sessions apart."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.label != "sessions.Session"
    }


# --- Who may ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "role", "may"),
    [
        ("IT", Role.RULE_EDITOR, True),
        ("IT", Role.ADMINISTRATOR, True),
        ("DESK", Role.HEAD, True),
        ("DESK", Role.OFFICER, False),
        ("DESK", Role.CLERK, False),
        ("TECH", Role.HEAD, False),
        ("INSP", Role.INSPECTOR, False),
        ("HEAD", Role.MANAGER, False),
    ],
)
def test_pages_of_a_draft_when_opened_by_a_role_then_only_editors_and_the_head_of_the_desk_come_in(
    draft: RuleSet, unit: str, role: Role, may: bool
) -> None:
    client = member("somebody", unit, role)

    answers = {page: client.get(at(draft, page)).status_code for page in PAGES}
    client.post(at(draft, "step"), {"rename": "1", "name": "دیگر"})

    assert set(answers.values()) == ({200} if may else {403})
    draft.refresh_from_db()
    assert draft.name == ("دیگر" if may else "پیش‌نویس")


def test_membership_when_it_ended_then_the_head_of_the_desk_stays_out(draft: RuleSet) -> None:
    client = member("former", "DESK", Role.HEAD)
    Membership.objects.filter(user__username="former").update(is_active=False)

    assert client.get(at(draft, "publish")).status_code == 403


@pytest.mark.parametrize("page", ["draft", "step", "rule", "try", "publish", "discard", "rehearsal/5"])
def test_page_when_there_is_no_such_set_then_it_is_missing(editor: Client, page: str) -> None:
    for number in ("987654321", "9" * 30):
        assert editor.get(f"/admin/routing/ruleset/{number}/{page}/").status_code == 404


# --- Writing a draft ----------------------------------------------------------------------------------------------


def test_new_draft_when_made_then_its_page_lists_the_rules(editor: Client, published: RuleSet) -> None:
    response = editor.post(at(published, "draft"), {"name": "بهار"}, follow=True)

    made = RuleSet.objects.get(status=Status.DRAFT)
    assert (made.version, made.name, made.made_by.username) == (2, "بهار", "editor")
    assert "پیمانکار" in text_of(response)


def test_rule_when_added_then_it_stands_last_with_its_words(editor: Client, draft: RuleSet) -> None:
    editor.post(at(draft, "rule"), filled(kinds=["request"], not_if="سایت پروژه\n", always="۲"))

    added = rules_of(draft.pk)[-1]
    assert added == rule(
        added.id, "IT", "سامانه=5", "فهرست بها=3", kinds=["request"], not_if=["سایت پروژه"], always=2
    )


def test_rule_when_changed_then_the_page_shows_what_was_saved(editor: Client, draft: RuleSet) -> None:
    row = draft.rules.get(code="r01")
    address = f"/admin/routing/rule/{row.pk}/change/"
    page = text_of(editor.get(address))
    assert "آمار = 3" in page

    seen = draft.changes.latest("pk").pk
    editor.post(address, filled(words="سرشماری = 8", seen=seen))

    assert rules_of(draft.pk)[0] == rule("r01", "IT", "سرشماری=8")


def test_rule_when_somebody_changed_it_meanwhile_then_nothing_is_saved_and_the_words_are_given_back(
    editor: Client, draft: RuleSet
) -> None:
    row, seen = draft.rules.get(code="r01"), draft.changes.latest("pk").pk
    services.change_rule(rule_id=row.pk, spec=rule("", "STAT", "عدد"), seen=seen, actor=None, at=NOW)

    page = text_of(editor.post(f"/admin/routing/rule/{row.pk}/change/", filled(words="مهم = 8", seen=seen)))

    assert rules_of(draft.pk)[0] == rule("r01", "STAT", "عدد")
    assert "مهم = 8" in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"words": ""}, "The rule has no keyword"),
        ({"words": "؟!()[]"}, "Nothing is left of this keyword"),
        ({"words": "آمار = 21"}, "Line 1"),
        ({"words": "آمار = 3\nبها ="}, "Line 2"),
        ({"words": "آمار = 3\n= 5"}, "Line 2"),
        ({"words": "آمار\n" + "ب" * 101}, "Line 2 is longer"),
        ({"words": "", "always": "3"}, "must name the kinds"),
        ({"words": "", "always": "3", "kinds": ["misconduct"], "stage": "lane"}, "must not go to this unit"),
        ({"unit": ""}, "Choose a unit"),
        ({"unit": "999999"}, "unknown or inactive"),
        ({"always": "21"}, "20"),
        ({"kinds": ["rumour"]}, "rumour"),
        ({"words": "ساجات = ۵\nساجات = ۷"}, "with different weights; keep one. «ساجات»"),
        ({"words": "شركت = 5\nشرکت = 7"}, "with different weights; keep one. «شرکت»"),
        ({"words": "گواهی نامه = 5\nگواهی\u200cنامه = 7"}, "keep one. «گواهی\u200cنامه»"),
        ({"words": "test = 5\nTEST = 7"}, "with different weights; keep one. «TEST»"),
        (
            {"words": "آمار\nبها", "not_if": "آمار"},
            "also stands among the words; keep it in one place. «آمار»",
        ),
    ],
)
def test_rule_when_it_cannot_be_used_then_the_reason_is_said_and_nothing_is_lost(
    editor: Client, draft: RuleSet, changes: dict[str, Any], said: str
) -> None:
    before = rows()

    page = text_of(editor.post(at(draft, "rule"), filled(note="یادداشت من", **changes)))

    assert said in page
    assert "یادداشت من" in page
    assert rows() == before


@pytest.mark.parametrize("word", ["c++", "a.*b", "(آمار", "[0-9]+", "\\d", "^آمار$", "آمار|جمعیت", "*آمار*"])
def test_word_when_it_has_signs_of_patterns_then_they_are_only_signs(
    editor: Client, draft: RuleSet, word: str
) -> None:
    editor.post(at(draft, "rule"), filled(words=f"{word} = 4"))

    specs = rules_of(draft.pk)
    assert [keyword.phrase for keyword in specs[-1].keywords] == [word]
    assert choose(compile_rules(specs), facts("سلام")).unit == "DESK"


@pytest.mark.parametrize("weight", ["-5", "پنج", "5.5", "۵٫۵", "abc", "+5", "5 6", "9" * 5000, "۲۱", ""])
def test_rule_when_a_weight_is_no_number_up_to_twenty_then_its_line_is_named_and_nothing_is_stored(
    editor: Client, draft: RuleSet, weight: str
) -> None:
    page = text_of(editor.post(at(draft, "rule"), filled(words=f"آمار = ۰\nبودجه = {weight}")))

    assert "Line 2" in page
    assert f"بودجه = {weight}".strip() in page
    assert draft.rules.count() == 2


def test_rule_when_a_phrase_is_typed_twice_alike_then_it_is_stored_once_and_said(
    editor: Client, draft: RuleSet
) -> None:
    page = editor.post(
        at(draft, "rule"), filled(words="ساجات = ۵\nشركت\nساجات=5\nشرکت", not_if="بد\nبد"), follow=True
    )

    assert rules_of(draft.pk)[-1] == rule("r03", "IT", "ساجات=5", "شرکت", not_if=["بد"])
    assert "This keyword stands in the rule twice; it counts once. «ساجات»" in text_of(page)


def test_rule_when_it_is_changed_to_hold_a_phrase_twice_then_it_stays(editor: Client, draft: RuleSet) -> None:
    row = draft.rules.get(code="r01")
    typed = filled(words="آمار = 3\nآمار = 9", seen=draft.changes.latest("pk").pk)

    page = text_of(editor.post(f"/admin/routing/rule/{row.pk}/change/", typed))

    assert "with different weights; keep one. «آمار»" in page
    assert "آمار = 9" in page
    assert rules_of(draft.pk)[0] == rule("r01", "STAT", "آمار", "جمعیت")


def test_rule_when_its_unit_is_switched_off_meanwhile_then_it_is_refused(
    editor: Client, draft: RuleSet
) -> None:
    fields = filled()
    Unit.objects.filter(code="IT").update(is_active=False)

    page = text_of(editor.post(at(draft, "rule"), fields))

    assert "unknown or inactive" in page
    assert draft.rules.count() == 2


def test_step_when_buttons_are_pressed_then_rules_move_are_copied_and_taken_out(
    editor: Client, draft: RuleSet
) -> None:
    def press(step: str, code: str) -> list[str]:
        editor.post(at(draft, "step"), {step: draft.rules.get(code=code).pk})
        return [spec.id for spec in rules_of(draft.pk)]

    assert press("up", "r02") == ["r02", "r01"]
    assert press("down", "r02") == ["r01", "r02"]
    assert press("copy", "r01") == ["r01", "r03", "r02"]
    assert press("remove", "r03") == ["r01", "r02"]


@pytest.mark.parametrize("number", ["", "x", "0", "987654321", "9" * 40, "²"])
def test_step_when_the_rule_is_gone_then_it_is_said(editor: Client, draft: RuleSet, number: str) -> None:
    response = editor.post(at(draft, "step"), {"remove": number}, follow=True)

    assert "took this rule out meanwhile" in text_of(response)
    assert draft.rules.count() == 2


def test_step_when_the_rule_is_of_another_set_then_it_stays(
    editor: Client, draft: RuleSet, published: RuleSet
) -> None:
    editor.post(at(draft, "step"), {"remove": published.rules.get(code="r01").pk})

    assert (draft.rules.count(), published.rules.count()) == (2, 2)


def test_published_set_when_its_doors_are_tried_then_nothing_changes(
    editor: Client, published: RuleSet
) -> None:
    before, row = rules_of(published.pk), published.rules.get(code="r01")

    for step in ("up", "down", "copy", "remove"):
        editor.post(at(published, "step"), {step: row.pk})
    editor.post(at(published, "step"), {"rename": "1", "name": "دیگر"})
    editor.post(at(published, "step"), {"rehearse": "1"})
    editor.post(at(published, "rule"), filled())
    editor.post(at(published, "discard"))
    editor.post(f"/admin/routing/rule/{row.pk}/change/", filled())

    published.refresh_from_db()
    assert (published.name, rules_of(published.pk)) == ("قواعد آزمایشی", before)
    assert not Rehearsal.objects.exists()


def test_discard_when_confirmed_then_the_draft_is_gone(editor: Client, draft: RuleSet) -> None:
    assert editor.get(at(draft, "discard")).status_code == 200
    assert RuleSet.objects.filter(pk=draft.pk).exists()

    editor.post(at(draft, "discard"))

    assert not RuleSet.objects.filter(pk=draft.pk).exists()


def test_rule_page_when_tested_then_words_are_marked_and_nothing_is_written(
    editor: Client, draft: RuleSet
) -> None:
    before = rows()

    page = text_of(editor.post(at(draft, "rule"), filled(_try="1", sample="فهرست‌بهای سامانه‌تان کجاست؟")))

    assert "<mark>فهرست‌بهای</mark>" in page
    assert "<mark>سامانه‌تان</mark>" in page
    assert rows() == before


# --- Trying -------------------------------------------------------------------------------------------------------


def test_try_when_a_message_is_typed_then_it_is_decided_as_live_and_nothing_is_written(
    editor: Client, draft: RuleSet, published: RuleSet
) -> None:
    services.add_word(ruleset_id=draft.pk, code="r01", phrase="سرشماری", weight=9, actor=None, at=NOW)
    before = rows()
    fields = {"_one": "1", "kind": "request", "subject": "سرشماری", "body": "رتبه <b>ما</b> کو؟"}

    in_draft = text_of(editor.post(at(draft, "try"), fields))
    in_force = text_of(editor.post(at(published, "try"), fields))

    assert "Goes to: واحد STAT" in in_draft
    assert "Goes to: واحد CONT" in in_force
    assert "<mark>سرشماری</mark>" in in_draft
    assert "<mark>رتبه</mark> &lt;b&gt;" in in_draft
    assert rows() == before


def test_try_when_a_unit_is_complained_of_then_it_and_those_below_are_excluded(
    editor: Client, published: RuleSet
) -> None:
    tech = Unit.objects.get(code="TECH").pk

    page = text_of(
        editor.post(
            at(published, "try"),
            {"_one": "1", "kind": "complaint", "body": "رتبه و آمار", "about_unit": tech},
        )
    )

    assert "Goes to: واحد STAT" in page
    assert "(excluded)" in page


@pytest.mark.parametrize(
    ("language", "goes", "why"),
    [("en", "Goes to: واحد IT", "the unit written to"), ("fa", "واحد IT", "واحد مخاطب")],
)
def test_try_when_a_unit_is_written_to_then_it_has_points_and_the_reason_names_it(
    editor: Client, published: RuleSet, language: str, goes: str, why: str
) -> None:
    User.objects.filter(username="editor").update(language=language)
    unit = Unit.objects.get(code="IT").pk

    page = text_of(
        editor.post(
            at(published, "try"), {"_one": "1", "kind": "request", "body": "سلام", "addressed_unit": unit}
        )
    )

    assert goes in page
    assert f'<span class="quiet">{why}</span>' in page


def test_try_when_units_stand_in_a_loop_then_there_is_still_a_decision(
    editor: Client, published: RuleSet
) -> None:
    stat, unit = Unit.objects.get(code="STAT"), Unit.objects.get(code="IT")
    Unit.objects.filter(pk=stat.pk).update(parent=unit)
    Unit.objects.filter(pk=unit.pk).update(parent=stat)

    fields = {"_one": "1", "kind": "complaint", "body": "رتبه و آمار", "about_unit": unit.pk}
    page = text_of(editor.post(at(published, "try"), fields))

    assert "Goes to: واحد CONT" in page


def test_unit_when_rules_name_it_then_it_cannot_be_deleted(published: RuleSet) -> None:
    with pytest.raises(ProtectedError):
        Unit.objects.get(code="STAT").delete()


CSV = "kind,service_hint,county,subject,body,expected_unit\n"


def test_try_when_a_file_is_pasted_or_sent_then_every_line_is_decided(
    editor: Client, published: RuleSet
) -> None:
    lines = CSV + "request,,,آمار,,STAT\nrequest,,,رتبه,,STAT\ncomplaint,,,سلام,,\n"
    before = rows()

    pasted = text_of(editor.post(at(published, "try"), {"_file": "1", "rows": lines}))
    file = SimpleUploadedFile("cases.csv", lines.encode("utf-8-sig"))
    sent = text_of(editor.post(at(published, "try"), {"_file": "1", "file": file}))

    for page in (pasted, sent):
        assert "3 messages tried" in page
        assert "1 of 2 with a known unit reach it" in page
    assert rows() == before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Paste the rows here"),
        (b"kind,subject\n", "lacks the column"),
        ((CSV + "rumour,,,x,,\n").encode(), "is no kind"),
        ((CSV + "request,,,آمار,,STAT\n").encode("utf-16"), "not in UTF-8"),
        ((CSV + "request,,,x,,\n" * 2001).encode(), "at most 2000"),
        (b"\x00\xff", "not in UTF-8"),
    ],
)
def test_try_when_the_file_cannot_be_read_then_it_is_said(
    editor: Client, published: RuleSet, content: bytes, said: str
) -> None:
    file = {"file": SimpleUploadedFile("cases.csv", content)} if content else {}

    response = editor.post(at(published, "try"), {"_file": "1", **file})

    assert response.status_code == 200
    assert said in text_of(response)


# --- Rehearsing and publishing ------------------------------------------------------------------------------------


def test_rehearsal_when_it_goes_on_then_the_page_comes_again_by_itself_and_can_be_stopped(
    editor: Client, draft: RuleSet
) -> None:
    response = editor.post(at(draft, "step"), {"rehearse": "1"}, follow=True)
    assert response["Refresh"] == "3"
    assert "<progress" in text_of(response)

    row = Rehearsal.objects.get()
    stopped = editor.post(at(draft, f"rehearsal/{row.pk}"), {"cancel": "1"}, follow=True)

    row.refresh_from_db()
    assert row.state == RehearsalState.CANCELLED
    assert "Refresh" not in stopped


def test_rehearsal_when_it_is_of_another_set_then_it_is_missing(
    editor: Client, draft: RuleSet, published: RuleSet
) -> None:
    row = rehearsed(draft)

    assert editor.get(at(draft, f"rehearsal/{row.pk}")).status_code == 200
    assert editor.get(at(published, f"rehearsal/{row.pk}")).status_code == 404


def test_publish_when_not_rehearsed_then_the_reason_is_said_in_the_readers_language(
    editor: Client, draft: RuleSet, settings: Any
) -> None:
    english = text_of(editor.post(at(draft, "publish")))
    settings.LANGUAGE_CODE = "fa"
    persian = text_of(editor.post(at(draft, "publish")))

    draft.refresh_from_db()
    assert draft.status == Status.DRAFT
    assert "were not rehearsed yet" in english
    assert "were not rehearsed yet" not in persian


def test_publish_when_the_rehearsal_found_a_breach_then_it_is_refused(editor: Client, draft: RuleSet) -> None:
    rehearsed(draft, breaches=2)

    page = text_of(editor.post(at(draft, "publish")))

    draft.refresh_from_db()
    assert draft.status == Status.DRAFT
    assert "In the rehearsal 2 cases came to units" in page


def test_publish_when_two_people_are_needed_then_the_second_publishes(
    editor: Client, published: RuleSet, settings: Any
) -> None:
    settings.RULES_NEED_TWO = True
    editor.post(at(published, "draft"), {"name": "بهار"})
    draft = RuleSet.objects.get(status=Status.DRAFT)
    rehearsed(draft)

    own = text_of(editor.post(at(draft, "publish")))
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT
    assert "A second person must read" in own

    member("second", "DESK", Role.HEAD).post(at(draft, "publish"))
    draft.refresh_from_db()
    assert (draft.status, draft.published_by.username) == (Status.PUBLISHED, "second")


def test_differences_when_a_rule_is_changed_then_the_page_tells_them(editor: Client, draft: RuleSet) -> None:
    services.add_word(ruleset_id=draft.pk, code="r01", phrase="سرشماری", weight=9, actor=None, at=NOW)
    services.remove_rule(rule_id=draft.rules.get(code="r02").pk, actor=None, at=NOW)

    page = text_of(editor.get(at(draft, "publish")))

    assert "<ins><bdi>سرشماری</bdi></ins>" in page
    assert "Taken out" in page


# --- Marked words -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "text", "marked"),
    [
        (["فهرست بها"], "درباره فهرست‌بهای راه، سلام", ["فهرست‌بهای"]),
        (["می‌ترسم"], "من می ترسم بگویم", ["می ترسم"]),
        (["رتبه بندی"], "salam rotbe bandi chi shod", ["rotbe bandi"]),
        (["آمار"], "نمی‌دانم\nآمارهايِ شهر", ["آمارهايِ"]),
        (["آمار"], "هیچ", []),
        (["آمار"], "", []),
    ],
)
def test_passages_when_a_text_is_read_then_what_was_heard_is_marked(
    words: list[str], text: str, marked: list[str]
) -> None:
    rules = compiled(rule("r1", "STAT", *words))

    pieces = passages(rules, choose(rules, facts(text)), text)

    assert [piece.text for piece in pieces if piece.heard] == marked
    assert "".join(piece.text for piece in pieces) == text
    assert all(reason.where == BODY for piece in pieces for reason in piece.heard)


def test_ten_thousand_rules_when_opened_then_the_page_shows_the_first_hundred(
    editor: Client, draft: RuleSet
) -> None:
    unit = Unit.objects.get(code="STAT")
    Rule.objects.bulk_create(
        Rule(ruleset=draft, order=number, code=f"x{number}", unit=unit) for number in range(3, 10_001)
    )

    page = text_of(editor.get(at(draft, "change") + "?page=1"))

    assert page.count('class="what"') == 100
    assert "page=2" in page


def test_rules_when_listed_in_english_then_kinds_and_words_stand_between_english_commas(
    published: RuleSet, editor: Client
) -> None:
    row = Rule.objects.get(ruleset=published, unit__code="CONT")
    row.kinds = ["request", "complaint"]

    assert row.kind_names == "request, complaint"
    assert "پیمانکار, رتبه" in editor.get("/admin/routing/rule/").content.decode()
