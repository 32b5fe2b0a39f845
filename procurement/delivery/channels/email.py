"""E-mail, over whatever mail backend the settings name."""

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email

from procurement.delivery.message import Message


class Email:
    """One mail connection, kept while messages go well."""

    kind = "email"

    def __init__(self) -> None:
        self.connection = get_connection()

    @staticmethod
    def fault(address: str) -> str | None:
        """An address is one mailbox, without a display name."""
        try:
            validate_email(address)
        except ValidationError:
            return f"“{address[:80]}” is not an e-mail address; name@example.org would be accepted"
        return None

    def carry(self, message: Message, address: str) -> None:
        """Send one e-mail; after a failure the next one gets a new connection."""
        mail = EmailMessage(
            subject=message.subject,
            body=message.text,
            to=[address],
            connection=self.connection,
            headers={"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"},
        )
        try:
            self.connection.open()
            mail.send()
        except Exception:
            self.close()
            raise

    def close(self) -> None:
        """Hang up."""
        self.connection.close()


CARRIER = Email
