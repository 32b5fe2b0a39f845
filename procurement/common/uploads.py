"""Uploads on their way: a file that cannot be written to its end is given up at once, and not when memory is tidied."""

from django.core.files.uploadhandler import TemporaryFileUploadHandler


class Uploads(TemporaryFileUploadHandler):
    """Uploads of more than some megabytes, in temporary files."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece; where there is no room, remove what was written. Raises OSError."""
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError:
            self.upload_interrupted()
            raise
