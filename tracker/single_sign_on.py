"""Logins by a provider of OpenID Connect (docs/logins.md): which one, and which of its people have which role here."""

import hashlib
from typing import Any
from urllib.parse import urlsplit

from tracker import env

ROLE_NAMES = ("reader", "analyst", "reviewer", "administrator")


def mapped(name: str) -> dict[str, str]:
    """Values of a claim and the roles that they give, as `tracker-analysts=analyst`, separated by commas."""
    found = {}
    for part in env.words(name):
        value, _, role = (each.strip() for each in part.rpartition("="))
        if not value or role not in ROLE_NAMES:
            raise env.refusal(name, part, f"value=role, separated by commas, with the roles {', '.join(ROLE_NAMES)}")
        found[value] = role
    return found


#: The address of the provider, exactly as its tokens name their issuer; empty: there is none.
ISSUER = env.text("OIDC_ISSUER")
NAME = env.text("OIDC_NAME", "OpenID Connect")
#: The claim whose values give roles. Who has none of the values does not get in.
ROLE_CLAIM = env.text("OIDC_ROLE_CLAIM", "groups")
ROLES = mapped("OIDC_ROLES")
#: Whether the provider asks for a second factor, so that a login by it counts as one that passed it.
TWO_FACTOR = env.flag("OIDC_TWO_FACTOR", default=False)
#: Whether people log in by password; without it a shell still lets an administrator in (manage.py login_link).
PASSWORD_LOGIN = env.flag("PASSWORD_LOGIN", default=True)

if ISSUER and not ROLES:
    raise env.refusal("OIDC_ROLES", "", "which values of the claim give which role, as tracker-analysts=analyst")
if not ISSUER and not PASSWORD_LOGIN:
    raise env.refusal("PASSWORD_LOGIN", "false", "false only together with OIDC_ISSUER: nobody could log in")

#: Where the form of the login leads: browsers ask the policy of the page also where a form is redirected to.
FORMS_LEAD_TO = ["{0.scheme}://{0.netloc}".format(urlsplit(ISSUER))] if ISSUER else []

#: Accounts are known by this and the subject: another issuer's subjects are other people.
PROVIDER_ID = f"oidc-{hashlib.sha256(ISSUER.encode()).hexdigest()[:16]}"

APPS = ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"]


def provider() -> dict[str, Any]:
    """The provider as django-allauth wants it."""
    secret = env.required("OIDC_CLIENT_SECRET", because="OIDC_ISSUER is set, and the provider gave this secret with it")
    client = env.required("OIDC_CLIENT_ID", because="OIDC_ISSUER is set, and the provider knows this service by it")
    server = {"server_url": ISSUER}
    return {"provider_id": PROVIDER_ID, "name": NAME, "client_id": client, "secret": secret, "settings": server}


SETTINGS: dict[str, Any] = {
    "SOCIALACCOUNT_ADAPTER": "procurement.access.single_sign_on.ProviderAdapter",
    "SOCIALACCOUNT_PROVIDERS": {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [provider()] if ISSUER else []},
    },
    "SOCIALACCOUNT_EMAIL_AUTHENTICATION": False,
    "SOCIALACCOUNT_EMAIL_VERIFICATION": "none",
    "SOCIALACCOUNT_STORE_TOKENS": False,
}
