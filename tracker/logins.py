"""How people log in, how long that lasts, and how many passwords may be tried (django-allauth, django-axes)."""

from datetime import timedelta
from typing import Any

from tracker import env

#: After so many failed logins from one client, nobody logs in from there for so many minutes.
FAILURES = env.number("LOGIN_FAILURES", 10, low=3, high=1000)
REST_MINUTES = env.number("LOGIN_REST_MINUTES", 15, low=1, high=24 * 60)

#: Whose logins need a second factor: nobody's (each may set one up), those of administrators, or everyone's.
TWO_FACTOR = env.choice("TWO_FACTOR", "optional", frozenset({"optional", "administrators", "everyone"}))
#: A login ends after so many minutes in which its user asked for nothing, and so many hours after it began.
IDLE_MINUTES = env.number("SESSION_IDLE_MINUTES", 60, low=1, high=60 * 24 * 30)
HOURS = env.number("SESSION_HOURS", 12, low=1, high=24 * 30)

APPS = ["allauth", "allauth.account", "allauth.mfa"]

SETTINGS: dict[str, Any] = {
    # older keys still open what they closed: sessions, and the secrets of second factors
    "SECRET_KEY_FALLBACKS": env.words("SECRET_KEY_FALLBACKS"),
    # the first hashes; passwords of the others are hashed anew at their next login
    "PASSWORD_HASHERS": [
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ],
    # the first only refuses everybody from where too many logins failed
    "AUTHENTICATION_BACKENDS": ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"],
    "AXES_COOLOFF_TIME": timedelta(minutes=REST_MINUTES),
    "AXES_LOCKOUT_PARAMETERS": ["ip_address"],
    "AXES_CLIENT_IP_CALLABLE": "procurement.access.guessing.client_address",
    "AXES_USERNAME_CALLABLE": "procurement.access.guessing.account_name",
    "AXES_LOCKOUT_CALLABLE": "procurement.access.guessing.refused",
    "AXES_RESET_ON_SUCCESS": True,
    # else whoever is locked out and tries again is locked out for longer, with everybody behind the same address
    "AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT": False,
    # the audit log has logins, failures and lock-outs
    "AXES_DISABLE_ACCESS_LOG": True,
    "AXES_ENABLE_ADMIN": False,
    "AXES_VERBOSE": False,
    # what is typed as a name may be a password
    "AXES_SENSITIVE_PARAMETERS": ["username", "csrfmiddlewaretoken"],
    # whose session it is, and from where it began, are columns
    "SESSION_ENGINE": "procurement.access.session_store",
    "SESSION_COOKIE_AGE": IDLE_MINUTES * 60,
    "LOGIN_URL": "admin:login",
    "LOGIN_REDIRECT_URL": "admin:index",
    # people are made by administrators, and their addresses of mail identify nobody
    "ACCOUNT_ADAPTER": "procurement.access.login_adapters.AccountAdapter",
    "ACCOUNT_EMAIL_VERIFICATION": "none",
    "ACCOUNT_LOGIN_METHODS": {"username"},
    "ACCOUNT_SIGNUP_FIELDS": ["username*", "password1*"],
    "ACCOUNT_REAUTHENTICATION_METHODS": ("password", "mfa"),
    # counted by django-axes and in the audit log, for all processes together; the library would count in each
    "ACCOUNT_RATE_LIMITS": False,
    "MFA_ADAPTER": "procurement.access.login_adapters.FactorAdapter",
    "MFA_FORMS": {
        "authenticate": "procurement.access.code_forms.AuthenticateForm",
        "reauthenticate": "procurement.access.code_forms.ReauthenticateForm",
    },
    "MFA_ALLOW_UNVERIFIED_EMAIL": True,  # nobody signs up, so nobody locks another one out
    "MFA_SUPPORTED_TYPES": ["totp", "recovery_codes"],
    "MFA_RECOVERY_CODES_SHOW_ONCE": True,
    "MFA_TOTP_TOLERANCE": 1,  # clocks of telephones are half a minute wrong at times
}
