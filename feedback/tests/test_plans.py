"""Which index each query of officers and managers goes by among some thousand cases, as the planner says.

What they cost among a hundred thousand and a million is measured by bench/casework.py.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from directory.enums import Role
from directory.models import User
from feedback.admin.queue import next_after
from feedback.models import Case
from feedback.models.case import TO_DO
from feedback.models.finding import find
from feedback.models.similar import similar_to
from feedback.reports import GROUPS, case_report
from feedback.tests.factories import AT, make_case, make_user

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]

Query = Callable[[QuerySet[Case], Case, User], Any]


def _similar(cases: QuerySet[Case], case: Case, _user: User) -> Any:
    return similar_to(case, cases)


#: What is asked, and the index that answers: of the search, the queue by unit, and the similar cases.
QUERIES: dict[str, tuple[Query, str]] = {
    "rare word": (lambda cases, _case, _user: list(find(cases, "کلمه۷").cases), "case_words"),
    "two words": (lambda cases, _case, _user: list(find(cases, "مدارک کلمه۷").cases), "case_words"),
    "phone": (lambda cases, _case, _user: list(find(cases, "09160000007").cases), "case_words"),
    "mistyped": (lambda cases, _case, _user: list(find(cases, "پارسالل").cases), "word_forms"),
    "queue": (lambda cases, _case, _user: list(cases.filter(TO_DO)[:51]), "case_to_do"),
    "next": (lambda cases, case, user: next_after(case, cases, user), "case_to_do"),
    "same sender": (_similar, "case_by_phone"),
    "same words": (_similar, "case_words"),
}


#: Copies of one case; each keeps two words of its own, a phone of its own and the words that all have in common.
MANY = 4000
COPIES = """
INSERT INTO feedback_case ({columns})
SELECT {values} FROM feedback_case AS one, generate_series(1, {many}) AS g WHERE one.id = %(case)s;
INSERT INTO feedback_casewords (case_id, words)
SELECT other.id, one.words || other.phone::text
       || feedback_words(format('واژه%%s کلمه%%s گروه%%s', other.id, other.id %% 900, other.id %% 900))
  FROM feedback_casewords AS one, feedback_case AS other WHERE one.case_id = %(case)s AND other.id <> %(case)s;
INSERT INTO feedback_word (word, cases, forms)
SELECT word, count(*), feedback_word_forms(word) FROM feedback_casewords, unnest(words) AS word
 WHERE word ~ '^[^0-9@+]' GROUP BY word ON CONFLICT (word) DO UPDATE SET cases = EXCLUDED.cases;
SELECT gin_clean_pending_list('case_words'), gin_clean_pending_list('word_forms');
ANALYZE feedback_case; ANALYZE feedback_casewords; ANALYZE feedback_word;
"""
OWN = {
    "number": "format('1405-%%s-0', 500000 + g)",
    "code_hash": "decode(md5(g::text) || md5(g::text), 'hex')",
    "token_digest": "decode(md5(g::text) || md5('t' || g), 'hex')",
    "phone": "'+98916' || lpad(g::text, 7, '0')",
    "due_on": "due_on + g %% 90",
    # One in eight is still to be done.
    "status": "CASE WHEN g %% 8 = 0 THEN status ELSE 'answered' END",
    "awaits_staff": "g %% 8 = 0",
    "received_at": "received_at - g * interval '1 hour'",
    "answered_at": "CASE WHEN g %% 8 > 0 THEN received_at END",
    "answered_in": "CASE WHEN g %% 8 > 0 THEN 0 END",
    "answered_late": "CASE WHEN g %% 8 > 0 THEN false END",
}
#: What a vacuum tells the planner: it cannot run here.
VACUUMED = "UPDATE pg_class SET relallvisible = relpages WHERE relname = 'feedback_case'"


def make_many(case: Case) -> Case:
    """Copy a case inside the database, let the planner look at it, and return one of the copies."""
    columns = [str(one.column) for one in Case._meta.concrete_fields if one.column != "id"]
    values = ", ".join(OWN.get(column, column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(COPIES.format(columns=", ".join(columns), values=values, many=MANY), {"case": case.pk})
    return Case.objects.latest("pk")


def test_query_when_cases_are_many_then_each_goes_by_its_index(django_assert_max_num_queries: Any) -> None:
    user = make_user("cont.officer", "CONT")
    case = make_many(make_case(phone="+989160000000", full_name="نمونه", at=AT))
    cases = Case.objects.visible_to(user).queue()

    for name, (ask, index) in QUERIES.items():
        with django_assert_max_num_queries(8) as captured:
            ask(cases, case, user)
        plans = [plan_of(query["sql"]) for query in captured if query["sql"].startswith(("SELECT", "WITH"))]
        # Whether there is any row at all may be found by reading on until the first.
        read = [plan for plan in plans if "Seq Scan on feedback_" in plan and not plan.startswith("Limit")]
        assert any(index in plan for plan in plans), "\n".join([name, *plans])
        assert read == [], name


def test_report_when_cases_are_many_then_it_is_counted_from_one_index_alone(
    django_assert_max_num_queries: Any,
) -> None:
    readers = [
        make_user("head", "CONT", Role.HEAD),
        make_user("chief", "HEAD", Role.HEAD),
        make_user("manager", "HEAD", Role.MANAGER),
        User.objects.create_superuser("root", password="password", is_staff=True),
    ]
    make_many(make_case(at=AT))
    with connection.cursor() as cursor:
        cursor.execute(VACUUMED)

    for user in readers:
        for by in GROUPS:
            with django_assert_max_num_queries(6) as captured:
                case_report(user, by=by, since=AT.date() - timedelta(days=10), today=AT.date())
            (plan,) = [plan_of(query["sql"]) for query in captured if "feedback_case" in query["sql"]]

            assert "Index Only Scan using case_of_unit" in plan, "\n".join([user.username, by, plan])
            assert "Seq Scan on feedback_case " not in plan, "\n".join([user.username, by, plan])


def plan_of(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(line for (line,) in cursor.fetchall())
