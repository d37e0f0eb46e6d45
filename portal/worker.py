"""What a worker does before it divides itself into processes."""

from celery.signals import worker_init

from portal.warm import warm_background


@worker_init.connect
def share(**_told: object) -> None:
    """Load what the processes share. (Celery has no other place for this.)"""
    warm_background()
