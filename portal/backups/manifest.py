"""The page of contents of a backup: what is in it, by numbers and hashes, and which keys it needs."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from portal.backups.errors import BackupError

NAME = "manifest.json"
FORMAT = 1
_MARK = b"backup of the citizen feedback portal"


@dataclass(frozen=True)
class Manifest:
    """What a backup holds.

    `made_at`: ISO 8601, UTC. `rows`: table → rows. `files`: path below the media folder → SHA-256 (hexadecimal).
    `parts`: file of the backup → SHA-256. `keys`: key id → fingerprint of the pepper; the peppers themselves are not
    in a backup. `migrations`: app → newest migration applied. `gone`: files that rows in it name and that went, with
    those rows, before they could be copied: a held file whose form was sent meanwhile.
    """

    made_at: str
    rows: dict[str, int]
    files: dict[str, str]
    parts: dict[str, str]
    keys: dict[str, str]
    migrations: dict[str, str]
    gone: list[str] = field(default_factory=list)
    format: int = FORMAT


def write(manifest: Manifest, folder: Path) -> None:
    """Write the manifest into a backup's folder."""
    text = json.dumps(asdict(manifest), indent=1, sort_keys=True, ensure_ascii=False)
    (folder / NAME).write_text(text + "\n", encoding="utf-8")


def read(folder: Path) -> Manifest:
    """Return the manifest of a backup. Raises BackupError when there is none or it cannot be read."""
    try:
        told = json.loads((folder / NAME).read_text(encoding="utf-8"))
        manifest = Manifest(**told)
    except (OSError, ValueError, TypeError) as fault:
        raise BackupError(f"{folder} holds no backup that can be read ({fault}).") from fault
    if manifest.format != FORMAT:
        raise BackupError(f"This backup is of format {manifest.format}; this portal reads format {FORMAT}.")
    return manifest


def sha256(path: Path) -> str:
    """Return the hash of a file in hexadecimal."""
    with path.open("rb") as source:
        return digest(source)


def digest(source: IO[bytes]) -> str:
    """Return the hash of what is left to read, in hexadecimal."""
    hashed = hashlib.sha256()
    while block := source.read(1 << 20):
        hashed.update(block)
    return hashed.hexdigest()


def fingerprint(pepper: bytes) -> str:
    """Return what tells one pepper from another and gives neither away: HMAC-SHA256 of a fixed text."""
    return hmac.digest(pepper, _MARK, hashlib.sha256).hex()


def missing_keys(needed: Mapping[str, str], peppers: Mapping[int, bytes]) -> list[str]:
    """Return the ids of the keys that a backup needs and `peppers` lacks, or has with another secret."""
    return [key for key, mark in sorted(needed.items()) if _mark_of(peppers, key) != mark]


def _mark_of(peppers: Mapping[int, bytes], key: str) -> str | None:
    pepper = peppers.get(int(key))
    return fingerprint(pepper) if pepper else None
