"""How much one request may upload, checked while it comes in."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class BoundedUpload(FileUploadHandler):
    """Stops reading a request once its files are larger than one import may be.

    Files are written to disk before a view is asked, so a form comes too late. Raises
    RequestDataTooBig, which is answered with 400.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.left = settings.MAX_IMPORT_BYTES

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the piece on to the handlers behind this one."""
        self.left -= len(raw_data)
        if self.left < 0:
            raise RequestDataTooBig
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave it to the handlers behind this one to keep the file."""
