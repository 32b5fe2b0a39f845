"""Sessions are kept in a table that says whose they are, so that all of one user's can be ended (Django's own way)."""

import datetime as dt
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as TableStore

#: Under which name a session has where and when its login began.
BEGAN = "began"


class SessionStore(TableStore):
    """The store that Django's middleware uses."""

    @classmethod
    def get_model_class(cls) -> Any:
        """The table."""
        from procurement.access.session_models import LoginSession

        return LoginSession

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """A row, with the columns that tell of it."""
        row: Any = super().create_model_instance(data)
        began = data.get(BEGAN, {})
        row.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.address, row.browser = began.get("address", ""), began.get("browser", "")
        row.began_at, row.seen_at = moment(began.get("at")), moment(began.get("seen"))
        return row


def moment(text: str | None) -> dt.datetime | None:
    """A moment as sessions keep it."""
    return dt.datetime.fromisoformat(text) if text else None
