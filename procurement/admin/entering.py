"""How forms of the admin record rows: the form builds the row, the area's function validates and stores it."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db import IntegrityError, models, transaction
from django.forms.models import construct_instance
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from procurement.admin.amounts import AmountField, currency_written
from procurement.admin.asking_back import LOOK_AGAIN, Doubtful
from procurement.admin.listing import Listing, link_to
from procurement.admin.returning import Returning
from procurement.admin.sending_once import note_stored, sent_once, token_of
from procurement.common.errors import Conflict, Refused, TryAgain
from procurement.tasks import nudge

#: Amounts have this many decimals in the database; shares have more.
AMOUNT_DECIMALS = 4


class EnteringForm(forms.ModelForm):  # type: ignore[type-arg]  # cannot be subscripted at run time
    """Builds an unsaved row without judging it: the verbs validate, for the API, imports and the admin alike."""

    #: The errors or warnings of the recording function about these values; set by `EnteringAdmin`.
    refused: Refused | None = None
    doubt: Doubtful | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in defaulted_words(self._meta.model) & set(self.fields):
            self.fields[name].required = False  # missing in the request: use the default

    def clean(self) -> dict[str, Any]:
        """Refuse an amount in a currency other than its row's."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, value in cleaned.items():
            if isinstance(value, str):  # browsers send the lines of a text as CR LF
                cleaned[name] = value.replace("\r\n", "\n")
        kept_in = self._currency(cleaned)
        for name in [name for name, field in self.fields.items() if isinstance(field, AmountField)]:
            written = currency_written(str(self.data.get(self.add_prefix(name), "")))
            if written and kept_in and written != kept_in:
                self.add_error(name, f"is given in {written}, but the stored amount is in {kept_in}")
        return cleaned

    def _currency(self, cleaned: dict[str, Any]) -> str:
        contract = cleaned.get("contract")
        return str(contract.currency if contract is not None else cleaned.get("currency", ""))

    def _post_clean(self) -> None:
        self.instance = construct_instance(self, self.instance, self._meta.fields, self._meta.exclude)
        if self.refused is not None:
            for field, said in self.refused.errors.items():
                self._complain(field, said)
        if self.doubt is not None:
            self.add_error(None, LOOK_AGAIN)

    def _complain(self, field: str, said: Iterable[str]) -> None:
        for each in said:
            if field in self.fields:
                self.add_error(field, each)
            else:
                self.add_error(None, f"{field}: {each}" if field else each)


def defaulted_words(model: type[models.Model]) -> set[str]:
    """The columns with choices and a default."""
    return {f.name for f in model._meta.concrete_fields if f.choices and f.has_default()}


class EnteringAdmin(Returning, Listing):
    """Rows stored by recording functions. Errors are shown beside their fields, and nothing is changed."""

    form = EnteringForm
    change_form_before_template = "procurement/admin/form_before.html"
    #: The table of a conflict's row, if it is another one.
    conflicts_with: ClassVar[type[models.Model] | None] = None

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Store on trial; on errors or warnings everything is rolled back and the form is shown again with them.

        The form of a new row that is sent twice stores once.
        """
        once = {"form_token": token_of(request)} if object_id is None else {}
        context = once | (extra_context or {})

        def show() -> HttpResponse:
            shown: HttpResponse = super(EnteringAdmin, self).changeform_view(request, object_id, form_url, context)
            return shown

        try:
            return sent_once(request, show)
        except Doubtful as doubt:
            request.doubt = doubt  # type: ignore[attr-defined]
        except (Refused, TryAgain, IntegrityError) as error:
            request.refused = as_refused(error)  # type: ignore[attr-defined]
            self._point_to_existing(request, error)
        return show()

    def get_form(
        self,
        request: HttpRequest,
        obj: models.Model | None = None,
        change: bool = False,  # noqa: FBT001, FBT002
        **kwargs: Any,
    ) -> type[EnteringForm]:
        """The form, with the errors and warnings of the trial."""
        form = super().get_form(request, obj, change=change, **kwargs)
        said = {name: getattr(request, name, None) for name in ("refused", "doubt")}
        return type(form.__name__, (form,), said)

    def get_fieldsets(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """A new row has no read-only fields yet."""
        sets = super().get_fieldsets(request, obj)
        return sets if obj else without(sets, self.get_readonly_fields(request, obj))

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        """A new row is already stored at this point."""
        note_stored(request)
        return super().log_addition(request, obj, message)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Amounts are typed as people write them, and texts are seldom long."""
        if isinstance(db_field, models.DecimalField) and db_field.decimal_places == AMOUNT_DECIMALS:
            return db_field.formfield(form_class=AmountField)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(db_field, models.TextField) and field is not None:
            field.widget.attrs["rows"] = 4
        return field

    def _point_to_existing(self, request: HttpRequest, error: Exception) -> None:
        existing = error.existing if isinstance(error, Conflict) else None
        table = self.conflicts_with or self.model
        row = table._base_manager.filter(pk=existing).first() if existing else None
        if row is not None:
            messages.error(request, format_html("Row {} exists already: {}", row.pk, link_to(row)))


def without(fieldsets: Any, names: Sequence[str]) -> list[tuple[Any, dict[str, Any]]]:
    """The field sets without some fields; empty ones are left out."""
    left = []
    for title, options in fieldsets:
        lines = [[line] if isinstance(line, str) else list(line) for line in options["fields"]]
        kept = [tuple(name for name in line if name not in names) for line in lines]
        fields = [line if len(line) > 1 else line[0] for line in kept if line]
        if fields:
            left.append((title, options | {"fields": fields}))
    return left


def as_refused(error: Exception) -> Refused:
    """The messages of an error for the user of the form."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, IntegrityError):
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        return Refused({"": f"the database refused this row ({constraint or 'a rule of its tables'})"})
    return Refused({"": f"{error}; nothing was changed, please send it again"})


def nudge_on_commit() -> None:
    """Start the update of flags and alerts as soon as the stored rows are committed."""
    transaction.on_commit(nudge)
