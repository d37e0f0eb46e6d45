"""The secrets of a trial installation: made once, kept in the data directory for its owner's eyes only."""

import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

MAKERS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "CODE_PEPPER": lambda: f"1:{secrets.token_hex(32)}",  # key number and secret, as the settings read it
    "DEMO_PASSWORD": lambda: secrets.token_urlsafe(9),
}


def keep(folder: Path) -> dict[str, str]:
    """Return the secrets, making and storing what is missing; one set in the environment wins and is kept."""
    store = folder / "secrets.json"
    known = json.loads(store.read_text(encoding="utf-8")) if store.exists() else {}
    current = {name: os.environ.get(name) or known.get(name) or make() for name, make in MAKERS.items()}
    if current != known:
        write_private(store, json.dumps(current, indent=2) + "\n")
    return current


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step with one that only its owner can read (mode 0600)."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as target:
        target.write(text)
    draft.replace(path)
