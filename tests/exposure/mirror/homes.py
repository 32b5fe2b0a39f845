"""A mirror of a test's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from django.test import override_settings


@contextmanager
def own_home() -> Iterator[None]:
    """A folder in which no other test has a mirror."""
    with TemporaryDirectory() as folder, override_settings(MIRROR_FOLDER=folder):
        yield
