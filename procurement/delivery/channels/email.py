"""E-mail, over whatever mail backend the settings name."""

from collections.abc import Mapping
from email.mime.image import MIMEImage
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPResponseException
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
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
    asks_its_reader: ClassVar[bool] = True
    shows_letters: ClassVar[bool] = True

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
        mail = composed(message, channel.address)
        mail.connection = self.connection
        try:
            self.connection.open()
            mail.send()
        except Exception as error:
            self.close()
            raise refusal(error) from error

    def close(self) -> None:
        """Hang up."""
        self.connection.close()


def composed(message: Message, address: str) -> EmailMultiAlternatives:
    """The mail: text, and HTML with its charts inside, as most mail programs show no pictures from elsewhere."""
    mail = EmailMultiAlternatives(message.subject, str(message.text), to=[address], headers=headers_of(message))
    if message.letter is None:
        return mail
    charts = message.letter.charts()
    unique = message.message_id.strip("<>")
    names = {code: f"chart-{number}-{unique}" for number, code in enumerate(charts)}
    mail.attach_alternative(message.letter.html({code: f"cid:{name}" for code, name in names.items()}), "text/html")
    for code, name in names.items():
        mail.attach(_inside(charts[code], name, f"{code}.png"))
    mail.mixed_subtype = "related"  # type: ignore[attr-defined]  # which the stubs do not know
    return mail


def _inside(picture: bytes, name: str, filename: str) -> MIMEImage:
    """A picture that the HTML shows where it names it (RFC 2392)."""
    part = MIMEImage(picture, "png")
    part.add_header("Content-ID", f"<{name}>")
    part.add_header("Content-Disposition", "inline", filename=filename)
    return part


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
