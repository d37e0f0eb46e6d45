"""The command that tries rules on a file of labelled messages."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from directory.models import Unit
from routing import services
from routing.models import Keyword, Rule, RuleSet
from routing.services.files import DATA
from routing.tests.factories import make_ruleset, make_units

pytestmark = pytest.mark.django_db

HEADER = "kind,service_hint,county,subject,body,expected_unit,why\n"
MESSAGES = (
    HEADER
    + "request,s07,,آمار,جمعیت را بفرستید,STAT,easy: figures\n"
    + "request,,ازنا,زرافه,زرافه کجاست,STAT,hard/no word at all\n"
    + "misconduct,,,گزارش,رشوه گرفت,INSP,easy: bribe\n"
)


@pytest.fixture
def messages(tmp_path):
    def write(text: str, encoding: str = "utf-8"):
        path = tmp_path / "messages.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


def run(path, *options: str) -> str:
    out = StringIO()
    call_command("try_routing", str(path), *options, stdout=out)
    return out.getvalue()


def test_accuracy_units_and_misses_are_printed(messages):
    assert run(messages(MESSAGES)).splitlines() == [
        "rules     delivered with the portal",
        "accuracy  2/3 (66.7%)",
        "easy      2/2 (100.0%)",
        "hard      0/1 (0.0%)",
        "misconduct reports outside the confidential units: 0",
        "",
        "unit             expected  right  wrong  stray",
        "DESK                    0      0      0      1",
        "INSP                    1      1      0      0",
        "STAT                    2      1      1      0",
        "",
        "line 3: STAT expected, DESK decided (request ازنا)",
        "  زرافه — زرافه کجاست",
        "  label: hard/no word at all",
        "  by desk; points: none",
    ]


def test_a_column_may_name_the_unit_written_to(messages):
    rows = HEADER.replace("why", "why,addressed_unit") + "request,,,,زرافه,STAT,,BUD\n"

    lines = run(messages(rows)).splitlines()

    assert "line 2: STAT expected, BUD decided (request → BUD)" in lines
    assert lines[-2:] == ["  by addressed; points: BUD 4", "  addressed → BUD: «BUD» in addressed +4"]


def test_a_miss_names_what_spoke_for_the_wrong_unit(messages):
    lines = run(messages(HEADER + "request,s07,,,ساجات,STAT,\n")).splitlines()

    assert lines[-3].startswith("  by points r05; points: CONT ")
    assert lines[-2].startswith("  r05 → CONT: «ساجات» in body +")
    assert lines[-1] == "  service → STAT: «s07» in service +2"


def test_a_rule_that_was_switched_off_is_named(messages):
    make_units()
    ruleset = make_ruleset()
    rule = Rule.objects.create(ruleset=ruleset, order=1, code="r01", unit=Unit.objects.get(code="STAT"))
    Keyword.objects.create(rule=rule, phrase="آمار")
    Keyword.objects.create(rule=rule, phrase="وام", weight=0, switches_off=True)
    services.publish(ruleset=ruleset, actor=None, at=timezone.now())

    text = run(messages(HEADER + "request,,,آمار,وام,STAT,\n"))

    assert text.startswith("rules     version 1\n")
    assert "  r01 → STAT: off, because of «وام»" in text


def test_everything_is_printed_as_json(messages):
    tried = json.loads(run(messages(MESSAGES), "--json"))

    assert tried["all"] == {"total": 3, "right": 2, "accuracy": 0.6667}
    assert tried["easy"] == {"total": 2, "right": 2, "accuracy": 1.0}
    assert tried["hard"] == {"total": 1, "right": 0, "accuracy": 0.0}
    assert tried["misconduct_leaks"] == 0
    assert tried["units"]["STAT"] == {"expected": 2, "right": 1, "wrong": 1, "stray": 0}
    assert [(miss["line"], miss["expected_unit"], miss["decision"]["unit"]) for miss in tried["misses"]] == [
        (3, "STAT", "DESK")
    ]


def test_nothing_is_written(messages):
    run(messages(MESSAGES))

    assert not RuleSet.objects.exists()


def test_further_columns_an_empty_file_and_a_byte_order_mark_are_accepted(messages):
    text = "source," + HEADER + "phone,request,s07,,آمار,,STAT,\n"

    assert "accuracy  1/1" in run(messages(text, "utf-8-sig"))
    assert "accuracy  0/0" in run(messages(HEADER))


def test_a_file_without_the_column_why_has_no_grades(messages):
    text = "kind,service_hint,county,subject,body,expected_unit\nrequest,,,آمار,,STAT\n"

    assert "easy" not in run(messages(text))


@pytest.mark.parametrize(
    ("text", "encoding", "fault"),
    [
        ("kind,subject\n", "utf-8", "lacks the column service_hint, county, body, expected_unit"),
        ("", "utf-8", "lacks the column kind"),
        (
            HEADER + "rumour,,,آمار,,STAT,\n",
            "utf-8",
            "Line 2: “rumour” is no kind; kinds are request, complaint",
        ),
        (HEADER + "request,,,آمار,,STAT,\n", "cp1256", "not in UTF-8"),
        (HEADER + "request,,,آمار,,STAT,\n", "utf-16", "not in UTF-8"),
    ],
)
def test_a_faulty_file_is_refused_clearly(messages, text, encoding, fault):
    with pytest.raises(CommandError, match=fault):
        run(messages(text.replace("آمار", "امار") if encoding == "cp1256" else text, encoding))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"nowhere\.csv cannot be read: No such file"):
        run(tmp_path / "nowhere.csv")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(CommandError, match="cannot be read: Is a directory"):
        run(tmp_path)


def test_the_tuning_messages_are_all_right(messages):
    text = run(DATA / "routing-cases.csv")

    assert "easy      60/60 (100.0%)" in text
    assert "misconduct reports outside the confidential units: 0" in text
