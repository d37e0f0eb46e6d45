"""What stands in a case beside what was said: decisions, review, files."""

from collections.abc import Collection, Iterable

from feedback.enums import OPEN, EventKind, Purpose
from feedback.models import Attachment, Case, CaseEvent, Review, RoutingDecision
from feedback.selectors.reference import Reference
from portal.rows import Given, Prepared

FIRST_DECISION = Prepared(lambda: RoutingDecision.objects.filter(case=Given("case"))[:1])


def last_decision(case: Case) -> RoutingDecision | None:
    """Return the decision that put the case where it is."""
    return case.decisions.select_related("unit").last()


def review_of(case: Case) -> Review | None:
    """Return the review of a case, if its citizen asked for one."""
    people = ("author", "reviewer", "decided_by")
    return Review.objects.filter(case=case).select_related("unit", "unit_before", *people).first()


def review_told(case: Case, events: Iterable[CaseEvent]) -> Review | None:
    """Return the review of a case; where its events tell of none, the database is not asked."""
    return review_of(case) if any(event.kind == EventKind.REVIEW_ASKED for event in events) else None


FILES_OF = Prepared(
    lambda: Attachment.objects.filter(message__case=Given("case"), message__purpose=Purpose.SUBMISSION)
)


def files_of(case: Case) -> list[Attachment]:
    """Return the files that came with a case's first message."""
    return FILES_OF.rows(case=case.pk)


def first_decision(case: Case, kept: Reference) -> RoutingDecision | None:
    """Return the rules' own decision, made when the case came in."""
    return next(iter(kept.with_units(FIRST_DECISION.rows(case=case.pk))), None)


def taken(case_ids: Collection[int]) -> set[int]:
    """Return those of these cases for which no officer is wanted: somebody holds them, or they are closed."""
    cases = Case.objects.filter(pk__in=case_ids).exclude(assigned_to=None, status__in=OPEN)
    return set(cases.values_list("pk", flat=True))
