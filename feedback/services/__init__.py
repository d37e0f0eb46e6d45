"""The only writers of cases; each public function is one change, whole or not at all."""

from feedback.services.after import ask_review, rate
from feedback.services.assignment import TargetRefused, assign, hand_over, take_next
from feedback.services.casework import answer, ask, note, redirect, refer_out, take
from feedback.services.change import CaseChanged, CaseNotFound
from feedback.services.demo import seed_demo_deadlines
from feedback.services.dialogue import open_case, reply
from feedback.services.escalation import Escalated, escalate
from feedback.services.extension import extend
from feedback.services.files import inspect_file
from feedback.services.guard import count_wrong_code, forget_old_counts, spend_question
from feedback.services.handover import CodeSpent, fresh_code, replace_code
from feedback.services.intake import FormSpent, Receipt, Submission, receipt_again, submit
from feedback.services.notices import mark_failed, mark_retrying, mark_sent, queue_notice
from feedback.services.promises import load_deadline_rules
from feedback.services.recount import Move, ask_recount, preview_recount, recount_deadlines
from feedback.services.recusal import recuse
from feedback.services.rehearsal import rehearse_part
from feedback.services.words import forget_words, learn_words

__all__ = [
    "CaseChanged",
    "CaseNotFound",
    "CodeSpent",
    "Escalated",
    "FormSpent",
    "Move",
    "Receipt",
    "Submission",
    "TargetRefused",
    "answer",
    "ask",
    "ask_recount",
    "ask_review",
    "assign",
    "count_wrong_code",
    "escalate",
    "extend",
    "forget_old_counts",
    "forget_words",
    "fresh_code",
    "hand_over",
    "inspect_file",
    "learn_words",
    "load_deadline_rules",
    "mark_failed",
    "mark_retrying",
    "mark_sent",
    "note",
    "open_case",
    "preview_recount",
    "queue_notice",
    "rate",
    "receipt_again",
    "recount_deadlines",
    "recuse",
    "redirect",
    "refer_out",
    "rehearse_part",
    "replace_code",
    "reply",
    "seed_demo_deadlines",
    "spend_question",
    "submit",
    "take",
    "take_next",
]
