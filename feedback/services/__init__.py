"""The only writers of cases; each public function is one change, whole or not at all."""

from feedback.services.after import ask_review, rate
from feedback.services.casework import answer, ask, assign, note, redirect, refer_out, take
from feedback.services.change import CaseChanged, CaseNotFound
from feedback.services.dialogue import open_case, reply
from feedback.services.files import inspect_file
from feedback.services.guard import count_wrong_code, forget_old_counts, spend_question
from feedback.services.handover import CodeSpent, fresh_code, replace_code
from feedback.services.intake import FormSpent, Receipt, Submission, receipt_again, submit
from feedback.services.misrouted import Advice, Misrouted, advise, misrouted
from feedback.services.notices import mark_failed, mark_retrying, mark_sent, queue_notice
from feedback.services.rehearsal import past_cases, rehearse_part
from feedback.services.words import forget_words, learn_words

__all__ = [
    "Advice",
    "CaseChanged",
    "CaseNotFound",
    "CodeSpent",
    "FormSpent",
    "Misrouted",
    "Receipt",
    "Submission",
    "advise",
    "answer",
    "ask",
    "ask_review",
    "assign",
    "count_wrong_code",
    "forget_old_counts",
    "forget_words",
    "fresh_code",
    "inspect_file",
    "learn_words",
    "mark_failed",
    "mark_retrying",
    "mark_sent",
    "misrouted",
    "note",
    "open_case",
    "past_cases",
    "queue_notice",
    "rate",
    "receipt_again",
    "redirect",
    "refer_out",
    "rehearse_part",
    "replace_code",
    "reply",
    "spend_question",
    "submit",
    "take",
]
