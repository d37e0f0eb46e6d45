"""After an answer: the citizen rates it, and may ask once for a review by somebody else."""

from datetime import date, datetime, timedelta

from django.db import transaction

from directory import selectors as directory
from directory.enums import Role
from directory.models import Membership, Unit, User
from directory.selectors import working_calendar
from feedback import policy
from feedback.enums import EventKind, Outcome, Purpose, Score
from feedback.models import Case, Deadline, Message, OutgoingStep, Rating, Rejection, Review
from feedback.services.change import lock, lock_for_staff, move, record
from portal.kernel import jalali
from portal.outbox.publish import publish
from routing.policy import CONFIDENTIAL_UNITS, REPLACEMENTS


@transaction.atomic
def rate(*, case_id: int, answer_id: int, score: Score, words: str, at: datetime) -> Rating:
    """Keep what the citizen thinks of an answer; within `policy.RATING_DAYS` another press replaces it.

    Raises `RatingRefused`: the case has no such answer, its rating stands for good, or for today.
    """
    case = lock(case_id=case_id)
    answer = case.messages.filter(pk=answer_id, purpose=Purpose.ANSWER).first()
    if answer is None:
        raise policy.RatingRefused("answer")
    rating = Rating.objects.filter(answer=answer).first()
    if rating is None:
        rating = Rating(case=case, answer=answer, unit_id=answer.unit_id or case.unit_id, rated_at=at)
    elif (rating.score, rating.words) == (score, words):
        return rating
    elif at > policy.rating_ends(rating.rated_at):
        raise policy.RatingRefused("late")
    elif _pressed_lately(case, at) >= policy.WRITINGS_A_DAY:
        raise policy.RatingRefused("often")
    else:
        rating.changed_at = at
    rating.score, rating.words = score, words
    rating.save()
    record(case, EventKind.RATED, at=at, unit=rating.unit)
    return rating


def _pressed_lately(case: Case, at: datetime) -> int:
    return case.events.filter(kind=EventKind.RATED, at__gt=at - timedelta(days=1)).count()


# --- Review -----------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_review(*, case_id: int, reason: str, at: datetime) -> Review:
    """Open the case again for somebody else, one level up from the author of its last answer.

    The case moves to the reviewer's unit with a deadline of its own; publishes `case.review_asked`. Raises
    `ReviewRefused`, also for the second of two presses at the same moment.
    """
    case = lock(case_id=case_id)
    answer = case.messages.filter(purpose=Purpose.ANSWER).select_related("author", "unit").last()
    answer = _reviewable(case, answer, at)
    unit, reviewer = _reviewer(case, answer)
    review = Review.objects.create(
        case=case,
        answer=answer,
        author_id=answer.author_id or 0,  # staff's messages have one: message_side_fits_purpose
        unit_before=case.unit,
        unit=unit,
        reviewer=reviewer,
        reason=reason,
        asked_at=at,
    )
    due_on = _new_deadline(case, unit, at)
    move(case, "review", unit=unit, assigned_to=reviewer, awaits_staff=True, due_on=due_on)
    record(case, EventKind.REVIEW_ASKED, at=at, unit=unit, reason=reason)
    publish("case.review_asked", case_id=case.pk)
    return review


def _reviewable(case: Case, answer: Message | None, at: datetime) -> Message:
    if Review.objects.filter(case=case).exists():
        raise policy.ReviewRefused("once")
    if answer is None or "review" not in policy.possible_steps(case.status):
        raise policy.ReviewRefused("answer")
    if at > policy.review_ends(answer.sent_at):
        raise policy.ReviewRefused("late")
    return answer


def _reviewer(case: Case, answer: Message) -> tuple[Unit, User | None]:
    """Return the unit that looks again and its head; where no head may, a unit above and nobody yet.

    Nobody who wrote an answer in this case, and nobody who belongs to a unit kept out of it, is taken.
    """
    heads = Membership.objects.active().filter(role=Role.HEAD)
    headed = set(heads.filter(user=answer.author_id).values_list("unit__code", flat=True))
    codes = policy.reviewing_units(case.unit.code, directory.parents(), headed, REPLACEMENTS)
    if case.is_confidential:
        codes = [code for code in codes if code in CONFIDENTIAL_UNITS]
    barred = case.exclusions.values("unit")
    units = {
        unit.code: unit for unit in Unit.objects.filter(code__in=codes, is_active=True).exclude(pk__in=barred)
    }
    ready = heads.filter(unit__in=units.values(), user__is_staff=True).select_related("user").order_by("pk")
    ready = ready.exclude(user__in=_authors(case)).exclude(user__in=case.recusals.values("user"))
    ready = ready.exclude(user__in=Membership.objects.active().filter(unit__in=barred).values("user"))
    head_of = {membership.unit_id: membership.user for membership in reversed(ready)}
    above = [units[code] for code in codes if code in units]
    for unit in above:
        if unit.pk in head_of:
            return unit, head_of[unit.pk]
    elsewhere = [unit for unit in above if unit.pk != case.unit_id]
    if not elsewhere:
        raise policy.ReviewRefused("nobody")
    return elsewhere[0], None


def _authors(case: Case) -> list[int]:
    """Return who wrote an answer in this case, or proposed one that rejects."""
    answers = case.messages.filter(purpose=Purpose.ANSWER, author__isnull=False)
    proposers = Rejection.objects.filter(case=case, outcome=Outcome.APPROVED)
    return [*answers.values_list("author", flat=True), *proposers.values_list("proposed_by", flat=True)]


def _new_deadline(case: Case, unit: Unit, at: datetime) -> date:
    today, promise, calendar = jalali.local(at).date(), policy.REVIEW_PROMISE, working_calendar(unit.pk)
    due_on = policy.due_on(today, promise.answer_days, calendar)
    Deadline.objects.create(
        case=case,
        policy=promise.code,
        days=promise.answer_days,
        registered_on=today,
        due_on=due_on,
        reason="review",
        calendar=calendar.fingerprint,
        set_at=at,
    )
    return due_on


def lock_for_work(*, case_id: int, actor: User, version: int | None = None) -> Case:
    """Lock a case to work on it; raises what `lock_for_staff` raises, and refuses by name three things more.

    `StepHeld`: a step is about to go out. `FollowerRefused`: the case is answered with another one. `AuthorRefused`:
    the actor wrote the answer under review.
    """
    case = lock_for_staff(case_id=case_id, actor=actor, version=version)
    if OutgoingStep.objects.filter(case=case).exists():
        raise policy.StepHeld(case.status, "held")
    if case.merged_into_id:
        raise policy.FollowerRefused(case.status, "joined")
    if Review.objects.filter(case=case, author=actor, decided_at=None).exists():
        raise policy.AuthorRefused(case.status, "review")
    return case


def close_review(*, case: Case, actor: User, at: datetime) -> None:
    """Write down who answered the open review of a locked case; nothing where there is none."""
    Review.objects.filter(case=case, decided_at=None).update(decided_by=actor, decided_at=at)
