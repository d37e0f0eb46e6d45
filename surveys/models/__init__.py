"""Questionnaires whose published versions never change, and the responses to them, which are only ever added."""

from surveys.models.questionnaire import Item, Option, Questionnaire, Section, Version
from surveys.models.response import AnswerValue, PageVote, Response, ResponseQuerySet

__all__ = [
    "AnswerValue",
    "Item",
    "Option",
    "PageVote",
    "Questionnaire",
    "Response",
    "ResponseQuerySet",
    "Section",
    "Version",
]
