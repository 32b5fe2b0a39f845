"""A message as channels carry it, and what a channel is."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from procurement.alerts.models import Channel
from procurement.common.errors import TrackerError
from procurement.common.options import Option
from procurement.delivery.letters import Letter


@dataclass(frozen=True)
class Message:
    """One message to one subscriber. `message_id` is the same at every attempt, so that receivers can drop repeats."""

    message_id: str
    subject: str
    text: str
    alerts: tuple[dict[str, Any], ...] = field(default_factory=tuple)
    #: what it is: "alerts", "digest" or "test"
    kind: str = "alerts"
    #: its number among the messages of its channel; None for a test
    sequence: int | None = None
    created_at: dt.datetime | None = None
    subscription_id: int | None = None
    #: all that asked for it; several may lead to one address
    subscription_ids: tuple[int, ...] = ()
    #: what was outstanding and committed when a digest's period began and ended
    figures: tuple[dict[str, Any], ...] = ()
    #: the public page that switches its subscription off; empty for a test
    unsubscribe_url: str = ""
    #: the same as HTML with charts, for channels that show it
    letter: Letter | None = None


@dataclass(frozen=True)
class Answer:
    """What a receiver answered: its code, and the beginning of its text."""

    status: int | None = None
    text: str = ""


NO_ANSWER = Answer()


class NotCarried(TrackerError):
    """The receiver did not accept a message.

    `permanent`: it never will, so it is not tried again. `gone`: it takes no messages at all any more. `retry_after`:
    how long it asks to be left alone. `by_receiver`: whether the channel is to blame, and paused if this goes on; a
    mail server of the service's own that does not answer says nothing about an address.
    """

    def __init__(
        self,
        reason: str,
        *,
        answer: Answer = NO_ANSWER,
        permanent: bool = False,
        gone: bool = False,
        retry_after: dt.timedelta | None = None,
        by_receiver: bool = True,
    ) -> None:
        super().__init__(reason)
        self.answer = answer
        self.permanent, self.gone = permanent or gone, gone
        self.retry_after, self.by_receiver = retry_after, by_receiver


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

    def carry(self, message: Message, channel: Channel, /) -> Answer | None:
        """Hand the message over, or raise; returns what the receiver answered, if it answers.

        Called in a thread, outside any transaction, and without the database: what it needs is in its arguments. It
        must end within a minute.
        """

    def close(self) -> None:
        """End the connection, if any. It may be used again afterwards."""

    # What a kind may declare besides:
    #
    # asks_its_reader = True: an address gets messages only after its reader said so by the link in a mail, or an
    #     administrator vouched for it (verifying.py).
    # shows_letters = True: its messages are shown as HTML with charts (`Message.letter`).
    # parted(address, settings): a static method for addresses that are secret themselves: returns what may be shown of
    #     one, and the settings that hold the rest.
