"""Keys of the cache, which lives in the database: nobody reads from them whom they count."""

import hmac

from django.conf import settings


def unreadable_key(key: str, prefix: str, version: int) -> str:
    """Return the key under our own secret: the limits of sign-in count by address, and no address is kept."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"{prefix}:{version}:{key}".encode(), "sha256")
    return digest.hex()
