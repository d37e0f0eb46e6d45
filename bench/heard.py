"""The portal's wiring and one event more, whose follower does nothing: what the outbox costs by itself."""

from portal.wiring import FOLLOWS as OURS

FOLLOWS = OURS | {"bench.heard": ("bench.heard.hear",)}


def hear(**_: object) -> None:
    """Do nothing."""
