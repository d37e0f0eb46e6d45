"""What every page knows about the site."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """Return the public address and whether the web font is there."""
    return {
        "public_url": settings.PUBLIC_URL,
        "font_available": settings.FONT_AVAILABLE,
        "demo": settings.DEMO,
    }
