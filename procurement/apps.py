"""The one app of this service."""

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate, pre_migrate
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
        """Keep roles and the rights of the database in step with the tables, which exist after a migrate."""
        from procurement.access.auditing import note_logins
        from procurement.access.roles import sync_roles
        from procurement.access.second_factors import listen as hear_of_factors
        from procurement.access.sessions import mark_beginnings
        from procurement.alerts.guessed_passwords import listen
        from procurement.common.data_version import sync_data_version
        from procurement.common.granting import count_before, grant_to_service
        from procurement.common.lock_limits import limit_locks, limit_locks_no_more
        from procurement.common.role_faults import check_roles
        from procurement.common.triggers import ignore_none
        from tracker.watching.queries import listen as count_queries

        ignore_none()
        count_queries()
        note_logins()
        mark_beginnings()
        hear_of_factors()
        listen()
        checks.register(check_roles, checks.Tags.database, deploy=True)
        pre_migrate.connect(limit_locks, sender=self, dispatch_uid="limit_locks")
        pre_migrate.connect(count_before, sender=self, dispatch_uid="count_before")
        post_migrate.connect(limit_locks_no_more, sender=self, dispatch_uid="limit_locks_no_more")
        post_migrate.connect(sync_roles, sender=self, dispatch_uid="sync_roles")
        post_migrate.connect(sync_data_version, sender=self, dispatch_uid="sync_data_version")
        post_migrate.connect(grant_to_service, sender=self, dispatch_uid="grant_to_service")  # last: of all tables
