"""No sending: the messages are in the subscription's feed, for people who have no other channel."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from procurement.alerts.models import Channel
from procurement.common.options import Option
from procurement.delivery.message import Message

NAME = re.compile(r"[\w .-]{1,80}")


class Feed:
    """What is handed over is there already."""

    kind: ClassVar[str] = "feed"
    options: ClassVar[tuple[Option, ...]] = ()

    @staticmethod
    def faults(address: str, _settings: Mapping[str, Any]) -> Mapping[str, str]:
        """An address is a name, for its owner alone: where feeds are is said by each subscription."""
        if NAME.fullmatch(address):
            return {}
        return {"address": "must be a name of up to 80 letters, digits and spaces; my reader would be accepted"}

    def carry(self, _message: Message, _channel: Channel) -> None:
        """Accept it: who reads the feed gets it."""

    def close(self) -> None:
        """Do nothing: nothing is open."""


CARRIER = Feed
