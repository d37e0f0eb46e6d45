"""Where the files of cases are kept: a folder of the disk, or a bucket (`portal/buckets.py`)."""

import os
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class StoreAway(OSError):
    """The place of the files is full or out of reach: nothing was stored or read, and later it may be."""


class Folder(FileSystemStorage):
    """A folder whose files are on the disk, not only on their way to it, before a row names them."""

    def _save(self, name: str, content: "File[Any]") -> str:
        try:
            kept: str = super()._save(name, content)  # type: ignore[misc]
            path = Path(self.path(kept))
            for place in (path, path.parent):
                _to_disk(place)
        except OSError as fault:
            raise StoreAway(fault.errno, f"a file could not be stored: {fault.strerror}") from fault
        return kept


def _to_disk(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
