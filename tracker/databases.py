"""The database: as whom the service works there, and as whom it migrates (docs/decisions/0019-two-roles.md)."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from tracker import env
from tracker.local.embedded import SERVICE_ROLE, SUPERUSER

#: What tells who connects, and where.
WHO = ("USER", "PASSWORD", "HOST", "PORT")


def databases(home: Path) -> dict[str, Any]:
    """Django's setting: that of DATABASE_URL, or else the embedded server's in the home.

    OWNER, where it is another role, has what a connection of the owner's has instead, and SERVICE what the service has.
    """
    if not env.text("DATABASE_URL"):
        if env.text("DATABASE_OWNER_URL"):
            raise ImproperlyConfigured(
                "DATABASE_OWNER_URL needs DATABASE_URL beside it: the same database, as the service"
            )
        return {"default": _embedded(home)}
    service: dict[str, Any] = {**env.database("DATABASE_URL"), "ENGINE": "tracker.postgresql"}
    if env.text("DATABASE_OWNER_URL"):
        owner: dict[str, Any] = {**env.database("DATABASE_OWNER_URL")}
        if owner["NAME"] != service["NAME"]:
            raise ImproperlyConfigured("DATABASE_OWNER_URL must name the same database as DATABASE_URL")
        service |= _two_roles(service, owner)
    return {"default": service}


def _embedded(home: Path) -> dict[str, Any]:
    found: dict[str, Any] = {
        "ENGINE": "tracker.postgresql",  # with a HOME it starts the server at the first connection; see embedded.py
        "NAME": "tracker",
        "USER": SERVICE_ROLE,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "HOME": home,
        "DURABLE": True,
    }
    return found | _two_roles({"USER": SERVICE_ROLE}, {"USER": SUPERUSER})


def _two_roles(service: dict[str, Any], owner: dict[str, Any]) -> dict[str, Any]:
    if service["USER"] == owner["USER"]:
        return {}
    return {
        which: {name: found.get(name, "") for name in WHO} for which, found in (("SERVICE", service), ("OWNER", owner))
    }
