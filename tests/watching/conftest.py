"""Who asks."""

from tests.admin.conftest import administrator  # noqa: F401  # a fixture
