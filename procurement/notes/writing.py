"""Writing notes, and taking them back."""

from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from procurement.access.roles import ANALYST, REVIEWER, reaches, role_of
from procurement.common.errors import Refused
from procurement.common.texts import text_fault
from procurement.notes.models import Note, subject_of

#: The longest note.
LONGEST = 4_000


@transaction.atomic
def write_note(about: models.Model, text: str, *, by: User) -> Note:
    """Add a note to a program, contract or flag. Raises Refused, also where the role does not write."""
    if not reaches(role_of(by), ANALYST):
        raise Refused({"": _("Notes are written by analysts.")})
    text = text.replace("\r\n", "\n").strip()
    if fault := _fault(text):
        raise Refused({"text": fault})
    note = Note(text=text, written_by=by, **{f"{subject_of(about)}_id": about.pk})
    note.save(force_insert=True)
    return note


def _fault(text: str) -> str:
    if not text:
        return _("Write something: a note cannot be empty.")
    if len(text) > LONGEST:
        return _("A note has at most %(most)s characters; this one has %(count)s.") % {
            "most": LONGEST,
            "count": len(text),
        }
    return text_fault(text) or ""


@transaction.atomic
def take_back_note(note_id: int, *, by: User) -> Note:
    """Take a note back: it stays readable, marked with who did it and when. Safe to repeat. Raises Refused."""
    note = Note.objects.select_for_update(no_key=True, of=("self",)).get(pk=note_id)
    if not may_take_back(note, by):
        raise Refused({"": _("A note is taken back by who wrote it, or by a reviewer.")})
    if note.holds:
        note.taken_back_by, note.taken_back_at = by, timezone.now()
        note.save(update_fields=["taken_back_by", "taken_back_at"])
    return note


def may_take_back(note: Note, user: User) -> bool:
    """Whether a user wrote a note, or reviews."""
    role = role_of(user)
    return reaches(role, REVIEWER) or (note.written_by_id == user.pk and reaches(role, ANALYST))
