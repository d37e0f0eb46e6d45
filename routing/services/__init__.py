"""Deciding who should answer, keeping the rule sets, and trying rules out on labelled messages."""

from routing.services.decisions import decide
from routing.services.files import RulesFileError, bundled_rules, read_rules
from routing.services.rulesets import PublicationRefused, load_rules, new_draft, publish
from routing.services.trial import Outcome, Trial, TrialFileError, read_messages, try_rules

__all__ = [
    "Outcome",
    "PublicationRefused",
    "RulesFileError",
    "Trial",
    "TrialFileError",
    "bundled_rules",
    "decide",
    "load_rules",
    "new_draft",
    "publish",
    "read_messages",
    "read_rules",
    "try_rules",
]
