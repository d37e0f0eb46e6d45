"""Counting rows up to a limit, several times over."""

import pytest
from django.db.models import Q

from directory.models import Unit
from feedback.enums import Kind
from feedback.models import Case, CaseExclusion, Recusal
from feedback.models.counts import Counted, counts_up_to
from feedback.models.walls import NotBarred
from feedback.tests.factories import AT, make_case, make_user

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]


def test_counts_when_rows_are_narrowed_then_each_is_its_own_and_none_goes_beyond_the_limit() -> None:
    for kind in (Kind.COMPLAINT, Kind.COMPLAINT, Kind.COMPLAINT, Kind.PRAISE):
        make_case(kind=kind)
    rows, nobody = Counted(Case.objects.filter(is_confidential=False)), Counted(Case.objects.none())

    asked = {
        "all": (rows, Q()),
        "some": (rows, Q(kind=Kind.PRAISE)),
        "some of another table": (rows, Q(unit__in=Case.objects.filter(kind=Kind.PRAISE).values("unit"))),
        "either": (rows, Q(kind=Kind.PRAISE) | Q(kind=Kind.REQUEST)),
        "impossible": (rows, Q(pk__in=[])),
        "certain": (rows, ~Q(pk__in=[])),
        "of nobody": (nobody, Q()),
        "of nobody, narrowed": (nobody, Q(kind=Kind.PRAISE)),
        "twice": (rows, Q(kind=Kind.PRAISE)),
    }

    told = dict(zip(asked, counts_up_to(2, list(asked.values())), strict=True))

    assert told == {
        "all": 3,
        "some": 1,
        "some of another table": 1,
        "either": 1,
        "impossible": 0,
        "certain": 3,
        "of nobody": 0,
        "of nobody, narrowed": 0,
        "twice": 1,
    }


def test_counts_when_cases_are_barred_from_the_reader_then_the_list_leaves_out_what_the_rows_do() -> None:
    officer, other = make_user("o.one", "CONT"), make_user("o.two", "BUD")
    unit = Unit.objects.get(code="CONT")
    excluding, recused, _foreign, _open = make_case(), make_case(), make_case(), make_case()
    CaseExclusion.objects.create(case=excluding, unit=unit)
    Recusal.objects.create(case=recused, user=officer, at=AT)
    cases = {
        whom: Case.objects.not_barred_from(whom, [unit.pk] if whom == officer else [])
        for whom in (officer, other)
    }
    walls, others = NotBarred(officer.pk, [unit.pk]), NotBarred(other.pk, [])

    told = counts_up_to(
        9, [(Counted(cases[officer], walls), Q()), (Counted(cases[officer], walls), Q(pk=recused.pk))], walls
    )
    # Somebody else's list does not open what the rows keep closed.
    crossed = counts_up_to(9, [(Counted(cases[officer], others), Q())], others)
    free = counts_up_to(9, [(Counted(cases[other], others), Q())], others)

    assert (told, crossed, free) == ([2, 0], [2], [4])
    assert cases[officer].count() == 2
