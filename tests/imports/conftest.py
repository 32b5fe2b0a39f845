"""The whole sample, loaded once for a module that only reads it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from procurement.imports.loading import load_folder
from procurement.imports.posting import Summary


@pytest.fixture(scope="module")
def whole_sample(django_db_setup: None, django_db_blocker: Any) -> Iterator[Summary]:
    """All files of the sample, rolled back after the module; gives what became of their rows."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_folder(Path(settings.BASE_DIR) / "fixtures")
        transaction.set_rollback(True)
