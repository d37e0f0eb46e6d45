"""Where collected static files lie: under names that change with their content, compressed beforehand."""

from collections.abc import Iterable, Iterator

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStore(CompressedManifestStaticFilesStorage):
    """Compresses only what pages name, the files under hashed names: half of the work.

    Plain names stay for the pages of faults, which are fixed texts; those files are sent as they are.
    """

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        named = set(self.hashed_files.values())
        yield from super().compress_files([path for path in paths if path in named])
