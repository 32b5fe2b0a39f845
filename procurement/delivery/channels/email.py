"""E-mail, over whatever mail backend the settings name."""

from collections.abc import Mapping
from smtplib import SMTPResponseException
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email

from procurement.alerts.models import Channel
from procurement.common.options import Option
from procurement.delivery.message import Message, NotCarried


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
            headers={"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"},
        )
        try:
            self.connection.open()
            mail.send()
        except SMTPResponseException as error:
            self.close()
            raise NotCarried(f"{type(error).__name__}: {error}", status=error.smtp_code) from error
        except Exception:
            self.close()
            raise

    def close(self) -> None:
        """Hang up."""
        self.connection.close()


CARRIER = Email
