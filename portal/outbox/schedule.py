"""The beat schedule: filled by @periodic while the task modules are imported, read by portal.celery.

A module of its own without models, because the Celery app is made before Django's apps are ready.
"""

from datetime import timedelta
from typing import Any

SCHEDULE: dict[str, dict[str, Any]] = {}


def plan(name: str, *, every: timedelta) -> None:
    """Let beat send the task `name`. A tick nobody took in time is dropped, so that no heap awaits a late worker."""
    expires = max(5.0, every.total_seconds())
    SCHEDULE[name] = {"task": name, "schedule": every, "options": {"expires": expires}}
