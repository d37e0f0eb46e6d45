"""Where the outbox reads the wiring: the table of settings.OUTBOX_FOLLOWS, event name to followers."""

from collections.abc import Mapping

from django.conf import settings
from django.utils.module_loading import import_string


def wires() -> Mapping[str, tuple[str, ...]]:
    """Return the wiring. It is named in settings, because the outbox lies below the apps it serves."""
    table: Mapping[str, tuple[str, ...]] = import_string(settings.OUTBOX_FOLLOWS)
    return table
