"""Files in memory, for the tests of readers."""

from io import BytesIO

from procurement.imports.format import File


def file_of(content: bytes | str, name: str = "a.json") -> File:
    """A file with this content."""
    data = content if isinstance(content, bytes) else content.encode()
    return File(name, lambda: BytesIO(data))
