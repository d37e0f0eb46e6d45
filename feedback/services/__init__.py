"""The only writers of cases; each public function is one change, whole or not at all."""

from feedback.services.casework import answer, ask, assign, note, redirect, refer_out, take
from feedback.services.change import CaseChanged, CaseNotFound
from feedback.services.dialogue import open_case, reply
from feedback.services.files import inspect_file
from feedback.services.guard import count_wrong_code, forget_old_counts, spend_question
from feedback.services.intake import FormSpent, Receipt, Submission, receipt_again, submit
from feedback.services.notices import mark_failed, mark_retrying, mark_sent, queue_notice
from feedback.services.words import forget_words, learn_words

__all__ = [
    "CaseChanged",
    "CaseNotFound",
    "FormSpent",
    "Receipt",
    "Submission",
    "answer",
    "ask",
    "assign",
    "count_wrong_code",
    "forget_old_counts",
    "forget_words",
    "inspect_file",
    "learn_words",
    "mark_failed",
    "mark_retrying",
    "mark_sent",
    "note",
    "open_case",
    "queue_notice",
    "receipt_again",
    "redirect",
    "refer_out",
    "reply",
    "spend_question",
    "submit",
    "take",
]
