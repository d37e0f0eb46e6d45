"""The words by which a case is found: what the database cuts out of a text, and whose row it writes."""

import random
import re
from importlib import import_module

import pytest
from django.db import connection

from feedback.enums import Purpose, Side
from feedback.models import CaseWords, Message
from feedback.models.words import words_in
from feedback.tests.factories import AT, make_case
from portal.kernel.text import fold
from portal.tests.kernel.samples import random_texts

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]

STOP = import_module("feedback.migrations.0001_tables").STOP
LETTERS = r"0-9a-z\u00DF-\u058F\u05D0-\u05EA\u0620-\u064A\u066E-\u06D3\u06D5\u06EE\u06EF\u06FA-\u06FF"
PLURALS = ("هایشان", "هایمان", "هایتان", "هایم", "هایت", "هایش", "هایی", "های", "ها")
PARTS = [*PLURALS, *"کشتن ", "گزارش", "شرکت", "که", "می", "the", "\u200c", "ۀ", "ئ", "ي", "٫", "۹", "Ω"]


def plainly_cut(text: str) -> list[str]:
    """Say in the plainest way what `feedback_words` does before it drops the stop words."""
    raw = re.split(f"[^{LETTERS}]+", fold(text))
    words = [re.sub(f"^(.{{3,}}?)({'|'.join(PLURALS)})$", r"\1", word) for word in raw]
    return [word for word in words if 2 <= len(word) <= 30]


def test_words_of_any_text_when_cut_by_the_database_then_they_are_those_of_the_plainest_reading() -> None:
    source = random.Random(20261129)
    texts = ["".join(source.choices(PARTS, k=source.randint(1, 60))) for _ in range(1000)]
    texts += random_texts(1000, seed=20261129)

    unequal = [
        ascii(text)
        for text in texts
        if words_in(text) != [word for word in plainly_cut(text) if word not in STOP]
    ]

    assert unequal == []


def test_words_when_messages_come_in_one_statement_then_each_case_is_found_by_its_own() -> None:
    cases = [make_case(subject="مدارک", body="متن") for _ in range(2)]

    Message.objects.bulk_create(
        Message(case=case, side=Side.CITIZEN, purpose=Purpose.REPLY, body=body, sent_at=AT)
        for case, body in zip(cases, ("گواهی‌ها", "پروندهٔ نخست"), strict=True)
    )

    kept = dict(CaseWords.objects.values_list("case_id", "words"))
    common = {"مدارک", "متن"}
    assert [common | {"گواهی"}, common | {"پرونده", "نخست"}] == [
        {word for word in kept[case.pk] if word.isalpha()} for case in cases
    ]


def test_words_when_a_case_is_named_twice_then_its_row_is_written_once_and_right() -> None:
    case = make_case(subject="مدارک", body="متن")
    words = CaseWords.objects.get(case=case).words
    CaseWords.objects.filter(case=case).update(words=["نادرست"])

    with connection.cursor() as cursor:
        cursor.execute("SELECT feedback_index_cases(%s)", [[case.pk, case.pk]])

    assert CaseWords.objects.get(case=case).words == words
