"""Files of a store, whether a disk or a bucket: which there are, and their end."""

import posixpath
from collections.abc import Iterator
from functools import partial

from django.core.files.storage import Storage
from django.db import transaction


def names_in(store: Storage, folder: str = "") -> Iterator[str]:
    """Give the names of all files of a store, or of one folder and those below it, those of a folder in order."""
    try:
        folders, files = store.listdir(folder)
    except FileNotFoundError:
        return
    yield from (posixpath.join(folder, name) for name in sorted(files))
    for below in sorted(folders):
        yield from names_in(store, posixpath.join(folder, below))


def delete_after_commit(store: Storage, name: str) -> None:
    """Delete a file once it is certain that no row names it; what cannot be deleted then is swept up later."""
    transaction.on_commit(partial(store.delete, name), robust=True)
