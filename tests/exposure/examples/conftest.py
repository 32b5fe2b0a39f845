"""The sample portfolio, for the modules that ask for it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from procurement.imports.loading import load_folder


@pytest.fixture(scope="module")
def sample(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The fixtures by the ordinary importer, loaded once for a module and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_folder(Path(settings.BASE_DIR) / "fixtures")
        yield
        transaction.set_rollback(True)
