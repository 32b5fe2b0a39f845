"""People at the admin."""

from typing import Any

import pytest
from django.test import Client

from procurement.access.tokens import create_user


def signed_in(role):
    client: Any = Client()
    client.user = create_user(f"the-{role}", role, "a long enough password")
    client.force_login(client.user)
    return client


@pytest.fixture
def administrator(db):
    return signed_in("administrator")


@pytest.fixture
def reviewer(db):
    return signed_in("reviewer")


@pytest.fixture
def analyst(db):
    return signed_in("analyst")


@pytest.fixture
def reader(db):
    return signed_in("reader")
