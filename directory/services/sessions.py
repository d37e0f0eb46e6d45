"""Sessions of staff, which nobody misses once they are over."""

from django.conf import settings
from django.utils.module_loading import import_string


def forget_sessions() -> None:
    """Delete what is left of sessions that are over, wherever the settings keep them."""
    import_string(f"{settings.SESSION_ENGINE}.SessionStore").clear_expired()
