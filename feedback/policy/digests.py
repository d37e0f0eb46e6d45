"""What is kept of a form's token and of a client's address: digests, never the thing itself."""

import hashlib
import hmac
import ipaddress
from datetime import date


def token_digest(token: str) -> bytes:
    """Return the 32 bytes under which a form token is known; the token itself is never stored (decision 3)."""
    return hashlib.sha256(token.encode()).digest()


def neighbourhood(address: str, secret: bytes, day: date) -> int:
    """Return one of 4,096 counters for the neighbourhood of a client's address, for one day.

    Thousands of networks share each counter and the key changes with the day, so the number says nothing about
    who wrote: no address can be told from it, not even by somebody who holds the key. An address that cannot be
    read gets counter 0. The reaction to a full counter is a plain question, never a refusal, so sharing is harmless.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return 0
    network = ipaddress.ip_network((ip, 24 if ip.version == 4 else 48), strict=False)
    key = hmac.digest(secret, day.isoformat().encode(), "sha256")
    return int.from_bytes(hmac.digest(key, network.network_address.packed, "sha256")[:2], "big") % 4096
