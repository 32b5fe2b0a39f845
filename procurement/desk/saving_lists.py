"""Saving a list under a name, renaming and removing it."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from procurement.common.errors import Complaints, Refused
from procurement.desk.models import SavedList, may_share

LONGEST_NAME, LONGEST_QUERY = 80, 2000
#: What an address has besides what is looked for: the page, and how Django asks for popups.
NOT_SAVED = ("p", "all", "e", "_popup", "_to_field")


def looked_for(query: str) -> str:
    """The part of a list's query that says what is looked for, and in which order."""
    given = QueryDict(query, mutable=True)
    for name in NOT_SAVED:
        given.pop(name, None)
    return "&".join(each for each in given.urlencode().split("&") if not each.endswith("="))


@transaction.atomic
def save_list(user: AbstractBaseUser, *, table: str, name: str, query: str, shared: bool = False) -> SavedList:
    """Save what a list looks for under a name; a name of the user's that is in use gets the new meaning.

    Raises Refused for an empty name, a list that looks for nothing, and who may not save for everybody.
    """
    name, query = " ".join(name.split()), looked_for(query)
    complaints = Complaints()
    if not query:
        complaints.add("query", _("This list is not filtered, searched or ordered, so there is nothing to save."))
    if len(query) > LONGEST_QUERY:
        complaints.add("query", _("So many filters cannot be saved together."))
    if not name or len(name) > LONGEST_NAME:
        complaints.add("name", _("Give it a name of up to %(number)d characters.") % {"number": LONGEST_NAME})
    if shared and not may_share(user):
        complaints.add("shared", _("Reviewers and administrators save lists for everybody."))
    complaints.refuse_if_any()
    row, _made = SavedList.objects.update_or_create(
        user_id=user.pk, table=table, name=name, defaults={"query": query, "shared": shared}
    )
    return row


def rename_list(user: AbstractBaseUser, pk: int, *, name: str) -> SavedList:
    """Give a saved list another name. Raises Refused where it is not the user's to rename, or the name is taken."""
    row, name = _editable(user, pk), " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused({"name": _("Give it a name of up to %(number)d characters.") % {"number": LONGEST_NAME}})
    row.name = name
    try:
        with transaction.atomic():
            row.save(update_fields=["name"])
    except IntegrityError as error:
        raise Refused({"name": _("Another saved list has the name “%(name)s”.") % {"name": name}}) from error
    return row


def remove_list(user: AbstractBaseUser, pk: int) -> str:
    """Forget a saved list; gives its name. Raises Refused where it is not the user's to remove."""
    row = _editable(user, pk)
    row.delete()
    return row.name


def _editable(user: AbstractBaseUser, pk: int) -> SavedList:
    row = SavedList.objects.editable_by(user).filter(pk=pk).first()
    if row is None:
        raise Refused({"": _("There is no such saved list of yours.")})
    return row
