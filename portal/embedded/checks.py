"""Look before leaping: the address and the data directory, checked in milliseconds before anything is installed.

Runs under any Python >= 3.11 without our packages, as `python -m portal.embedded.checks`.
"""

import os
import socket
import sys
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
GRACE = 1.0  # seconds that a portal stopped a moment ago may need to leave its port


def read_env_file() -> None:
    """Take over what `.env` says and the environment does not."""
    file = CHECKOUT / ".env"
    if file.exists():
        for line in file.read_text(encoding="utf-8").splitlines():
            name, equals, value = line.strip().removeprefix("export ").partition("=")
            if equals and name.isidentifier():
                os.environ.setdefault(name, value.strip().strip("'\""))


def address() -> tuple[str, int]:
    """Return HOST and PORT. Raises ValueError with a plain sentence when PORT is not a port."""
    port = os.environ.get("PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError(f"PORT must be a number from 1 to 65535, not {port!r}.")
    return os.environ.get("HOST") or "127.0.0.1", int(port)


def data_dir() -> Path:
    """Return DATA_DIR as an absolute path; a relative one, like the default, lies in the checkout."""
    return (CHECKOUT / (os.environ.get("DATA_DIR") or "var")).resolve()


def complaint() -> str | None:
    """Return one sentence on what stands in the way of a start, or None."""
    try:
        host, port = address()
    except ValueError as error:
        return str(error)
    return _folder_complaint(data_dir()) or _port_complaint(host, port)


def _folder_complaint(folder: Path) -> str | None:
    probe = folder / f".write-test-{os.getpid()}"
    try:
        folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        return f"Cannot write in the data directory {folder} ({error.strerror}): set DATA_DIR to one you own."
    return None


def _port_complaint(host: str, port: int) -> str | None:
    deadline = time.monotonic() + GRACE
    while True:
        try:
            _try_to_bind(host, port)
        except socket.gaierror:
            return f"HOST {host!r} is not an address of this machine: try HOST=127.0.0.1."
        except PermissionError:
            return f"Port {port} is reserved for the system: set PORT to a number above 1023."
        except OSError as error:
            if time.monotonic() > deadline:
                return f"Cannot use {host}:{port} ({error.strerror}): stop what uses it, or set PORT to a free port."
            time.sleep(0.2)
        else:
            return None


def _try_to_bind(host: str, port: int) -> None:
    family, kind, protocol, _name, target = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(target)


if __name__ == "__main__":
    read_env_file()
    sys.exit(complaint())
