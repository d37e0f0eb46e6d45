"""Receiving files without letting one that is far too big fill the disk."""

from io import BytesIO

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from portal.ui.uploads.limits import MOST_BYTES


class Capped(FileUploadHandler):
    """Count every byte of a file, but keep no more than the limit; put before the framework's own handlers.

    A file beyond the limit arrives empty with its true size, so that the form can say how big it is, and everything
    else the citizen wrote is still there.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data if start + len(raw_data) <= MOST_BYTES else None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if file_size <= MOST_BYTES:
            return None
        return UploadedFile(BytesIO(), self.file_name, self.content_type, file_size)
