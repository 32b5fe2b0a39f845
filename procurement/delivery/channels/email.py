"""E-mail, over whatever mail backend the settings name."""

from collections.abc import Mapping
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPResponseException
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email

from procurement.alerts.models import Channel
from procurement.common.options import Option
from procurement.delivery.message import Answer, Message, NotCarried

#: The codes by which a mail server refuses for good (RFC 5321): from the first to before the second.
PERMANENT, BEYOND = 500, 600


class Email:
    """One mail connection, kept while messages go well."""

    kind: ClassVar[str] = "email"
    options: ClassVar[tuple[Option, ...]] = ()

    def __init__(self) -> None:
        self.connection = get_connection()

    @staticmethod
    def faults(address: str, _settings: Mapping[str, Any]) -> Mapping[str, str]:
        """An address is one mailbox, without a display name."""
        try:
            validate_email(address)
        except ValidationError:
            return {"address": f"“{address[:80]}” is not an e-mail address; name@example.org would be accepted"}
        return {}

    def carry(self, message: Message, channel: Channel) -> None:
        """Send one e-mail; after a failure the next one gets a new connection."""
        mail = EmailMessage(
            subject=message.subject,
            body=message.text,
            to=[channel.address],
            connection=self.connection,
            headers=headers_of(message),
        )
        try:
            self.connection.open()
            mail.send()
        except Exception as error:
            self.close()
            raise refusal(error) from error

    def close(self) -> None:
        """Hang up."""
        self.connection.close()


def headers_of(message: Message) -> dict[str, str]:
    """What mail programs need to show a repeat once, answer nothing, and offer to leave by one click (RFC 8058)."""
    headers = {"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"}
    if message.unsubscribe_url:
        headers |= {
            "List-Unsubscribe": f"<{message.unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return headers


def refusal(error: Exception) -> Exception:
    """What a mail server's refusal means. Of a recipient, 5xx is for good; of anything else, it is not their fault."""
    if isinstance(error, SMTPRecipientsRefused):
        ((code, said),) = list(error.recipients.values())[:1]
        return _refused(f"SMTPRecipientsRefused: {_text(said)}", code, said, by_receiver=True)
    if isinstance(error, SMTPResponseException):
        by_receiver = isinstance(error, SMTPDataError)
        return _refused(f"{type(error).__name__}: {error}", error.smtp_code, error.smtp_error, by_receiver=by_receiver)
    return error


def _refused(reason: str, code: int, said: bytes | str, *, by_receiver: bool) -> NotCarried:
    permanent = by_receiver and PERMANENT <= code < BEYOND
    return NotCarried(reason, answer=Answer(code, _text(said)), permanent=permanent, by_receiver=by_receiver)


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said


CARRIER = Email
