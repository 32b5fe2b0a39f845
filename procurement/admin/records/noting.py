"""Notes on the pages of programs, contracts and flags: written below the others, and taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms import CharField
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget

from procurement.admin.acting import ActingForm, Doing, acting_page, page_of, sent
from procurement.admin.sending_once import token_of
from procurement.notes.models import Note
from procurement.notes.writing import LONGEST, may_take_back, take_back_note, write_note

#: So many notes are shown on a page; the list has the rest.
MOST = 30
#: The part of a page where they stand.
PLACE = "#notes"


@dataclass(frozen=True)
class Shown:
    """A note, and whether who looks at it may take it back."""

    note: Note
    may_take_back: bool


class NoteForm(ActingForm):
    """A new note."""

    text = CharField(
        required=False, label=gettext_lazy("Note"), widget=UnfoldAdminTextareaWidget({"rows": 3, "maxlength": LONGEST})
    )


def notes_on(request: HttpRequest, row: models.Model) -> dict[str, Any]:
    """The latest notes on a row, how many there are, and what a new one is sent with."""
    user, rows = cast("User", request.user), list(Note.objects.about(row)[: MOST + 1])
    return {
        "shown": [Shown(note, note.holds and may_take_back(note, user)) for note in rows[:MOST]],
        "more": len(rows) > MOST,
        "all": f"{reverse('admin:procurement_note_changelist')}?{_column(row)}__id__exact={row.pk}",
        "may_write": user.has_perm("procurement.add_note"),
        "address": reverse(f"admin:procurement_{row._meta.model_name}_note", args=[row.pk]),
        "form_token": token_of(request),
        "longest": LONGEST,
    }


def _column(row: models.Model) -> str:
    return str(row._meta.model_name)


class Noted:
    """Rows on which notes may be written."""

    def get_urls(self) -> list[URLPattern]:
        """With the address to which notes are sent."""
        owner: Any = self
        view = owner.admin_site.admin_view(self.note_view)
        name = f"procurement_{owner.opts.model_name}_note"
        return [path("<path:object_id>/note/", view, name=name), *super().get_urls()]  # type: ignore[misc]

    def note_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Write a note; where it is refused, the page asks again with what was typed."""
        owner: Any = self
        row = owner.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not owner.has_view_permission(request, row) or not request.user.has_perm("procurement.add_note"):
            raise PermissionDenied

        def do(given: Mapping[str, Any]) -> str:
            write_note(row, given["text"], by=cast("User", request.user))
            return _("Your note on “%(row)s” is stored.") % {"row": row}

        intro = _("People with an account see it; nobody else does.")
        doing = Doing(title=_("Note on “%(row)s”") % {"row": row}, button=_("Add the note"), intro=intro, do=do)
        return acting_page(owner, request, NoteForm(sent(request)), doing, back=page_of(row) + PLACE, row=row)


def taking_back_page(owner: Any, request: HttpRequest, note: Note) -> HttpResponse:
    """Ask once, then take a note back."""

    def do(_given: Mapping[str, Any]) -> str:
        take_back_note(note.pk, by=cast("User", request.user))
        return _("The note is taken back; it stays readable.")

    doing = Doing(
        title=_("Take back a note"),
        button=_("Take it back"),
        intro=_("“%(text)s” stays readable, crossed out, with your name and the time.") % {"text": note.text[:300]},
        do=do,
    )
    return acting_page(owner, request, ActingForm(sent(request)), doing, back=page_of(note.subject) + PLACE, row=note)
