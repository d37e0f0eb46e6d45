"""Check at deployment that the catalogues are compiled: without them every page is English, and nothing else tells."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import Error

from portal.management.catalogue.compiled import uncompiled

NOT_COMPILED = "portal.E105"


def check_catalogues(app_configs: object, **_told: Any) -> list[Error]:
    """Return an error for each catalogue whose compiled form is missing or older."""
    return [
        Error(
            f"{path.with_suffix('.mo')} is missing or older than its .po: pages come up in English",
            hint="manage.py messages --compile",
            id=NOT_COMPILED,
        )
        for folder in settings.LOCALE_PATHS
        for path in uncompiled(Path(folder))
    ]
