"""Chat and push services, such as Slack, Teams and Matrix, that the library Apprise speaks with."""

import datetime as dt
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from django.utils.crypto import salted_hmac

from procurement.alerts.models import Channel
from procurement.common.errors import Refused
from procurement.common.http_posts import Reply
from procurement.common.options import NotAccepted, Option, as_text, hidden
from procurement.delivery.backoff import asked_for
from procurement.delivery.chat_services import Address, Visit, address_in, asset, plugin_of, secrets_of, visiting
from procurement.delivery.message import Answer, Message, NotCarried

#: Stands for what is not shown of an address.
HIDDEN = "…"


def as_service_url(value: object) -> str:
    """The address of a service, as Apprise writes it."""
    return address_in(as_text(value)).url


class Services:
    """Keeps nothing open between messages."""

    kind: ClassVar[str] = "apprise"
    options: ClassVar[tuple[Option, ...]] = (
        Option("url", "the address of the service, as slack://…; all of it is a secret", as_service_url, secret=True),
    )

    @staticmethod
    def parted(address: str, settings: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
        """What may be shown of an address, and the setting that holds it. Raises Refused."""
        kept = str(settings.get("url") or "")
        is_given = not kept or (HIDDEN not in address and "://" in address)
        name, given = ("address", address) if is_given else ("settings.url", kept)
        try:
            found = address_in(as_text(given))
        except NotAccepted as error:
            raise Refused({name: str(error)}) from None  # what it came from may hold the address
        return shown(found), {"url": found.url}

    @staticmethod
    def faults(_address: str, _settings: Mapping[str, Any]) -> Mapping[str, str]:
        """What parted an address has checked it."""
        return {}

    def carry(self, message: Message, channel: Channel) -> Answer:
        """Say it where the address leads. Long messages may come in parts."""
        found = address_in(channel.settings["url"])
        with visiting() as visit:
            accepted = _said(message, found)
        answer = _answer(visit.reply, found)
        if not accepted:
            raise _refusal(visit, answer, found)
        return answer

    def close(self) -> None:
        """Do nothing: nothing is open."""


def _said(message: Message, address: Address) -> bool:
    """Whether the service took a message. What the library raises may hold the address, and is named only."""
    try:
        plugin = plugin_of(address.service)(**{**address.parsed, "overflow": "split"}, asset=asset())
        return bool(plugin.notify(title=message.subject, body=str(message.text), body_format="text"))
    except Exception as error:  # noqa: BLE001  whatever it raises
        raise NotCarried(f"{address.host}: {type(error).__name__}") from None


def shown(address: Address) -> str:
    """An address as it may be shown: the service, its host, and a mark by which two are told apart."""
    mark = salted_hmac("procurement.apprise", address.url).hexdigest()[:6]
    return f"{address.scheme}://{address.host}/{HIDDEN}{mark}"


def _answer(reply: Reply | None, address: Address) -> Answer:
    """What was answered last, without what it may repeat of the address."""
    return Answer() if reply is None else Answer(reply.status, hidden(reply.text, secrets_of(address)))


def _refusal(visit: Visit, answer: Answer, address: Address) -> NotCarried:
    if visit.reply is None:
        said = hidden(visit.error, secrets_of(address)) or "it was not asked, as the message does not suit it"
        return NotCarried(f"{address.host}: {said}")
    headers = {name.lower(): value for name, value in visit.reply.headers.items()}
    wait = asked_for(headers.get("retry-after", ""), answered_at=headers.get("date", ""), now=dt.datetime.now(dt.UTC))
    said = f"{address.host}: {visit.error}" if visit.error else f"{address.host} answered {visit.reply.status}"
    return NotCarried(said, answer=answer, gone=visit.reply.status == HTTPStatus.GONE, retry_after=wait)


CARRIER = Services
