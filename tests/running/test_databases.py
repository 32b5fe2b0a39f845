"""As whom the service works in the database, and as whom it migrates."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from procurement.common.owning import as_owner, service_role
from tracker.databases import databases

SERVICE, OWNER = "postgresql://works:a%20b@host:5/tracker", "postgresql://owns:c@direct/tracker"


@pytest.fixture
def told(monkeypatch, tmp_path):
    """The setting, where the environment says these."""

    def default(service="", owner=""):
        monkeypatch.setenv("DATABASE_URL", service)
        monkeypatch.setenv("DATABASE_OWNER_URL", owner)
        return databases(tmp_path)["default"]

    return default


def test_without_servers_there_are_two_roles(told):
    found = told()
    assert (found["USER"], found["OWNER"]["USER"], found["SERVICE"]["USER"]) == (
        "tracker_service", "postgres", "tracker_service",
    )  # fmt: skip


def test_the_owner_may_be_reached_elsewhere(told):
    found = told(SERVICE, OWNER)
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == ("works", "a b", "host", 5)
    assert found["OWNER"] == {"USER": "owns", "PASSWORD": "c", "HOST": "direct", "PORT": ""}


@pytest.mark.parametrize("owner", ["", SERVICE])
def test_there_may_be_one_role(told, owner):
    assert not {"OWNER", "SERVICE"} & set(told(SERVICE, owner))


@pytest.mark.parametrize(("service", "owner", "said"), [
    ("", OWNER, "needs DATABASE_URL"),
    (SERVICE, OWNER + "2", "the same database"),
    (SERVICE, "nonsense", "DATABASE_OWNER_URL"),
])  # fmt: skip
def test_what_cannot_be_is_refused(told, service, owner, said):
    with pytest.raises(ImproperlyConfigured, match=said):
        told(service, owner)


@pytest.mark.django_db(transaction=True)
def test_in_its_block_everything_is_done_as_the_owner_and_after_it_as_the_service(monkeypatch):
    service = {"USER": "tracker_service", "PASSWORD": "x"}
    owner = {name: connection.settings_dict[name] for name in ("USER", "PASSWORD", "HOST", "PORT")}
    for name, value in (service | {"OWNER": owner, "SERVICE": service}).items():
        monkeypatch.setitem(connection.settings_dict, name, value)
    assert service_role() == ("tracker_service", "x")
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (owner["USER"],)
    assert connection.settings_dict["USER"] == "tracker_service"
