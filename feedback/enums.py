"""Choices of the conversation between citizens and units."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a citizen writes (PRODUCT.md section 1; Article 9 of the citizens'-rights charter)."""

    REQUEST = "request", _("request")
    COMPLAINT = "complaint", _("complaint")
    SUGGESTION = "suggestion", _("suggestion")
    CRITICISM = "criticism", _("criticism")
    MISCONDUCT = "misconduct", _("report of misconduct")
    PRAISE = "praise", _("thanks")


class Status(models.TextChoices):
    """Where a case stands (PRODUCT.md section 7)."""

    RECEIVED = "received", _("received")
    IN_PROGRESS = "in_progress", _("in progress")
    WAITING_CITIZEN = "waiting_citizen", _("waiting for the citizen")
    ANSWERED = "answered", _("answered")
    CLOSED = "closed", _("closed")
    REOPENED = "reopened", _("reopened")
    REFERRED_OUT = "referred_out", _("referred to another body")


#: Statuses in which somebody here still owes the citizen something.
OPEN = (Status.RECEIVED, Status.IN_PROGRESS, Status.WAITING_CITIZEN, Status.REOPENED)


class Channel(models.TextChoices):
    """How a case came in (Article 9, clause 6)."""

    WEB = "web", _("this site")
    PHONE = "phone", _("phone")
    VISIT = "visit", _("visit")
    PAPER = "paper", _("suggestion box")
    VOICE = "voice", _("voice mail")
    LETTER = "letter", _("letter")


class Target(models.TextChoices):
    """What a criticism is about (Article 9, clause 2)."""

    POLICY = "policy", _("a policy")
    PROCESS = "process", _("a process")
    DECISION = "decision", _("a decision")
    ACTION = "action", _("an action")


class Side(models.TextChoices):
    """Who speaks or acts."""

    CITIZEN = "citizen", _("citizen")
    STAFF = "staff", _("staff")
    SYSTEM = "system", _("the portal")


class Purpose(models.TextChoices):
    """What a message is for."""

    SUBMISSION = "submission", _("first message")
    REPLY = "reply", _("reply")
    QUESTION = "question", _("question to the citizen")
    ANSWER = "answer", _("answer")
    NOTE = "note", _("internal note")


class EventKind(models.TextChoices):
    """What happened to a case."""

    SUBMITTED = "submitted", _("received")
    ROUTED = "routed", _("sent to the unit")
    ASSIGNED = "assigned", _("given to an officer")
    TAKEN = "taken", _("taken up")
    NOTED = "noted", _("internal note written")
    ASKED = "asked", _("citizen asked")
    REPLIED = "replied", _("citizen wrote")
    ANSWERED = "answered", _("answered")
    REDIRECTED = "redirected", _("sent to another unit")
    REFERRED_OUT = "referred_out", _("referred to another body")
    OPENED = "opened", _("opened by the citizen")
    DICTATED = "dictated", _("code dictated to staff")
    ENTERED = "entered", _("entered by staff")
    CODE_REPLACED = "code_replaced", _("one-time code replaced by the citizen")
    RATED = "rated", _("answer rated")
    REVIEW_ASKED = "review_asked", _("review asked for")
    TAKEN_BACK = "taken_back", _("taken back before it went out")
    REJECT_ASKED = "reject_asked", _("rejection proposed")
    REJECT_BACK = "reject_back", _("rejection sent back")
    REJECTED = "rejected", _("rejected")
    MERGED = "merged", _("joined with another case")
    UNMERGED = "unmerged", _("parted from the other case")
    RESENT = "resent", _("notice sent again")
    CONTACT = "contact", _("phone or e-mail corrected")
    KEPT = "kept", _("to be kept longer")
    RELEASED = "released", _("no longer to be kept longer")
    ERASED = "erased", _("texts, names and files erased")
    EXTENDED = "extended", _("deadline extended")
    RECOUNTED = "recounted", _("deadline counted anew")
    ESCALATED = "escalated", _("told of as near or late")
    RECUSED = "recused", _("officer recused himself")
    CLOSED = "closed", _("closed, as all was quiet after the answer")


