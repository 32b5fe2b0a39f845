"""A link that lets one administrator in when neither passwords nor the provider do: made in a shell, used once."""

import datetime as dt

from django.contrib.auth.models import User
from django.core import signing

from procurement.access.auditing import Act, note
from procurement.access.roles import ADMINISTRATOR, reaches, role_of
from procurement.common.errors import Refused

LASTS = dt.timedelta(minutes=15)
SALT = "procurement.access.login_links"


def make_link(username: str) -> str:
    """The end of the link's address, which is noted. Raises Refused unless it is an active administrator's."""
    user = User.objects.filter(username=username).first()
    if user is None or not reaches(role_of(user), ADMINISTRATOR):
        raise Refused({"user": f"“{username}” is no active administrator"})
    note(Act.LINK_MADE, username, account=str(user.pk))
    return signing.dumps([user.pk, _state_of(user)], salt=SALT)


def user_of(link: str, *, for_use: bool = False) -> User | None:
    """Whose link it is; None if it is none, is too old or was used: a login changes what it names.

    `for_use` holds the account to the end of the transaction, so that of two at once one finds it used.
    """
    try:
        pk, state = signing.loads(link, salt=SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError):
        return None
    users = User.objects.select_for_update(no_key=True) if for_use else User.objects.all()
    user = users.filter(pk=pk, is_active=True).first()
    return user if user is not None and _state_of(user) == state and reaches(role_of(user), ADMINISTRATOR) else None


def _state_of(user: User) -> str:
    return user.last_login.isoformat() if user.last_login else ""
