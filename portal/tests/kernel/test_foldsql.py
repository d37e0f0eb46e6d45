"""The database's fold gives what Python's fold gives."""

import pytest
from django.db import connection

from portal.kernel.foldsql import DROP_FOLD_SQL, FOLD_SQL
from portal.kernel.text import fold
from portal.tests.kernel.samples import c1, every_character, random_texts

pytestmark = pytest.mark.django_db


def folded_by_database(texts: list[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(FOLD_SQL)
        cursor.execute(
            "SELECT array_agg(portal_fold(text) ORDER BY place) FROM unnest(%s) WITH ORDINALITY AS given(text, place)",
            [texts],
        )
        return cursor.fetchone()[0]


def test_portal_fold_of_examples_and_random_texts_is_fold():
    examples = [text for row in c1() for text in row]
    texts = [*examples, *random_texts(4000, seed=20260613)]

    pairs = zip(texts, folded_by_database(texts), strict=True)
    unequal = [(ascii(text), ascii(found)) for text, found in pairs if found != fold(text)]

    assert unequal == []


def test_portal_fold_of_every_code_point_is_fold():
    texts = every_character(1000)

    assert folded_by_database(texts) == [fold(text) for text in texts]


def test_portal_fold_can_be_indexed_and_generate_columns():
    with connection.cursor() as cursor:
        cursor.execute(FOLD_SQL)
        cursor.execute(
            "CREATE TEMPORARY TABLE folded (name text, key text GENERATED ALWAYS AS (portal_fold(name)) STORED)"
        )
        cursor.execute("CREATE UNIQUE INDEX ON folded (portal_fold(name))")
        cursor.execute("INSERT INTO folded (name) VALUES (%s), (NULL)", ["شكايت‌ها"])
        cursor.execute("SELECT key FROM folded ORDER BY name NULLS LAST")

        assert cursor.fetchall() == [("شکایت ها",), (None,)]


def test_portal_fold_when_parallel_workers_ask_then_it_is_safe_and_immutable():
    with connection.cursor() as cursor:
        cursor.execute(FOLD_SQL)
        cursor.execute(
            "SELECT provolatile, proparallel, proisstrict FROM pg_proc WHERE oid = 'portal_fold(text)'::regprocedure"
        )

        assert cursor.fetchone() == ("i", "s", True)


def test_fold_sql_is_ascii_and_can_be_taken_back():
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA apart; SET LOCAL search_path TO apart")
        cursor.execute(FOLD_SQL)
        cursor.execute(DROP_FOLD_SQL)
        cursor.execute("SELECT to_regprocedure('apart.portal_fold(text)')")

        assert cursor.fetchone() == (None,)
    assert FOLD_SQL.isascii()
