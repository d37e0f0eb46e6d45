"""Choices of routing."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a citizen writes, as far as rules tell it apart (PRODUCT.md section 1)."""

    REQUEST = "request", _("request")
    COMPLAINT = "complaint", _("complaint")
    SUGGESTION = "suggestion", _("suggestion")
    CRITICISM = "criticism", _("criticism")
    MISCONDUCT = "misconduct", _("report of misconduct")
    PRAISE = "praise", _("thanks")


class Stage(models.TextChoices):
    """Where in the order of deciding a rule, a reason or a decision stands."""

    LANE = "lane", _("lane")
    POINTS = "points", _("points")
    ADDRESSED = "addressed", _("unit written to")
    SERVICE = "service", _("chosen service")
    DESK = "desk", _("service desk")
    REPLACEMENT = "replacement", _("replacement")


#: The stages a rule can belong to.
RULE_STAGES = [(stage.value, stage.label) for stage in (Stage.LANE, Stage.POINTS)]


class Status(models.TextChoices):
    """A rule set is written, then in force, then kept."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    RETIRED = "retired", _("retired")


class Fault(models.TextChoices):
    """What can be wrong with a rule; see `policy.Problem`."""

    NO_WORDS = "no_words", _("The rule has no keyword, so it would never apply.")
    EMPTY_PHRASE = "empty_phrase", _("Nothing is left of this keyword to look for.")
    WEIGHT = "weight", _("The weight of this keyword is out of range.")
    UNKNOWN_KIND = "unknown_kind", _("There is no such kind of message.")
    ALWAYS_FOR_ALL = "always_for_all", _("A rule without words must name the kinds it is for.")
    MISCONDUCT_LEAK = "misconduct_leak", _("Reports of misconduct must not go to this unit.")
    REPEATED_ID = "repeated_id", _("Another rule has the same code.")
    TWO_WEIGHTS = (
        "two_weights",
        _("This phrase stands in the rule twice with different weights; keep one."),
    )
    ALSO_A_WORD = "also_a_word", _("This phrase also stands among the words; keep it in one place.")
    REPEATED = "repeated", _("This keyword stands in the rule twice; it counts once.")
    SHORTENED = "shortened", _("Endings are not looked for: of this keyword only the first word is.")
    SHORT = "short", _("A keyword this short is found in many messages.")


class Change(models.TextChoices):
    """What can happen to a rule set; see `models.RuleChange`."""

    MADE = "made", _("draft made")
    RENAMED = "renamed", _("renamed")
    ADDED = "added", _("rule added")
    EDITED = "edited", _("rule changed")
    REMOVED = "removed", _("rule taken out")
    MOVED = "moved", _("order changed")
    PUBLISHED = "published", _("published")
    RETIRED = "retired", _("retired")


class RehearsalState(models.TextChoices):
    """A rehearsal waits for the worker, runs in parts, and ends in one of the other states."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    FINISHED = "finished", _("finished")
    CANCELLED = "cancelled", _("cancelled")
    OUTDATED = "outdated", _("the draft was changed meanwhile")
    FAILED = "failed", _("failed")


#: A rehearsal that goes on.
UNDER_WAY = (RehearsalState.WAITING, RehearsalState.RUNNING)
