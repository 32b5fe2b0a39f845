"""The doors by which things come in: the API, the admin, and portfolio files."""

from typing import Any

import pytest
from django.test import Client

from procurement.access.tokens import create_user, issue_token
from tests.api.calling import Caller


@pytest.fixture
def api(db):
    return Caller(Client(headers={"Authorization": f"Token {issue_token('an-analyst', 'write').token}"}))


@pytest.fixture
def site(db):
    client: Any = Client()
    client.force_login(create_user("the-administrator", "administrator", "a long enough password"))
    return client
