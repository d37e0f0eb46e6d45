"""Checks at deployment of settings that make every page several times slower without anybody noticing.

Measured on the machine of `bench/floor.py`: a connection for each request makes a look-up 6 times and a submission 4
times as slow, templates read for each page almost twice, a transaction around every request a tenth.
"""

from typing import Any, cast

from django.conf import settings
from django.core.checks import Error
from django.template import engines
from django.template.backends.django import DjangoTemplates
from django.template.loaders.cached import Loader

#: Codes of the errors, so that a site that knows better can silence one.
NO_LASTING_CONNECTION, TRANSACTION_PER_REQUEST, TEMPLATES_READ_AGAIN, NOT_DURABLE = (
    f"portal.E10{number}" for number in range(1, 5)
)


def check_speed(app_configs: object, **_told: Any) -> list[Error]:
    """Return what is wrong with connections, transactions and templates."""
    found = []
    for name, database in settings.DATABASES.items():
        pool = (database.get("OPTIONS") or {}).get("pool")
        if database.get("CONN_MAX_AGE") == 0 and not pool:
            found.append(
                Error(f"CONN_MAX_AGE=0: {name} is connected to anew for each page", id=NO_LASTING_CONNECTION)
            )
        if database.get("ATOMIC_REQUESTS"):
            found.append(Error(f"ATOMIC_REQUESTS: {name} begins for each page", id=TRANSACTION_PER_REQUEST))
        if "synchronous_commit" in str((database.get("OPTIONS") or {}).get("options", "")):
            found.append(Error(f"synchronous_commit of {name} is not the portal's to change", id=NOT_DURABLE))
    pages = cast("DjangoTemplates", engines["django"])
    if not all(isinstance(loader, Loader) for loader in pages.engine.template_loaders):
        found.append(Error("templates are read anew for each page", id=TEMPLATES_READ_AGAIN))
    return found
