"""The only writers of cases; each public function is one change, whole or not at all."""

from feedback.services.after import ask_review, rate
from feedback.services.casework import answer, ask, assign, note, redirect, refer_out, take
from feedback.services.change import CaseChanged, CaseNotFound
from feedback.services.clusters import answer_in_cluster, answer_together
from feedback.services.demo import seed_answering
from feedback.services.dialogue import open_case, reply
from feedback.services.drafts import forget_draft, forget_old_drafts, keep_drafts
from feedback.services.figures import count_figures
from feedback.services.files import inspect_file
from feedback.services.guard import count_wrong_code, forget_old_counts, spend_question
from feedback.services.handover import CodeSpent, fresh_code, replace_code
from feedback.services.holding import send, send_held, take_back
from feedback.services.intake import FormSpent, Receipt, Submission, receipt_again, submit
from feedback.services.merging import merge, unmerge
from feedback.services.notices import mark_failed, mark_retrying, mark_sent, queue_notice
from feedback.services.reads import note_read
from feedback.services.rehearsal import rehearse_part
from feedback.services.rejection import propose, reject, send_back, text_of
from feedback.services.words import forget_words, learn_words

__all__ = [
    "CaseChanged",
    "CaseNotFound",
    "CodeSpent",
    "FormSpent",
    "Receipt",
    "Submission",
    "answer",
    "answer_in_cluster",
    "answer_together",
    "ask",
    "ask_review",
    "assign",
    "count_figures",
    "count_wrong_code",
    "forget_draft",
    "forget_old_counts",
    "forget_old_drafts",
    "forget_words",
    "fresh_code",
    "inspect_file",
    "keep_drafts",
    "learn_words",
    "mark_failed",
    "mark_retrying",
    "mark_sent",
    "merge",
    "note",
    "note_read",
    "open_case",
    "propose",
    "queue_notice",
    "rate",
    "receipt_again",
    "redirect",
    "refer_out",
    "rehearse_part",
    "reject",
    "replace_code",
    "reply",
    "seed_answering",
    "send",
    "send_back",
    "send_held",
    "spend_question",
    "submit",
    "take",
    "take_back",
    "text_of",
    "unmerge",
]
