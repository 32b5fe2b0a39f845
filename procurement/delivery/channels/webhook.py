"""Webhooks by the Standard Webhooks specification: signed JSON, posted to an address."""

import base64
import binascii
import datetime as dt
from collections.abc import Mapping
from http import HTTPStatus
from http.client import HTTPException
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from standardwebhooks import Webhook as Signer

from procurement.alerts.models import Channel
from procurement.common.downloading import address_fault
from procurement.common.http_posts import Line, Reply
from procurement.common.json_text import as_json
from procurement.common.options import NotAccepted, Option, as_text, chosen
from procurement.delivery.backoff import asked_for
from procurement.delivery.message import Answer, Message, NotCarried
from procurement.delivery.payloads import VERSION, told

PREFIX = "whsec_"
#: How many bytes a secret may have, by the specification.
SHORTEST, LONGEST = 24, 64
#: How long a receiver may take for all of its answer, in seconds.
SECONDS = 15.0


def as_secret(value: object) -> str:
    """A secret as the specification writes it."""
    text = as_text(value)
    try:
        key = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not text.startswith(PREFIX) or not SHORTEST <= len(key) <= LONGEST:
        raise NotAccepted(f"must be {PREFIX} and {SHORTEST} to {LONGEST} random bytes in base64")
    return text


class Webhook:
    """One connection, kept for further messages to its host."""

    kind: ClassVar[str] = "webhook"
    options: ClassVar[tuple[Option, ...]] = (
        Option("secret", "signs each message: whsec_ and base64", as_secret, needed=True, secret=True),
        Option(
            "previous_secret", "signs each message too, while receivers change to a new one", as_secret, secret=True
        ),
    )

    def __init__(self) -> None:
        self.line = Line(settings.WEBHOOK_HOSTS)

    @staticmethod
    def faults(address: str, _settings: Mapping[str, Any]) -> Mapping[str, str]:
        """An address is https; http only to a host that an administrator allowed."""
        if address_fault(address) is not None or any(c.isspace() or not c.isprintable() for c in address):
            return {"address": f"“{address[:80]}” is no web address; https://example.org/alerts would be accepted"}
        parts = urlsplit(address)
        if not address.isascii() or parts.fragment:
            return {"address": "has letters beyond ASCII, or a #; write the host in Punycode and the rest escaped"}
        if parts.scheme != "https" and parts.hostname not in settings.WEBHOOK_HOSTS:
            return {"address": "must begin with https://"}
        return {}

    def carry(self, message: Message, channel: Channel) -> Answer:
        """Post the message; an answer of 2xx accepts it."""
        body = as_json(payload(message))
        try:
            reply = self.line.post(channel.address, body, self._headers(message, channel, body), longest=SECONDS)
        except (OSError, HTTPException, ValueError) as error:
            self.close()
            raise NotCarried(f"{urlsplit(channel.address).hostname}: {str(error) or type(error).__name__}") from error
        answer = Answer(reply.status, reply.text)
        if not HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES:
            raise _refusal(reply, answer)
        return answer

    def _headers(self, message: Message, channel: Channel, body: bytes) -> dict[str, str]:
        secrets = chosen(self.options, channel.settings)
        return {"Content-Type": "application/json"} | signed(
            message_id(message), body, [secret for secret in secrets.values() if secret], now=dt.datetime.now(dt.UTC)
        )

    def close(self) -> None:
        """Hang up."""
        self.line.close()


def message_id(message: Message) -> str:
    """The id of a message: the part of its RFC 5322 id that is its own, which has no dot."""
    return message.message_id.strip("<>").partition("@")[0]


def signed(name: str, body: bytes, secrets: list[str], *, now: dt.datetime) -> dict[str, str]:
    """The headers of the specification, with a signature by each secret."""
    signatures = [Signer(secret).sign(name, now, body.decode()) for secret in secrets]
    return {
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def payload(message: Message) -> dict[str, Any]:
    """The body: what it is, when it was made, its number at this address, and the alerts."""
    return {
        "type": message.kind,
        "version": VERSION,
        "timestamp": message.created_at,
        "sequence": message.sequence,
        "data": {
            "summary": message.subject,
            "subscription": message.subscription_id,
            "subscriptions": list(message.subscription_ids),
            "alerts": [told(alert, settings.PUBLIC_URL) for alert in message.alerts],
            **({"figures": list(message.figures)} if message.kind == "digest" else {}),
        },
    }


def _refusal(reply: Reply, answer: Answer) -> NotCarried:
    headers = {name.lower(): value for name, value in reply.headers.items()}
    said = f"it answered {reply.status}"
    if HTTPStatus.MULTIPLE_CHOICES <= reply.status < HTTPStatus.BAD_REQUEST:
        said += ", and redirects are not followed"
    wait = asked_for(headers.get("retry-after", ""), answered_at=headers.get("date", ""), now=dt.datetime.now(dt.UTC))
    return NotCarried(said, answer=answer, gone=reply.status == HTTPStatus.GONE, retry_after=wait)


CARRIER = Webhook
