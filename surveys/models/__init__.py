"""Questionnaires whose published versions never change, and the responses to them, which are only ever added."""

from surveys.models.questionnaire import Item, Option, Questionnaire, Section, Version
from surveys.models.record import Closing, CounterTally, ImprovementAction, Suspicion, Tally
from surveys.models.response import AnswerValue, PageVote, Response, ResponseQuerySet
from surveys.models.review import CardReview
from surveys.models.theme import Coding, Theme
from surveys.models.visit import (
    Counter,
    Kiosk,
    Offer,
    PaperBatch,
    PaperEntry,
    VisitCount,
    VisitSheet,
    VisitToken,
)

__all__ = [
    "AnswerValue",
    "CardReview",
    "Closing",
    "Coding",
    "Counter",
    "CounterTally",
    "ImprovementAction",
    "Item",
    "Kiosk",
    "Offer",
    "Option",
    "PageVote",
    "PaperBatch",
    "PaperEntry",
    "Questionnaire",
    "Response",
    "ResponseQuerySet",
    "Section",
    "Suspicion",
    "Tally",
    "Theme",
    "Version",
    "VisitCount",
    "VisitSheet",
    "VisitToken",
]
