"""The Celery app of the portal with a beat that sends the relay once an hour: whatever follows sooner was rung for."""

from datetime import timedelta
from importlib import import_module

from portal.outbox.schedule import SCHEDULE

# By name: the outbox lies below the roof.
app = import_module("portal.celery").app
app.loader.import_default_modules()
app.conf.beat_schedule = SCHEDULE | {
    "outbox.relay": SCHEDULE["outbox.relay"] | {"schedule": timedelta(hours=1)}
}
