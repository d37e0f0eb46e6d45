"""The only writers of the surveys."""

from surveys.services.actions import finish_action, show_action
from surveys.services.counters import forget_counters, keep_counter
from surveys.services.defaults import load_default_questionnaires
from surveys.services.demo import seed_demo_responses
from surveys.services.demo_quarters import seed_demo_quarters
from surveys.services.demo_themes import seed_demo_themes
from surveys.services.groups import decide_suspicion, look_for_groups
from surveys.services.intake import count_page_vote, submit_response
from surveys.services.kiosk import add_kiosk, revoke_kiosk, take_from_kiosk
from surveys.services.offers import offer_survey
from surveys.services.paper import PaperFault, PaperRefused, close_batch, key_form
from surveys.services.quarters import (
    QuarterRunning,
    close_quarter,
    close_settled_quarters,
    snapshot_hash,
)
from surveys.services.reviews import decide_review, open_reviews
from surveys.services.themes import SortedTwice, code_comment
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
from surveys.services.visits import (
    codes_of,
    count_refused,
    count_visits,
    issue_sheet,
    redeem,
    void_sheet,
)

__all__ = [
    "DraftExists",
    "PaperFault",
    "PaperRefused",
    "QuarterRunning",
    "SortedTwice",
    "add_kiosk",
    "add_options",
    "close_batch",
    "close_quarter",
    "close_settled_quarters",
    "code_comment",
    "codes_of",
    "copy_to_draft",
    "count_page_vote",
    "count_refused",
    "count_visits",
    "decide_review",
    "decide_suspicion",
    "fill_in_options",
    "finish_action",
    "forget_counters",
    "issue_sheet",
    "keep_counter",
    "key_form",
    "load_default_questionnaires",
    "look_for_groups",
    "offer_survey",
    "open_reviews",
    "publish_version",
    "redeem",
    "retire_version",
    "revoke_kiosk",
    "seed_demo_quarters",
    "seed_demo_responses",
    "seed_demo_themes",
    "show_action",
    "snapshot_hash",
    "start_draft",
    "submit_response",
    "take_from_kiosk",
    "take_out_of_draft",
    "void_sheet",
]
