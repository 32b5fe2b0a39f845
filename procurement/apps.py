"""The one app of this service."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ProcurementConfig(AppConfig):
    """Programs, contracts, exposure, flags and alerts."""

    name = "procurement"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Defence procurement"

    def ready(self) -> None:
        """Keep the roles' permissions in step with the tables, which exist after a migrate; and see common/triggers."""
        from procurement.access.roles import sync_roles
        from procurement.common.data_version import sync_data_version
        from procurement.common.triggers import ask_in_plain_sql

        ask_in_plain_sql()
        post_migrate.connect(sync_roles, sender=self, dispatch_uid="sync_roles")
        post_migrate.connect(sync_data_version, sender=self, dispatch_uid="sync_data_version")