class Ground(models.TextChoices):
    """Why a case may be rejected. "Not ours" is none of them: such a case goes to whom it belongs."""

    LAW = "law", _("the law does not allow it")
    DECIDED = "decided", _("it was decided before, and nothing new was brought")
    COURT = "court", _("a court is dealing with the matter")
    UNFOUNDED = "unfounded", _("the facts we found do not bear it out")
    UNCLEAR = "unclear", _("what we need to act on it did not come, though we asked")
    IMPOSSIBLE = "impossible", _("it cannot be done with the means we have")


class Outcome(models.TextChoices):
    """What became of a proposal to reject."""

    APPROVED = "approved", _("approved")
    RETURNED = "returned", _("sent back")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Score(models.IntegerChoices):
    """What a citizen thinks of an answer, the best first."""

    VERY_SATISFIED = 5, _("very satisfied")
    SATISFIED = 4, _("satisfied")
    NEITHER = 3, _("neither satisfied nor dissatisfied")
    DISSATISFIED = 2, _("dissatisfied")
    VERY_DISSATISFIED = 1, _("very dissatisfied")


class NoticeState(models.TextChoices):
    """How far a notice has come (PRODUCT.md section 13)."""

    QUEUED = "queued", _("queued")
    SENT = "sent", _("sent")
    #: The gateway reported that it reached the telephone.
    ARRIVED = "arrived", _("delivered")
    RETRYING = "retrying", _("trying again")
    FAILED = "failed", _("failed")
    HELD = "held", _("waiting to be gathered with others")
    GATHERED = "gathered", _("told in one notice with others")


class Delivery(StrEnum):
    """The last word of an SMS gateway on a message: it arrived, it did not, or nothing ever will at this number."""

    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    BARRED = "barred"


class NoticeChannel(models.TextChoices):
    """How a notice travels."""

    EMAIL = "email", _("e-mail")
    SMS = "sms", _("SMS")


class NoticeTopic(models.TextChoices):
    """What a notice says; each has one fixed template in both languages."""

    RECEIVED = "received", _("your message has arrived")
    ANSWERED = "answered", _("there is an answer")
    ASKED = "asked", _("there is a question")
    MOVED = "moved", _("your case moved to another unit")
    UNIT_NEW = "unit_new", _("a new case in your unit")
    UNIT_REPLY = "unit_reply", _("the citizen wrote")
    UNIT_REVIEW = "unit_review", _("a review is asked for")
    MERGED = "merged", _("your cases were joined")
    UNMERGED = "unmerged", _("your cases were parted")
    UNIT_REJECT = "unit_reject", _("a rejection waits for a decision")
    UNIT_BACK = "unit_back", _("a rejection came back")
    EXTENDED = "extended", _("the deadline was extended")
    LATE = "late", _("cases near or past their last day")
    SURVEY = "survey", _("the survey is offered")


class SheetFormat(models.TextChoices):
    """Kinds of files that a list can be taken out as."""

    XLSX = "xlsx", _("workbook (XLSX)")
    CSV = "csv", _("plain table (CSV)")


class ExportState(models.TextChoices):
    """How far a list that is taken out has come."""

    ASKED = "asked", _("waiting")
    RUNNING = "running", _("being made")
    READY = "ready", _("ready to download")
    FAILED = "failed", _("empty: nothing in it may be taken out")
    GONE = "gone", _("the file is deleted")


class FileState(models.TextChoices):
    """Whether an attachment may be opened."""

    CHECKING = "checking", _("being checked")
    READY = "ready", _("ready")
    REFUSED = "refused", _("refused")
    ERASED = "erased", _("erased")


class Receiver(models.TextChoices):
    """Who is told when a case comes near its last day or passes it; the steps of the ladder from below."""

    OWNER = "owner", _("the officer who holds it")
    HEAD = "head", _("the head of the unit")
    SUPERIOR = "superior", _("the head above the unit")
    INSPECTION = "inspection", _("the inspectors")
