"""Reads of cases that several rooms share, one file a subject; staff reads start from `visible_to(user)`."""

from feedback.selectors.answering import WRITING, Writing, alike, drafts_on, spoken, together
from feedback.selectors.casework import files_of, first_decision, last_decision, review_of, review_told, taken
from feedback.selectors.deadlines import (
    Clock,
    CountedDay,
    Counting,
    clock,
    counting,
    day_by_day,
    deadline_of,
    is_calendar_older,
    weekend,
)
from feedback.selectors.entering import entered_today, held_files, only_service_of, wrong_entry
from feedback.selectors.figures import (
    ENOUGH_MEASURED,
    FEWEST,
    MOST_MEASURED,
    STALE_DAYS,
    Measured,
    RatingFigures,
    measured_time,
    median_days,
    public_figures,
    rating_figures,
)
from feedback.selectors.findings import rule_share, such_cases
from feedback.selectors.notices import NoticeFigures, is_survey_due, notice_figures
from feedback.selectors.promised import first_action_days, promise_for, promises, response_times
from feedback.selectors.reference import MARK, Reference, reference, reference_lately, reference_under
from feedback.selectors.rejections import RejectionCount, deciders, open_rejection, rejection_counts
from feedback.selectors.told import TOLD, conversation, file_for_citizen, story
from feedback.selectors.tracking import EVERYWHERE, case_by_code, case_of_visit, question_needed

__all__ = [
    "ENOUGH_MEASURED",
    "EVERYWHERE",
    "FEWEST",
    "MARK",
    "MOST_MEASURED",
    "STALE_DAYS",
    "TOLD",
    "WRITING",
    "Clock",
    "CountedDay",
    "Counting",
    "Measured",
    "NoticeFigures",
    "RatingFigures",
    "Reference",
    "RejectionCount",
    "Writing",
    "alike",
    "case_by_code",
    "case_of_visit",
    "clock",
    "conversation",
    "counting",
    "day_by_day",
    "deadline_of",
    "deciders",
    "drafts_on",
    "entered_today",
    "file_for_citizen",
    "files_of",
    "first_action_days",
    "first_decision",
    "held_files",
    "is_calendar_older",
    "is_survey_due",
    "last_decision",
    "measured_time",
    "median_days",
    "notice_figures",
    "only_service_of",
    "open_rejection",
    "promise_for",
    "promises",
    "public_figures",
    "question_needed",
    "rating_figures",
    "reference",
    "reference_lately",
    "reference_under",
    "rejection_counts",
    "response_times",
    "review_of",
    "review_told",
    "rule_share",
    "spoken",
    "story",
    "such_cases",
    "taken",
    "together",
    "weekend",
    "wrong_entry",
]
