"""What was published and what was answered stays as it is, by the ORM and by plain SQL."""

from collections.abc import Callable
from threading import Event, Thread
from time import sleep

import pytest
from django.db import IntegrityError, connection, models, transaction

from surveys.enums import ItemKind
from surveys.models import AnswerValue, Item, Option, Response, Section, Version
from surveys.services import retire_version, submit_response
from surveys.tests.factories import NOON, add_item, add_options, make_draft, make_published, publish

pytestmark = pytest.mark.django_db

BELOW = {"surveys_section": "title_fa", "surveys_item": "wording_fa", "surveys_option": "label_fa"}


def sql(statement: str, *values: object) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def make_response(version: Version, token: str = "token-1") -> Response:
    return submit_response(
        version=version,
        answers={"SAT": ["1"], "WHY": ["time", "cost"], "VISITS": ["3"], "COMMENT": ["صف دراز بود."]},
        service=None,
        language="fa",
        token=token,
        at=NOON,
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda version: Version.objects.filter(pk=version.pk).update(heading_fa="چیز دیگر"),
        lambda version: Version.objects.filter(pk=version.pk).update(state="draft", published_at=None),
        lambda version: Version.objects.filter(pk=version.pk).update(number=7),
        lambda version: Version.objects.filter(pk=version.pk).update(
            state="retired", retired_at=NOON, heading_fa="چیز دیگر"
        ),
        lambda version: version.delete(),
        lambda version: version.sections.update(title_fa="چیز دیگر"),
        lambda version: version.items.update(wording_fa="چیز دیگر"),
        lambda version: version.items.filter(code="COMMENT").delete(),
        lambda version: Option.objects.filter(item__version=version).update(label_fa="چیز دیگر"),
        lambda version: Option.objects.filter(item__version=version, value="desk").delete(),
        lambda version: Section.objects.create(version=version, title_fa="تازه", order=9),
        lambda version: add_item(version.sections.first(), "NEW", ItemKind.SHORT_TEXT),
        lambda version: add_options(version.items.get(code="WAY"), "third"),
    ],
)
@pytest.mark.parametrize("is_retired", [False, True])
def test_guard_when_a_published_version_is_changed_by_the_orm_then_the_database_refuses(
    change: Callable[[Version], object], is_retired: bool
) -> None:
    version = make_published()
    if is_retired:
        retire_version(version_id=version.pk, actor=None, at=NOON)
    before = list(Item.objects.values()) + list(Option.objects.values())

    with pytest.raises((IntegrityError, models.ProtectedError)), transaction.atomic():
        change(version)

    assert list(Item.objects.values()) + list(Option.objects.values()) == before


@pytest.mark.parametrize("table", BELOW)
@pytest.mark.parametrize("statement", ["UPDATE {table} SET {column} = 'x'", "DELETE FROM {table}"])
def test_guard_when_a_published_version_is_changed_by_sql_then_the_database_refuses(
    table: str, statement: str
) -> None:
    make_published()

    with pytest.raises(IntegrityError, match="stays as it is"):
        sql(statement.format(table=table, column=BELOW[table]))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE surveys_version SET heading_fa = 'x' WHERE id = %s",
        "UPDATE surveys_version SET state = 'draft', published_at = NULL WHERE id = %s",
        "DELETE FROM surveys_version WHERE id = %s",
        "INSERT INTO surveys_section (version_id, title_fa, title_en, \"order\") VALUES (%s, 'x', '', 9)",
    ],
)
def test_guard_when_the_version_itself_is_changed_by_sql_then_the_database_refuses(statement: str) -> None:
    version = make_published()

    with pytest.raises(IntegrityError, match="stays as it is"):
        sql(statement, version.pk)


def test_guard_when_a_part_moves_from_a_draft_into_a_published_version_then_the_database_refuses() -> None:
    version = make_published()
    draft = make_draft("other")

    with pytest.raises(IntegrityError, match="stays as it is"):
        sql("UPDATE surveys_section SET version_id = %s WHERE version_id = %s", version.pk, draft.pk)


def test_guard_when_an_item_stands_in_a_section_of_another_version_then_the_database_refuses() -> None:
    draft, other = make_draft("one"), make_draft("two")

    with pytest.raises(IntegrityError, match="section of another version"):
        sql(
            "UPDATE surveys_item SET section_id = %s WHERE version_id = %s",
            other.sections.first().pk,
            draft.pk,
        )


