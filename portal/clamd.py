"""Asking a virus scanner about a file: clamd's INSTREAM, over TCP or a Unix socket, where the settings name one.

`settings.CLAMD_URL` is tcp://host:3310 or unix:///run/clamav/clamd.ctl; empty means that there is no scanner.
"""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Final
from urllib.parse import urlsplit

from django.conf import settings

#: Seconds for each step of the conversation.
TIMEOUT: Final = 30
CHUNK: Final = 64 * 1024
#: Bytes of a verdict; clamd's are short.
ANSWER_LIMIT: Final = 4096


class NoVerdict(Exception):
    """The scanner is away or could not tell; the same file may be looked at later."""

    permanent = False


def is_infected(content: "IO[bytes] | Any") -> bool:
    """Tell whether the scanner finds something in a file; False where there is no scanner. Raises `NoVerdict`."""
    if not settings.CLAMD_URL:
        return False
    try:
        with _connection() as scanner:
            answer = _ask(scanner, content)
    except OSError as error:
        raise NoVerdict(f"scanner: {type(error).__name__}") from None
    if answer.endswith("FOUND"):
        return True
    if answer.endswith(": OK"):
        return False
    raise NoVerdict("scanner: it gave no verdict")


@contextmanager
def _connection() -> Iterator[socket.socket]:
    place = urlsplit(settings.CLAMD_URL)
    is_file = place.scheme == "unix"
    address: Any = place.path if is_file else (place.hostname, place.port or 3310)
    with socket.socket(socket.AF_UNIX if is_file else socket.AF_INET, socket.SOCK_STREAM) as scanner:
        scanner.settimeout(TIMEOUT)
        scanner.connect(address)
        yield scanner


def _ask(scanner: socket.socket, content: IO[bytes]) -> str:
    """Send the file in chunks, each behind its length, a length of nothing at the end; return the verdict."""
    scanner.sendall(b"zINSTREAM\0")
    while chunk := content.read(CHUNK):
        scanner.sendall(struct.pack("!L", len(chunk)) + chunk)
    scanner.sendall(struct.pack("!L", 0))
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < ANSWER_LIMIT:
        if not (more := scanner.recv(ANSWER_LIMIT)):
            break
        answer += more
    return answer.rstrip(b"\0").decode(errors="replace").strip()
