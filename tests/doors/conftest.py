"""The doors by which things come in: the API, the admin, and portfolio files."""

from tests.matching.conftest import api, site

__all__ = ["api", "site"]
