"""The doors of the surveys: what citizens fill in and read, and what managers read."""

from surveys.views.public import index, results, survey, thanks, useful
from surveys.views.visit import visit

__all__ = ["index", "results", "survey", "thanks", "useful", "visit"]
