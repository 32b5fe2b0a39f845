"""Django finds a backend by the name of this module: its parent, with a cheaper look at kept sessions.

Without DATABASE_URL it also starts the embedded server.
"""

import select
from typing import Any

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

from tracker.local.embedded import Server

#: Neither in the middle of a statement nor in a transaction that has failed.
QUIET = frozenset({TransactionStatus.IDLE, TransactionStatus.INTRANS})


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL; an embedded one starts with the first connection, so that commands that need none start none."""

    def get_connection_params(self) -> dict[str, Any]:
        """Parameters of a connection; an embedded server answers when this returns."""
        if "HOME" in self.settings_dict:
            server = Server(self.settings_dict["HOME"], durable=self.settings_dict["DURABLE"])
            server.ensure()
            self.settings_dict["HOST"] = server.host()  # `dbshell` reads it there
        params: dict[str, Any] = super().get_connection_params()
        return params

    def is_usable(self) -> bool:
        """Whether a kept session still works.

        A server that has ended, or has ended the session, leaves something to be read, if only the end of the stream.
        Only then is it asked, which each request would else wait for.
        """
        session = self.connection
        if session is None or session.closed or session.info.transaction_status not in QUIET:
            return bool(super().is_usable())
        return not _can_be_read(session.pgconn.socket) or bool(super().is_usable())


def _can_be_read(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))
