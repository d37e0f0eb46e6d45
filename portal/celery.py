"""The Celery app: what is kept when something dies, and what runs when.

celery -A portal.celery worker                           all queues (enough for a small site)
celery -A portal.celery worker -Q periodic               of its own, so that slow deliveries cannot hold it up
celery -A portal.celery worker -Q deliveries,heartbeat   the heartbeat shows that the deliveries are taken
celery -A portal.celery beat                             one; a second one is harmless
"""

import os
import sys
from datetime import timedelta
from logging.config import dictConfig

from celery import Celery
from django.conf import settings
from kombu import Queue

from portal import reporting
from portal.wiring import CLOCK

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
# `manage.py check` belongs to the deployment; here it would load every page of the site into a process that shows none.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

#: Beat sends names by the clock: it does without Django's apps and the tasks in its memory.
IS_BEAT = settings.IN_BACKGROUND and "beat" in sys.argv and "worker" not in sys.argv
MINUTES = 60

#: A broker that accepts but never answers must not hold a process: without timeouts it would, for ever.
PATIENCE = 3  # seconds
REDIS: dict[str, object] = {
    "socket_timeout": PATIENCE,
    "socket_connect_timeout": PATIENCE,
    "socket_keepalive": True,
    "health_check_interval": 5,
    # No copy of running messages in the broker: a row of the outbox is the truth, a message only rings its bell.
    # With copies, a confirmation that fails while the broker restarts keeps its place for ever, and a worker
    # whose places are all taken so stops fetching without a word (celery issues 8030, 8091, 9054).
    "ack_emulation": False,
}


def is_rabbit(url: str) -> bool:
    """Tell whether an address leads to RabbitMQ."""
    return url.startswith(("amqp", "pyamqp"))


def transport_options(url: str) -> dict[str, object]:
    """Return what the client of this kind of broker is told: Redis or Valkey, alone or watched, or RabbitMQ."""
    if is_rabbit(url):
        timeouts = ("connect_timeout", "read_timeout", "write_timeout")
        return {**dict.fromkeys(timeouts, PATIENCE), "confirm_publish": True}
    if url.startswith("sentinel"):
        return REDIS | {"master_name": settings.BROKER_MASTER}
    return REDIS


def planned(name: str, every: timedelta) -> dict[str, object]:
    """Return an entry of beat's schedule. A tick nobody took in time is dropped: no heap awaits a late worker."""
    return {"task": name, "schedule": every, "options": {"expires": max(5.0, every.total_seconds())}}


app = Celery("portal", fixups=() if IS_BEAT else None)
app.conf.update(
    # Kombu's name for a Unix socket differs from everyone else's.
    broker_url=settings.BROKER_URL.replace("unix://", "redis+socket://", 1),
    broker_transport_options=transport_options(settings.BROKER_URL),
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,  # the default gives up after about an hour, and the worker ends
    # The next tick is the retry; but a line to RabbitMQ that once broke is only laid anew by trying a second time, and
    # beat, which keeps its line for ever, would send nothing until somebody restarts it.
    task_publish_retry=is_rabbit(settings.BROKER_URL),
    task_publish_retry_policy={
        "max_retries": 2,
        "interval_start": 0,
        "interval_step": 0.2,
        "interval_max": 0.5,
    },
    task_acks_late=True,  # with the next line: no message waits behind a slow one
    worker_prefetch_multiplier=1,
    worker_cancel_long_running_tasks_on_connection_loss=False,  # a repeat is harmless, half a mail is not
    task_soft_time_limit=4 * MINUTES,
    task_time_limit=5 * MINUTES,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    enable_utc=True,
    timezone="UTC",
    task_default_queue="periodic",
    task_queues=[Queue(name, routing_key=name) for name in ("periodic", "deliveries", "heartbeat")],
    task_routes={"outbox.deliver": {"queue": "deliveries"}, "outbox.worker": {"queue": "heartbeat"}},
    # Nobody commands workers through the broker; heartbeat rows tell whether they live.
    worker_enable_remote_control=False,
    worker_hijack_root_logger=False,  # settings.LOGGING masks and formats
    worker_redirect_stdouts=False,
    worker_max_tasks_per_child=5000,
    # Without it the Django fixup closes the database connection around every task; ours look after it themselves.
    CELERY_DB_REUSE_MAX=1000,
    beat_scheduler="portal.outbox.scheduler:ListeningScheduler",
    beat_schedule_filename=str(settings.DATA_DIR / "beat-schedule"),
    beat_schedule={name: planned(name, every) for name, every in CLOCK.items()},
)
if IS_BEAT:
    # As Django's start does elsewhere.
    dictConfig(settings.LOGGING)
    reporting.start(settings.SENTRY_DSN)
else:
    app.autodiscover_tasks()
    app.conf.imports = ["portal.worker"]
