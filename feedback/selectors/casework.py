"""What stands in a case beside what was said: decisions, review, files."""

from collections.abc import Collection

from django.db.models import QuerySet

from feedback.enums import OPEN
from feedback.models import Attachment, Case, Review, RoutingDecision


def last_decision(case: Case) -> RoutingDecision | None:
    """Return the decision that put the case where it is."""
    return case.decisions.select_related("unit").last()


def review_of(case: Case) -> Review | None:
    """Return the review of a case, if its citizen asked for one."""
    people = ("author", "reviewer", "decided_by")
    return Review.objects.filter(case=case).select_related("unit", "unit_before", *people).first()


def files_of(case: Case) -> QuerySet[Attachment]:
    """Return the files that came with a case's first message."""
    return Attachment.objects.filter(message__case=case, message__purpose="submission")


def first_decision(case: Case) -> RoutingDecision | None:
    """Return the rules' own decision, made when the case came in."""
    return case.decisions.select_related("unit").first()


def taken(case_ids: Collection[int]) -> set[int]:
    """Return those of these cases for which no officer is wanted: somebody holds them, or they are closed."""
    cases = Case.objects.filter(pk__in=case_ids).exclude(assigned_to=None, status__in=OPEN)
    return set(cases.values_list("pk", flat=True))
