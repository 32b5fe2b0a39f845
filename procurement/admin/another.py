"""Save and add another: the next form begins with what was chosen, not with what was typed for one row only."""

from urllib.parse import urlencode

from django import forms
from django.db import models
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from procurement.admin.listing import link_to
from procurement.admin.pickers import CodeField
from procurement.admin.returning import RETURN
from procurement.admin.sentences import sentence

#: What is chosen anew for each row, because it names one other row.
OF_ONE_ROW = frozenset({"milestone", "revokes"})
#: The fields whose values stay: the contract, the program, the measure, the source, the dates. Amounts, keys, notes and
#: quotations are texts and numbers, which begin empty.
CHOSEN = (forms.ModelChoiceField, forms.ChoiceField, forms.DateField, CodeField)
SEVERAL = (forms.ModelMultipleChoiceField, forms.MultipleChoiceField)


def next_address(request: HttpRequest, fields: dict[str, forms.Field]) -> str:
    """The address of the next form, filled in; parameters of the address that are no fields stay too."""
    stays = {name: value for name, field in fields.items() if _stays(name, field) and (value := request.POST.get(name))}
    others = [(name, value) for name, value in request.GET.items() if name not in fields and name != RETURN]
    return f"{request.path}?{urlencode([*others, *stays.items()])}"


def _stays(name: str, field: forms.Field) -> bool:
    return isinstance(field, CHOSEN) and not isinstance(field, SEVERAL) and name not in OF_ONE_ROW


def added_said(row: models.Model, *, and_another: bool = False) -> SafeString:
    """What was stored, leading to it."""
    said = _("The %(name)s “%(row)s” was added successfully.")
    if and_another:
        said = _("The %(name)s “%(row)s” was added successfully. What you chose stays for the next one.")
    return sentence(said, name=row._meta.verbose_name, row=link_to(row))
