"""Counting rows up to a limit, several times over."""

import pytest
from django.db.models import Q

from feedback.enums import Kind
from feedback.models import Case
from feedback.models.counts import Counted, counts_up_to
from feedback.tests.factories import make_case

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
