"""Clients of the API, and a receiver of webhooks."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.conftest import analyst
from tests.delivery.receiver import HOST, Receiver, receiving

__all__ = ["analyst"]


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """A receiver on this machine, which an administrator allowed."""
    settings.WEBHOOK_HOSTS = [HOST]
    with receiving() as receiver:
        yield receiver
