"""What this service does otherwise than django-allauth by itself: nobody signs up, secrets are encrypted."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest

from procurement.access.limits.addresses import client_network


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 (allauth's signature)
        """Administrators make accounts."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that counts as one client."""
        return client_network(request.META)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Who has a second factor confirms by it: a password alone must not take it away."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [each for each in methods if each["id"] == "mfa_reauthenticate"] or methods

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who comes by the provider and has neither password nor second factor has nothing to confirm by."""
        if not self.get_reauthentication_methods(context.request.user):
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors."""

    def get_totp_issuer(self) -> str:
        """What the app on a telephone shows above the account."""
        return "Procurement tracker"

    def get_totp_label(self, user: Any) -> str:
        """The account, and the host that it is of: people use several services."""
        return f"{user.get_username()}@{self._get_site_name()}"

    def encrypt(self, text: str) -> str:
        """A secret as it is stored: readers of the database and its backups cannot make codes of it."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret. Raises InvalidToken where SECRET_KEY is another one."""
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> MultiFernet:
    """Encrypts with SECRET_KEY, and opens what older keys closed."""
    keys: list[str] = [str(settings.SECRET_KEY), *map(str, settings.SECRET_KEY_FALLBACKS)]
    digests = (hashlib.sha256(b"second factors" + key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
