"""Celery messages as files in a folder: Kombu's filesystem transport, made safe to kill and to wipe.

Kombu's own transport gives a message its final name before it has content, so that a reader may get half a message; it
moves each through the system's temporary folder, and its worker ends if the folder is removed.
"""

import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads

LONGEST_WAIT = 0.2


class Channel(filesystem.Channel):
    """A channel whose messages appear whole or not at all, and which recreates its folder if somebody removed it."""

    @property
    def data_folder_in(self) -> str:
        """The folder of messages, created if missing."""
        return str(existing(self.transport_options["data_folder_in"]))

    @property
    def control_folder(self) -> Path:
        """The folder of queue bindings, created if missing."""
        return existing(self.transport_options["control_folder"])

    def _put(self, queue: str, payload: dict[str, Any], **_: object) -> None:  # type: ignore[override]  # as its parent
        """Put a message: write a temporary file, then rename it, so that no reader sees half of it."""
        name = f"{time.time_ns()}_{uuid.uuid4().hex}.{queue}.msg"
        folder = Path(self.data_folder_in)
        draft = folder / f".{name}"
        try:
            draft.write_text(dumps(payload), encoding="utf-8")
            draft.rename(folder / name)
        except OSError:  # no room, for instance
            draft.unlink(missing_ok=True)
            raise

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:  # noqa: ARG002 (never waits)
        """Take the oldest message, without waiting. Of two takers, the one whose unlink succeeds has it."""
        for path in listed(Path(self.data_folder_in)):
            if path.name.partition(".")[2] == f"{queue}.msg":
                try:
                    text = path.read_text(encoding="utf-8")
                    path.unlink()
                except FileNotFoundError:
                    continue
                message: dict[str, Any] = loads(text)
                return message
        raise Empty


def listed(folder: Path) -> list[Path]:
    """The files in a folder, oldest first; none if it is being removed."""
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:
        return []


def existing(folder: str) -> Path:
    """The folder, created if missing."""
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    return path


class Transport(filesystem.Transport):
    """The transport that celery.py uses if no broker is given."""

    Channel = Channel

    def drain_events(self, connection: Any, timeout: float | None = None, **_: object) -> Any:
        """Wait briefly for a message: a worker told to stop notices it between two waits."""
        wait = min(timeout or LONGEST_WAIT, LONGEST_WAIT)
        return super().drain_events(connection, timeout=wait)  # type: ignore[no-untyped-call]
