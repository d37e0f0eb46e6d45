"""Deciding who should answer, keeping and rehearsing the rule sets, and trying rules out on labelled messages."""

from routing.services.compare import RuleDifference, differences
from routing.services.decisions import decide, facts_of
from routing.services.drafts import (
    NotADraft,
    RuleChanged,
    UnitRefused,
    add_rule,
    add_word,
    change_rule,
    copy_rule,
    discard,
    first_rule_of,
    move_rule,
    new_draft,
    remove_rule,
    rename,
)
from routing.services.files import RulesFileError, bundled_rules, read_rules
from routing.services.rehearsals import (
    Part,
    cancel_rehearsal,
    close_part,
    fingerprint,
    open_part,
    rehearse,
    valid_rehearsal,
)
from routing.services.replay import Past, Tally, replay
from routing.services.rulesets import PublicationRefused, load_rules, publish, reasons_against
from routing.services.trial import Outcome, Trial, TrialFileError, read_messages, try_rules

__all__ = [
    "NotADraft",
    "Outcome",
    "Part",
    "Past",
    "PublicationRefused",
    "RuleChanged",
    "RuleDifference",
    "RulesFileError",
    "Tally",
    "Trial",
    "TrialFileError",
    "UnitRefused",
    "add_rule",
    "add_word",
    "bundled_rules",
    "cancel_rehearsal",
    "change_rule",
    "close_part",
    "copy_rule",
    "decide",
    "differences",
    "discard",
    "facts_of",
    "fingerprint",
    "first_rule_of",
    "load_rules",
    "move_rule",
    "new_draft",
    "open_part",
    "publish",
    "read_messages",
    "read_rules",
    "reasons_against",
    "rehearse",
    "remove_rule",
    "rename",
    "replay",
    "try_rules",
    "valid_rehearsal",
]
