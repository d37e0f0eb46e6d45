"""Counters: an answer keeps its counter only while enough people share both counter and day."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count

from directory.models import User
from surveys import policy
from surveys.models import Counter, Response
from surveys.selectors import may_issue


@transaction.atomic
def keep_counter(*, counter: Counter, actor: User) -> Counter:
    """Save a counter of a unit; raises `PermissionDenied`."""
    if not may_issue(actor, counter.unit):
        raise PermissionDenied
    counter.save()
    return counter


@transaction.atomic
def forget_counters(*, first: date, last: date) -> int:
    """Take the counter off answers of days on which fewer than `policy.LEAST_TOGETHER` came from it; return how many.

    What is left tells the day and the place of nobody alone. It cannot be undone.
    """
    kept = Response.objects.filter(counter__isnull=False, day__range=(first, last)).order_by()
    few = kept.values("counter", "day").annotate(count=Count("pk")).filter(count__lt=policy.LEAST_TOGETHER)
    return sum(
        kept.filter(counter=counter, day=day).update(counter=None)
        for counter, day in few.values_list("counter", "day")
    )
