"""A Chromium for services that run, too."""

from tests.browser.conftest import chromium  # noqa: F401  # a fixture
