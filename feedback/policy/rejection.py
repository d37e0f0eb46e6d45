"""Who may decide that what was asked for is rejected."""

from collections.abc import Collection

from feedback.policy.transitions import TransitionRefused


class DecisionRefused(TransitionRefused):
    """A rejection is decided by a head of the unit or of one above it, and never by whoever proposed it."""


def may_decide(*, actor: int, proposer: int, unit: int, headed: Collection[int]) -> bool:
    """Tell whether somebody (keys of users and units) may decide a rejection; `headed`: his units and those below."""
    return actor != proposer and unit in headed
