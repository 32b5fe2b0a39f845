"""Clients of the API, by how far their tokens reach."""

import pytest
from django.test import Client

from procurement.access.tokens import issue_token
from tests.api.calling import Caller


@pytest.fixture
def anonymous(db):
    return Caller(Client())


@pytest.fixture
def reader(db):
    return caller("a-reader", "read")


@pytest.fixture
def analyst(db):
    return caller("an-analyst", "write")


@pytest.fixture
def administrator(db):
    return caller("an-administrator", "admin")


def caller(name: str, scope: str) -> Caller:
    return Caller(Client(headers={"Authorization": f"Token {issue_token(name, scope).token}"}))
