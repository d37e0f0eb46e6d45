"""The Celery app of the portal with a beat that sends the relay once an hour: whatever follows sooner was rung for."""

from datetime import timedelta
from importlib import import_module

# By name: the outbox lies below the roof.
app = import_module("portal.celery").app
app.loader.import_default_modules()
relay = app.conf.beat_schedule["outbox.relay"]
app.conf.beat_schedule["outbox.relay"] = relay | {"schedule": timedelta(hours=1)}
