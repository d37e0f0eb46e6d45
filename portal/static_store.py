"""Where collected static files lie: under names that change with their content, compressed beforehand."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStore(CompressedManifestStaticFilesStorage):
    """Compresses only what pages name, the files under hashed names: half of the work.

    Plain names stay for the pages of faults, which are fixed texts; those files are sent as they are. Compressed ones
    may be read by whoever may read the others, whatever the umask.
    """

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        named = set(self.hashed_files.values())
        for name, compressed in super().compress_files([path for path in paths if path in named]):
            Path(self.path(compressed)).chmod(self.file_permissions_mode)
            yield name, compressed
