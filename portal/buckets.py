"""Files of cases in a bucket of an S3-compatible store; what it needs is in `requirements/s3.txt`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage

from portal.stores import StoreAway

#: A store that is away must not hold a process: two short tries, then the citizen gets the words back.
CONFIG = Config(
    signature_version="s3v4",
    s3={"addressing_style": "path"},
    connect_timeout=3,
    read_timeout=20,
    retries={"total_max_attempts": 2, "mode": "standard"},
    # Stores other than the first of their kind do not know the newer checksums.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)
#: Bytes of a file that is read which stay in memory; what is beyond goes to a temporary file.
IN_MEMORY = 2 * 1024 * 1024


@contextmanager
def reached() -> Iterator[None]:
    """Tell of a store that does not answer, or refuses, by the one name that the rest of the portal knows."""
    try:
        yield
    except (Boto3Error, BotoCoreError, ClientError) as fault:
        raise StoreAway(f"the bucket did not serve: {type(fault).__name__}") from fault


class Bucket(S3Storage):
    """A private bucket: nothing in it has a public address, and the portal hands every file out itself."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            client_config=CONFIG,
            transfer_config=TransferConfig(use_threads=False),
            default_acl=None,
            file_overwrite=False,
            gzip=False,
            max_memory_size=IN_MEMORY,
            **options,
        )

    def _open(self, name: str, mode: str = "rb") -> "File[Any]":
        with reached():
            file: "File[Any]" = super()._open(name, mode)
            if "r" in mode:
                file.file  # noqa: B018 - fetched here, so that a store that is away is met here
            return file

    def _save(self, name: str, content: "File[Any]") -> str:
        with reached():
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        with reached():
            super().delete(name)

    def exists(self, name: str) -> bool:
        with reached():
            return bool(super().exists(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with reached():
            folders, files = super().listdir(path)
            return folders, files

    def size(self, name: str) -> int:
        with reached():
            return int(super().size(name))

    def get_modified_time(self, name: str) -> datetime:
        with reached():
            moment: datetime = super().get_modified_time(name)
            return moment
