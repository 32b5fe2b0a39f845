"""A message as channels carry it, and what a channel is. Pure."""

from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Message:
    """One message to one subscriber. `message_id` is the same at every attempt, so that receivers can drop repeats."""

    message_id: str
    subject: str
    text: str
    alerts: tuple[dict[str, Any], ...] = field(default_factory=tuple)


class Carrier(Protocol):
    """One way to get messages to people; it may keep a connection until it is closed. One module of channels/ each."""

    kind: str

    @staticmethod
    def fault(address: str) -> str | None:
        """Say what is wrong with an address, and what would be accepted; None when nothing is."""

    def carry(self, message: Message, address: str) -> None:
        """Hand the message over, or raise. Called outside any transaction."""

    def close(self) -> None:
        """End the connection, if any. It may be used again afterwards."""
