"""Migrate as the owner of the tables, where the service works as another role."""

from typing import Any

from django.core.management.commands import migrate

from procurement.common.owning import as_owner


class Command(migrate.Command):
    """Django's own `migrate`, by the role of DATABASE_OWNER_URL (docs/running.md)."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        with as_owner():  # Django's checks too ask the database, where the service may have no role yet
            said: str | None = super().execute(*args, **options)
        return said
