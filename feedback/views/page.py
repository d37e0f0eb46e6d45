"""The page of a case as its citizen sees it: the answer, the way, the conversation, what may follow an answer.

A form in which nothing stands yet looks the same to everybody: the page is given its class, and the template draws it
once in each language. A form that holds anything is given as it is, and drawn for its reader alone.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from feedback import policy, selectors
from feedback.enums import Kind, Purpose, Score, Status
from feedback.forms import KINDS, RatingForm, ReplyForm, ReviewForm, reply_form
from feedback.models import Case, Message, Rating, Review
from feedback.views.visit import Visit
from feedback.views.way import standing, way
from portal.kernel import jalali
from portal.ui import challenge


@dataclass(frozen=True)
class After:
    """What the case page offers once there is an answer."""

    answer: Message
    rating: Rating | None
    review: Review | None
    may_rate: bool
    may_ask_review: bool
    is_referred: bool
    rating_until: datetime | None
    review_until: datetime
    rating_form: RatingForm | None
    review_form: ReviewForm | None
    blank_review: type[ReviewForm] = ReviewForm
    scores: list[tuple[int, Any]] = field(default_factory=lambda: list(Score.choices))


def after(
    case: Case,
    answer: Message,
    review: Review | None,
    rating: Rating | None,
    *,
    at: datetime,
    rating_form: RatingForm | None = None,
    review_form: ReviewForm | None = None,
) -> After:
    """Return what may follow an answer, with the forms as they were typed; the words of a rating can be changed."""
    if rating and rating_form is None:
        rating_form = RatingForm(initial={"words": rating.words})
    until = policy.rating_ends(rating.rated_at) if rating else None
    review_until = policy.review_ends(answer.sent_at)
    is_possible = "review" in policy.possible_steps(case.status)
    return After(
        answer=answer,
        rating=rating,
        review=review,
        may_rate=until is None or at <= until,
        may_ask_review=review is None and is_possible and at <= review_until,
        is_referred=case.status == Status.REFERRED_OUT,
        rating_until=until,
        review_until=review_until,
        rating_form=rating_form,
        review_form=review_form,
    )


def case_page(
    request: HttpRequest, case: Case, visit: Visit, reply: ReplyForm | None = None, **forms: Any
) -> HttpResponse:
    """Show the case; `reply`, and in `forms` `rating_form` or `review_form`, are shown as they were typed."""
    context = case_context(case, at=timezone.now(), reply=reply, **forms)
    return render(request, "feedback/case.html", {**context, "last_opened": visit.last_opened})


def case_context(
    case: Case, draft: Message | None = None, *, at: datetime, reply: ReplyForm | None = None, **forms: Any
) -> dict[str, Any]:
    """Return what the page of a case shows of what was said in it; `draft` as if it had been sent."""
    kept = selectors.reference_lately()
    kept.with_places(case)
    said, events = selectors.conversation(case, kept), selectors.story(case, kept)
    if draft:
        said.append(draft)
    review = selectors.review_told(case, events)
    since = review.asked_at if review else None
    clock = selectors.clock(case, jalali.local(at).date(), kept.calendars, since)
    answer = last_answer(said)
    rating = selectors.rating_told(answer, events) if answer else None
    faulty = next((form for form in (reply, *forms.values()) if form and form.is_bound), None)
    return {
        "case": case,
        "clock": clock,
        "status": standing(case, clock),
        "words": KINDS[Kind(case.kind)],
        "answer": answer,
        "after": after(case, answer, review, rating, at=at, **forms) if answer else None,
        "talk": [message for message in said if message != answer],
        "way": way(case, events, clock, kept),
        "shows_outside": case.external_bodies or case.kind == Kind.MISCONDUCT,
        "form": faulty,
        "reply": reply,
        "blank_reply": reply_form(case.status),
        "holder": reply.holder if reply else challenge.new_hold(at),
    }


def last_answer(said: list[Message]) -> Message | None:
    """Return the newest answer of a conversation."""
    return next((message for message in reversed(said) if message.purpose == Purpose.ANSWER), None)
