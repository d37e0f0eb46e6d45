"""The doors of the surveys: what citizens fill in and read, and what managers read."""

from surveys.views.kiosk import kiosk, kiosk_thanks, kiosk_upload
from surveys.views.public import actions, index, results, results_quarter, survey, thanks, useful
from surveys.views.reports import (
    code_comment,
    codebook,
    comments,
    figures_file,
    half,
    half_file,
    report,
    reports,
    unit_report,
)
from surveys.views.visit import visit

__all__ = [
    "actions",
    "code_comment",
    "codebook",
    "comments",
    "figures_file",
    "half",
    "half_file",
    "index",
    "kiosk",
    "kiosk_thanks",
    "kiosk_upload",
    "report",
    "reports",
    "results",
    "results_quarter",
    "survey",
    "thanks",
    "unit_report",
    "useful",
    "visit",
]
