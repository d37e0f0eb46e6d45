"""The only writers of cases; each public function is one change, whole or not at all."""

from feedback.services.after import ask_review, rate
from feedback.services.assignment import TargetRefused, assign, hand_over, take_next
from feedback.services.casework import answer, ask, note, redirect, refer_out, take
from feedback.services.change import CaseChanged, CaseNotFound
from feedback.services.clock import tell_times
from feedback.services.closing import close_settled
from feedback.services.clusters import answer_in_cluster, answer_together
from feedback.services.demo import (
    seed_answering,
    seed_demo_deadlines,
    seed_demo_recognition,
    seed_demo_records,
)
from feedback.services.dialogue import open_case, reply
from feedback.services.drafts import forget_draft, forget_old_drafts, keep_drafts
from feedback.services.erasing import HoldRefused, erase_expired, expired, keep_longer, release
from feedback.services.escalation import Escalated, escalate
from feedback.services.exports import ask_export, fetch_export, forget_exports, make_export_part
from feedback.services.extension import extend
from feedback.services.figures import count_figures
from feedback.services.files import inspect_file, sweep_files
from feedback.services.guard import count_wrong_code, forget_old_counts, spend_question
from feedback.services.handover import CodeSpent, fresh_code, replace_code
from feedback.services.held import HoldFull, forget_held, hold
from feedback.services.holding import send, send_held, take_back
from feedback.services.intake import FormSpent, Receipt, Submission, receipt_again, submit
from feedback.services.merging import merge, unmerge
from feedback.services.misrouted import Advice, Misrouted, advise, misrouted
from feedback.services.notices import (
    correct_contact,
    gather_notices,
    mark_failed,
    mark_refused,
    mark_retrying,
    mark_sent,
    note_bounce,
    note_delivery,
    note_gateway,
    notify_officer,
    queue_notice,
    queue_notices,
    resend_notice,
)
from feedback.services.promises import load_deadline_rules
from feedback.services.reads import note_read
from feedback.services.recognition import may_recognize, recognize
from feedback.services.recount import Move, ask_recount, preview_recount, recount_deadlines, recount_part
from feedback.services.recusal import recuse
from feedback.services.rehearsal import past_cases, rehearse_part
from feedback.services.rejection import propose, reject, send_back, text_of
from feedback.services.repair import repair
from feedback.services.seals import RECORD_TABLES, faults_of_record, newest_seals, seal_records
from feedback.services.words import forget_words, learn_words

__all__ = [
    "RECORD_TABLES",
    "Advice",
    "CaseChanged",
    "CaseNotFound",
    "CodeSpent",
    "Escalated",
    "FormSpent",
    "HoldFull",
    "HoldRefused",
    "Misrouted",
    "Move",
    "Receipt",
    "Submission",
    "TargetRefused",
    "advise",
    "answer",
    "answer_in_cluster",
    "answer_together",
    "ask",
    "ask_export",
    "ask_recount",
    "ask_review",
    "assign",
    "close_settled",
    "correct_contact",
    "count_figures",
    "count_wrong_code",
    "erase_expired",
    "escalate",
    "expired",
    "extend",
    "faults_of_record",
    "fetch_export",
    "forget_draft",
    "forget_exports",
    "forget_held",
    "forget_old_counts",
    "forget_old_drafts",
    "forget_words",
    "fresh_code",
    "gather_notices",
    "hand_over",
    "hold",
    "inspect_file",
    "keep_drafts",
    "keep_longer",
    "learn_words",
    "load_deadline_rules",
    "make_export_part",
    "mark_failed",
    "mark_refused",
    "mark_retrying",
    "mark_sent",
    "may_recognize",
    "merge",
    "misrouted",
    "newest_seals",
    "note",
    "note_bounce",
    "note_delivery",
    "note_gateway",
    "note_read",
    "notify_officer",
    "open_case",
    "past_cases",
    "preview_recount",
    "propose",
    "queue_notice",
    "queue_notices",
    "rate",
    "receipt_again",
    "recognize",
    "recount_deadlines",
    "recount_part",
    "recuse",
    "redirect",
    "refer_out",
    "rehearse_part",
    "reject",
    "release",
    "repair",
    "replace_code",
    "reply",
    "resend_notice",
    "seal_records",
    "seed_answering",
    "seed_demo_deadlines",
    "seed_demo_recognition",
    "seed_demo_records",
    "send",
    "send_back",
    "send_held",
    "spend_question",
    "submit",
    "sweep_files",
    "take",
    "take_back",
    "take_next",
    "tell_times",
    "text_of",
    "unmerge",
]
