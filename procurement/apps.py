"""The one app of this service."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy


class ProcurementConfig(AppConfig):
    """Programs, contracts, exposure, flags and alerts."""

    name = "procurement"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = gettext_lazy("Defence procurement")

    def import_models(self) -> None:
        """Let tables, columns and choices be called in the language of whoever looks."""
        super().import_models()
        from procurement.model_words import in_languages

        in_languages(self.models.values())

    def ready(self) -> None:
        """Keep the roles' permissions in step with the tables, which exist after a migrate; and see common/triggers."""
        from procurement.access.auditing import note_logins
        from procurement.access.roles import sync_roles
        from procurement.common.data_version import sync_data_version
        from procurement.common.triggers import ask_in_plain_sql

        ask_in_plain_sql()
        note_logins()
        post_migrate.connect(sync_roles, sender=self, dispatch_uid="sync_roles")
        post_migrate.connect(sync_data_version, sender=self, dispatch_uid="sync_data_version")
