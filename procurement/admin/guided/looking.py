"""The part of a page that says, while one types, what its form would change."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.db import transaction
from django.forms import Field
from django.http import HttpRequest
from django.template.response import TemplateResponse

from procurement.admin.guided.foreseeing import Outcome, foresee, with_source

#: What a page sends with its form to be shown what would change; nothing is stored then.
LOOK = "_look"
#: The template of that part.
PART = "procurement/admin/guided/foreseen.html"
#: Records an act from the cleaned input of its form.
Record = Callable[[Mapping[str, Any]], Outcome]


def is_look(request: HttpRequest) -> bool:
    """Whether a page only asks what its form would change."""
    return request.method == "POST" and LOOK in request.POST


def look_part(request: HttpRequest, form: forms.Form, record: Record) -> TemplateResponse:
    """What a form would change as far as it is filled in; a missing source is stood in for."""
    form.is_valid()
    missing, wrong = unready(form)
    if missing or wrong:
        context: dict[str, Any] = {"missing": missing, "faults": wrong}
    else:
        with transaction.atomic():  # one transaction, so that the connection is not handed on in between
            given = form.cleaned_data
            context = foresee(lambda: record(with_source(given)), day=given.get("effective_on"))
    return TemplateResponse(request, PART, context)


def unready(form: forms.BaseForm, *, stood_in_for: Sequence[str] = ("source",)) -> tuple[list[str], list[str]]:
    """The labels of what is still to be filled in, and what is wrong with what was."""
    missing, wrong = [], []
    for name, errors in form.errors.get_json_data().items():
        label = label_of(form.fields[name], name) if name in form.fields else ""
        for each in errors:
            if each["code"] == "required" and name in stood_in_for:
                continue
            if each["code"] == "required":
                missing.append(label)
            else:
                wrong.append(f"{label}: {each['message']}" if label else str(each["message"]))
    return missing, wrong


def label_of(form_field: Field, name: str) -> str:
    """The name of a form's field for people."""
    return str(form_field.label or name.replace("_", " ").capitalize())
