"""A message as channels carry it, and what a channel is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from procurement.alerts.models import Channel
from procurement.common.errors import TrackerError
from procurement.common.options import Option


@dataclass(frozen=True)
class Message:
    """One message to one subscriber. `message_id` is the same at every attempt, so that receivers can drop repeats."""

    message_id: str
    subject: str
    text: str
    alerts: tuple[dict[str, Any], ...] = field(default_factory=tuple)


class NotCarried(TrackerError):
    """The receiver did not accept a message; `status` is its code."""

    def __init__(self, reason: str, *, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status


class Carrier(Protocol):
    """One way to get messages to people; it may keep a connection until it is closed. One module of channels/ each."""

    #: Its name in API and admin, and the name of its module.
    kind: ClassVar[str]
    #: The settings of a channel of this kind, besides its address.
    options: ClassVar[Sequence[Option]]

    @staticmethod
    def faults(address: str, settings: Mapping[str, Any], /) -> Mapping[str, str]:
        """Errors that say what would be accepted, under "address" or "settings.NAME"; empty if there are none.

        `settings` has a value for each option; each value was checked by itself before.
        """

    def carry(self, message: Message, channel: Channel, /) -> int | None:
        """Hand the message over, or raise; returns the receiver's code, if it answers with one.

        Called outside any transaction. It must end within a minute.
        """

    def close(self) -> None:
        """End the connection, if any. It may be used again afterwards."""
