"""Working as the owner of the tables, which the service's role is not (docs/decisions/0019-two-roles.md)."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def as_owner() -> Iterator[None]:
    """Let every connection that this process opens in the block be the owner's, and those after it the service's again.

    Where there is one role only, nothing changes. Not inside a transaction.
    """
    given = connection.settings_dict
    owner = given.get("OWNER", {})
    before = {name: given[name] for name in owner}
    connection.close()
    given.update(owner)
    try:
        yield
    finally:
        connection.close()
        given.update(before)


def service_role() -> tuple[str, str] | None:
    """The role of the service, and its password; None where the owner is the service."""
    role = connection.settings_dict.get("SERVICE")
    return role and (role["USER"], role["PASSWORD"])