def test_guard_when_a_draft_is_changed_or_deleted_then_it_may() -> None:
    draft = make_draft()

    draft.items.update(wording_fa="چیز دیگر")
    draft.delete()

    assert not Version.objects.exists()
    assert not Item.objects.exists()


def test_guard_when_a_version_is_retired_then_only_that_changes() -> None:
    version = make_published()

    assert (
        sql("UPDATE surveys_version SET state = 'retired', retired_at = %s WHERE id = %s", NOON, version.pk)
        == 1
    )
    with pytest.raises(IntegrityError, match="stays as it is"):
        sql("UPDATE surveys_version SET state = 'published', retired_at = NULL WHERE id = %s", version.pk)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE surveys_response SET day = '2020-01-01'",
        "UPDATE surveys_response SET language = 'en', flags = '{speeding}'",
        "UPDATE surveys_response SET token_digest = 'x'",
        "DELETE FROM surveys_response",
        "UPDATE surveys_answervalue SET text = 'x' WHERE text <> ''",
        "UPDATE surveys_answervalue SET number = 9 WHERE number IS NOT NULL",
        "DELETE FROM surveys_answervalue",
    ],
)
def test_guard_when_an_answer_is_changed_by_sql_then_the_database_refuses(statement: str) -> None:
    make_response(make_published())

    with pytest.raises(IntegrityError, match="only ever added to"):
        sql(statement)


@pytest.mark.parametrize(
    "change",
    [
        lambda response: Response.objects.filter(pk=response.pk).update(hour=1),
        lambda response: response.answers.update(text="", number=None, option=None),
        lambda response: response.answers.all().delete(),
        lambda response: AnswerValue.objects.filter(response=response).delete(),
    ],
)
def test_guard_when_an_answer_is_changed_by_the_orm_then_the_database_refuses(
    change: Callable[[Response], object],
) -> None:
    response = make_response(make_published())

    with pytest.raises(IntegrityError), transaction.atomic():
        change(response)

    assert response.answers.count() == 5


@pytest.mark.parametrize("table", [*BELOW, "surveys_version", "surveys_response", "surveys_answervalue"])
def test_guard_when_a_table_is_emptied_then_the_database_refuses(table: str) -> None:
    make_response(make_published())
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("SET LOCAL portal.truncate = 'on'")

    with pytest.raises(IntegrityError, match="is never emptied"):
        sql(f"TRUNCATE {table} CASCADE")


def test_guard_when_flags_change_then_they_may() -> None:
    response = make_response(make_published())

    Response.objects.filter(pk=response.pk).update(flags=["trapped"])

    response.refresh_from_db()
    assert response.flags == ["trapped"]


def test_version_when_two_are_published_at_once_then_the_database_refuses() -> None:
    version = make_published()
    second = Version.objects.create(questionnaire=version.questionnaire, number=2, heading_fa="دوم")

    with pytest.raises(IntegrityError, match="version_one_published"):
        sql(
            "UPDATE surveys_version SET state = 'published', published_at = %s WHERE id = %s", NOON, second.pk
        )


def test_publish_when_a_draft_is_left_over_then_it_can_still_be_published() -> None:
    version = make_published()
    draft = make_draft("other")

    assert publish(draft).state == version.state == "published"


@pytest.mark.django_db(transaction=True)
def test_publish_when_a_question_is_being_added_then_it_waits_and_takes_it_along() -> None:
    draft = make_draft()
    added, may_commit = Event(), Event()

    def add() -> None:
        try:
            with transaction.atomic():
                add_item(draft.sections.last(), "LATE", ItemKind.SHORT_TEXT)
                added.set()
                may_commit.wait(10)
        finally:
            connection.close()

    def release() -> None:
        added.wait(10)
        sleep(0.3)
        may_commit.set()

    threads = [Thread(target=add), Thread(target=release)]
    for thread in threads:
        thread.start()
    added.wait(10)
    version = publish(draft)
    for thread in threads:
        thread.join()

    assert "LATE" in [question.code for question in version.questions]
    assert "LATE" in [item.code for item in Version.objects.get(pk=version.pk).asked]
