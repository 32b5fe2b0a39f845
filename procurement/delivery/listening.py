"""Hearing at once that there is something to do: what triggers say by NOTIFY when a transaction commits."""

from types import TracebackType
from typing import Self

from django.db import connection
from psycopg import Notify, sql

from procurement.common.table_triggers import OUTBOX, STATUSES


class Ear:
    """This database session, listening. What is said while nobody listens is found by looking."""

    def __init__(self) -> None:
        #: what was said before it listened
        self._heard = {STATUSES, OUTBOX}

    def __enter__(self) -> Self:
        connection.ensure_connection()
        self._session = connection.connection
        self._session.add_notify_handler(self._hear)
        with connection.cursor() as cursor:
            for name in (STATUSES, OUTBOX):
                cursor.execute(sql.SQL("LISTEN {}").format(sql.Identifier(name)))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._session.remove_notify_handler(self._hear)
        if kind is None:
            with connection.cursor() as cursor:
                cursor.execute("UNLISTEN *")

    def _hear(self, said: Notify) -> None:
        self._heard.add(said.channel)

    def fileno(self) -> int:
        """What can be read when something was said."""
        return int(self._session.fileno())

    def took(self, name: str) -> bool:
        """Whether something was said by this name since it was asked last."""
        self._read()
        said = name in self._heard
        self._heard.discard(name)
        return said

    def _read(self) -> None:
        session = self._session.pgconn
        session.consume_input()
        while said := session.notifies():
            self._heard.add(said.relname.decode())
