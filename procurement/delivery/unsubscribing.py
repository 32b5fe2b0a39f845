"""Leaving by a link: one that only the reader of a mail has, because it is signed."""

from django.core.signing import BadSignature, Signer

#: Signatures of other purposes are not accepted.
SALT = "procurement.unsubscribe"


def subscription_in(signed: str) -> int | None:
    """The subscription that a signed part of an address names; None where nobody signed it."""
    try:
        return int(Signer(salt=SALT).unsign(signed))
    except (BadSignature, ValueError):
        return None
