"""What the directory does by the clock (portal/wiring.py)."""

from directory import services
from portal.outbox.tasks import periodic


@periodic("directory.forget_sessions")
def forget_sessions() -> None:
    """Forget the sessions of staff that are over."""
    services.forget_sessions()
