"""What every page knows about the site."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """Return what every page says in its footer; from the settings, so that it stands on the error pages too."""
    return {"desk_phone": settings.DESK_PHONE, "demo": settings.DEMO}
