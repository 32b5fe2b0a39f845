"""Django finds a backend by the name of this module. It differs from its parent only in starting the server."""

from typing import Any

from django.db.backends.postgresql import base

from tracker.local.embedded import Server


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL that is started by the first connection, so that commands which need no database start none."""

    def get_connection_params(self) -> dict[str, Any]:
        """Parameters of a connection; the server answers when this returns."""
        server = Server(self.settings_dict["HOME"], durable=self.settings_dict["DURABLE"])
        server.ensure()
        self.settings_dict["HOST"] = server.host()  # `dbshell` reads it there
        params: dict[str, Any] = super().get_connection_params()
        return params
