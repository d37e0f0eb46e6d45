"""The only writers of the surveys."""

from surveys.services.defaults import load_default_questionnaires
from surveys.services.demo import seed_demo_responses
from surveys.services.intake import count_page_vote, submit_response
from surveys.services.versions import (
    DraftExists,
    add_options,
    copy_to_draft,
    fill_in_options,
    publish_version,
    retire_version,
    start_draft,
    take_out_of_draft,
)
from surveys.services.visits import codes_of, count_offer, issue_sheet, redeem, void_sheet

__all__ = [
    "DraftExists",
    "add_options",
    "codes_of",
    "copy_to_draft",
    "count_offer",
    "count_page_vote",
    "fill_in_options",
    "issue_sheet",
    "load_default_questionnaires",
    "publish_version",
    "redeem",
    "retire_version",
    "seed_demo_responses",
    "start_draft",
    "submit_response",
    "take_out_of_draft",
    "void_sheet",
]
