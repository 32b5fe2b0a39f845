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
    """A receiver did not take a message; `status` is the code that it answered."""

    def __init__(self, reason: str, *, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status


class Carrier(Protocol):
    """One way to get messages to people; it may keep a connection until it is closed. One module of channels/ each."""

    #: The name under which API and admin offer it, and the name of its module.
    kind: ClassVar[str]
    #: The settings that a channel of this kind has beside its address.
    options: ClassVar[Sequence[Option]]

    @staticmethod
    def faults(address: str, settings: Mapping[str, Any], /) -> Mapping[str, str]:
        """What is wrong, and what would be accepted, by "address" or "settings.NAME"; empty when nothing is.

        `settings` has a value for each option, each accepted by itself.
        """

    def carry(self, message: Message, channel: Channel, /) -> int | None:
        """Hand the message over, or raise; returns the code that the receiver answered, if it answers with one.

        Called outside any transaction. It must give up by itself within a minute.
        """

    def close(self) -> None:
        """End the connection, if any. It may be used again afterwards."""
