"""An older form does not undo a newer edit: what others changed while it was open is shown, and either is taken.

A form carries the values that it was loaded with. On saving they are compared with the row as it is now, which is
locked. Where somebody has changed a field, nothing is stored: the form is shown again with both values and who changed
what when, and asks which to keep. The answer holds for the value that was shown; if it changes again, it asks again.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core import signing
from django.db import models
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pghistory.models import Events

from procurement.common.localized import in_full

LOADED, TAKE = "_loaded", "_take_"
MINE, THEIRS = "mine", "theirs"
_SALT = "procurement.admin.older_forms"
CHANGED = gettext_lazy(
    "Nothing is stored yet: somebody changed this row after you opened it. Choose below what to keep, and save again."
)
#: So many changes of a row are looked through for who made them.
LOOKED_THROUGH = 50


@dataclass(frozen=True)
class Newer:
    """A field that somebody changed while a form was open: its values, and which is taken (empty: not said yet)."""

    name: str
    label: str
    before: str
    theirs: str
    mine: str
    digest: str
    taken: str = ""
    who: str = ""
    when: dt.datetime | None = None

    @property
    def field(self) -> str:
        """The name of the field that answers which to take."""
        return f"{TAKE}{self.name}"

    @property
    def choices(self) -> Iterable[tuple[str, str, str, bool]]:
        """The two answers: value, text, what is taken, and whether that was chosen."""
        for which, said, value in ((MINE, _("keep mine"), self.mine), (THEIRS, _("take theirs"), self.theirs)):
            yield f"{which}:{self.digest}", said, value or "–", self.taken == which


def loaded(form: forms.ModelForm) -> str:  # type: ignore[type-arg]
    """The values that a form was loaded with, for its hidden field: those that it was sent with, else the row's."""
    sent = form.data.get(LOADED, "") if form.is_bound else ""
    return sent or signing.dumps(_initials(form), salt=_SALT, compress=True)


def newer_in(form: forms.ModelForm) -> list[Newer]:  # type: ignore[type-arg]
    """The fields of a sent form that others have changed since it was loaded, to something else than it has."""
    base = _loaded_values(form.data.get(LOADED, ""))
    changed = {name: value for name, value in _initials(form).items() if name in base and base[name] != value}
    found = [_newer(form, name, base[name], theirs) for name, theirs in changed.items()]
    differing = [each for each in found if each is not None]
    return _with_authors(form.instance, differing) if differing else []


def _newer(form: forms.ModelForm, name: str, before: str, theirs: str) -> Newer | None:  # type: ignore[type-arg]
    bound = form[name]
    mine = plain(form.cleaned_data[name]) if name in form.cleaned_data else str(bound.data)
    if mine == theirs:
        return None
    digest = hashlib.sha256(f"{name}={theirs}".encode()).hexdigest()[:12]
    answer, _colon, about = form.data.get(f"{TAKE}{name}", "").partition(":")
    taken = answer if about == digest and answer in (MINE, THEIRS) else THEIRS if mine == before and not answer else ""
    was, is_now, sent = (_shown(bound, value) for value in (before, theirs, mine))
    return Newer(name, str(bound.label), was, is_now, sent, digest, taken)


def is_answered(form: forms.ModelForm, newer: Iterable[Newer]) -> bool:  # type: ignore[type-arg]
    """Whether the form said of each which to take, having seen the value that others have stored."""
    return all(form.data.get(each.field, "") in {value for value, *_rest in each.choices} for each in newer)


def take_theirs(form: forms.ModelForm, newer: Iterable[Newer]) -> frozenset[str]:  # type: ignore[type-arg]
    """Let the fields for which that was chosen have the stored values; returns them."""
    names = frozenset(each.name for each in newer if each.taken == THEIRS)
    for name in names:
        field = form.fields[name]
        value = field.prepare_value(form.get_initial_for_field(field, name))
        if isinstance(field, forms.MultiValueField):
            value = field.widget.decompress(value)
        form.errors.pop(name, None)
        form.cleaned_data[name] = field.clean(value)
    return names


# values


def plain(value: Any) -> str:
    """A value as text, equal for equal values whether they come from a row or from a form."""
    if value is None:
        return ""
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, (list, tuple, set, models.QuerySet)):
        return ",".join(sorted(map(plain, value)))
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    return value.isoformat() if isinstance(value, (dt.date, dt.time)) else str(value).replace("\r\n", "\n")


def _initials(form: forms.ModelForm) -> dict[str, str]:  # type: ignore[type-arg]
    return {name: plain(form.get_initial_for_field(field, name)) for name, field in form.fields.items()}


def _loaded_values(sent: str) -> Mapping[str, str]:
    try:
        return dict(signing.loads(sent, salt=_SALT)) if sent else {}
    except signing.BadSignature:
        return {}


def _shown(bound: BoundField, value: str) -> str:
    """A value for people: the texts of choices and rows, amounts in groups."""
    field = bound.field
    if isinstance(field, forms.ModelChoiceField):
        rows: Any = field.queryset
        return ", ".join(map(str, rows.filter(pk__in=[pk for pk in value.split(",") if pk.isdecimal()])))
    if isinstance(field, forms.BooleanField):
        return _("yes") if value == "True" else _("no")
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
    return in_full(Decimal(value)) if value and isinstance(field, forms.DecimalField) else value


# who did it


def _with_authors(row: models.Model, newer: list[Newer]) -> list[Newer]:
    """Who changed each field last, and when, where the row's history says so."""
    every: Any = Events.objects
    events = list(every.references(row).order_by("-pgh_created_at", "-pgh_id")[:LOOKED_THROUGH])
    users = User.objects.in_bulk({(event.pgh_context or {}).get("user", 0) for event in events})
    columns = {field.name: field.attname for field in row._meta.concrete_fields}
    return [_with_author(each, columns.get(each.name, each.name), events, users) for each in newer]


def _with_author(newer: Newer, column: str, events: Iterable[Any], users: Mapping[int, User]) -> Newer:
    for event in events:
        if column in (event.pgh_diff or {}):
            user = users.get((event.pgh_context or {}).get("user", 0))
            return replace(newer, who=_name(user) if user else "", when=event.pgh_created_at)
    return newer


def _name(user: User) -> str:
    return user.get_full_name() or user.get_username()
