"""What stands in a case beside what was said: decisions, review, files."""

from django.db.models import QuerySet

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
