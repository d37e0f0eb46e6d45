"""The wording check (Article 9, clause 4): what frightens people is found, what only looks like it passes."""

import time
from pathlib import Path

import pytest

from portal.kernel.wording import PATTERNS, Deterrent, Finding, findings

DATA = Path(__file__).parents[1] / "data"


def phrases(name: str) -> list[str]:
    return (DATA / name).read_text(encoding="utf-8").splitlines()


REFUSED, HARMLESS = phrases("wording-refused.txt"), phrases("wording-harmless.txt")


def test_lists_when_counted_then_there_are_forty_of_each_and_none_twice() -> None:
    assert len(set(REFUSED)) == len(REFUSED) >= 40
    assert len(set(HARMLESS)) == len(HARMLESS) >= 40


@pytest.mark.parametrize("phrase", REFUSED)
def test_phrase_when_it_frightens_then_it_is_found(phrase: str) -> None:
    assert findings(phrase)


@pytest.mark.parametrize("phrase", HARMLESS)
def test_phrase_when_it_only_looks_like_a_threat_then_it_passes(phrase: str) -> None:
    assert findings(phrase) == []


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.example)
def test_pattern_when_read_then_its_own_example_is_found_as_what_it_is(pattern: object) -> None:
    assert [found.deterrent for found in findings(pattern.example)] == [pattern.deterrent]


def test_deterrents_when_counted_then_each_has_a_pattern() -> None:
    assert {pattern.deterrent for pattern in PATTERNS} == set(Deterrent)


@pytest.mark.parametrize(
    "spelling",
    [
        "مسئولیت صحت مطالب بر عهدهٔ فرستنده است",
        "مسؤولیت صحت مطالب بر عهده ی فرستنده است",
        "مسئوليت صحت مطالب بر عهده فرستنده است",
        "مـسئولیت صحت مطالب برعهدهٔ فرستنده است",
        "مسئولیتِ صحتِ مطالب بر\u200cعهدهٔ فرستنده است",
    ],
)
def test_phrase_when_spelled_otherwise_then_it_is_found_all_the_same(spelling: str) -> None:
    assert findings(spelling)


def test_findings_when_one_sentence_of_many_frightens_then_only_that_one_is_quoted() -> None:
    text = "پیام شما رسید.\nمسئولیت مطالب با فرستنده است. پاسخ تا ده روز کاری می‌رسد."

    assert findings(text) == [Finding(Deterrent.BLAME, "مسئولیت مطالب با فرستنده است")]


def test_findings_when_the_text_is_long_and_endless_then_they_come_in_no_time() -> None:
    text = "انتقاد مسئولیت گزارش هر گونه اعتراض " * 3_000
    begun = time.perf_counter()

    findings(text)

    assert time.perf_counter() - begun < 5
