"""How forms of the admin record rows: the form builds the row, the area's function validates and stores it."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.forms.models import construct_instance
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from procurement.admin.amounts import AmountField, currency_written
from procurement.admin.another import added_said, next_address
from procurement.admin.asking_back import LOOK_AGAIN, Doubtful
from procurement.admin.choosing import HARMLESS, Choosing
from procurement.admin.days import coarse_faults, day_formfield
from procurement.admin.kept_forms import as_sent, kept_form, secrets_in, was_kept, whose
from procurement.admin.listing import Listing, link_to
from procurement.admin.older_forms import CHANGED, LOADED, Newer, is_answered, loaded, newer_in, take_theirs
from procurement.admin.pickers import code_formfield
from procurement.admin.returning import Returning
from procurement.admin.sending_once import note_stored, sent_once, token_of
from procurement.admin.sentences import sentence
from procurement.common.errors import Conflict, Refused, TryAgain
from procurement.tasks import nudge

#: Amounts have this many decimals in the database; shares have more.
AMOUNT_DECIMALS = 4
#: The search box of a row, and beside it what adds one in place.
RELATED = "procurement/admin/related.html"


class EnteringForm(forms.ModelForm):  # type: ignore[type-arg]  # cannot be subscripted at run time
    """Builds an unsaved row without judging it: the verbs validate, for the API, imports and the admin alike."""

    #: The errors or warnings of the recording function about these values, and whether it was kept over the end of a
    #: session; set by `EnteringAdmin`.
    refused: Refused | None = None
    doubt: Doubtful | None = None
    was_kept = False
    #: What others changed while the form was open, and which of that was taken.
    newer: Sequence[Newer] = ()
    taken: frozenset[str] = frozenset()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in harmless_words(self._meta.model) & set(self.fields):
            self.fields[name].required = False  # missing in the request: use the default

    @property
    def loaded(self) -> str:
        """The values that it was loaded with; nothing for a new row."""
        return "" if self.instance.pk is None else loaded(self)

    @cached_property
    def changed_data(self) -> list[str]:
        """The fields that differ from the row, but for those of which the stored value was taken."""
        return [name for name in super().changed_data if name not in self.taken]

    def _clean_fields(self) -> None:
        """Read amounts knowing their currency, then see what others have changed meanwhile."""
        currency = self._currency_sent()
        for field in self.fields.values():
            if isinstance(field, AmountField):
                field.currency = currency
        super()._clean_fields()  # type: ignore[misc]
        if self.instance.pk is not None:
            self.newer = newer_in(self)
            self.taken = take_theirs(self, self.newer)

    def clean(self) -> dict[str, Any]:
        """Refuse an amount in a currency other than its row's, and a month that is given for a day."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, value in cleaned.items():
            if isinstance(value, str):  # browsers send the lines of a text as CR LF
                cleaned[name] = value.replace("\r\n", "\n")
        for name, fault in [*coarse_faults(self), *self._other_currencies(cleaned)]:
            if name not in self.taken:
                self.add_error(name, fault)
        if self.newer and not is_answered(self, self.newer):
            self.add_error(None, CHANGED)
        if self.was_kept:
            self.add_error(None, _("Nothing is stored yet: check the form and save again."))
        return cleaned

    def _other_currencies(self, cleaned: dict[str, Any]) -> Iterator[tuple[str, str]]:
        kept_in = self._currency(cleaned)
        said = _("is given in %(written)s, but the stored amount is in %(kept_in)s")
        for name, field in self.fields.items():
            if isinstance(field, AmountField) and name in cleaned:
                written = currency_written(self._sent(name), field.currency)
                if written and kept_in and written != kept_in:
                    yield name, said % {"written": written, "kept_in": kept_in}

    def _sent(self, name: str) -> str:
        return str(self.data.get(self.add_prefix(name), ""))

    def _currency(self, cleaned: dict[str, Any]) -> str:
        contract = cleaned.get("contract")
        return str(contract.currency if contract is not None else cleaned.get("currency", ""))

    def _currency_sent(self) -> str:
        """The currency of the contract that was sent, else the one that was sent itself; empty for nonsense."""
        found = {}
        for name in {"contract", "currency"} & set(self.fields):
            with suppress(forms.ValidationError):
                found[name] = self.fields[name].clean(self._sent(name))
        return self._currency(found)

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


def harmless_words(model: type[models.Model]) -> set[str]:
    """The columns with choices whose default a form may take."""
    return {f.name for f in model._meta.concrete_fields if f.choices and f.has_default() and f.name in HARMLESS}


class EnteringAdmin(Returning, Choosing, Listing):
    """Rows stored by recording functions. Errors are shown beside their fields, and nothing is changed."""

    form = EnteringForm
    change_form_before_template = "procurement/admin/form_before.html"
    #: The table of a conflict's row, if it is another one.
    conflicts_with: ClassVar[type[models.Model] | None] = None

    class Media:
        js = ("procurement/admin/forms.js",)
        css: ClassVar[dict[str, Sequence[str]]] = {"all": ("procurement/admin/forms.css",)}

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Store on trial; on errors or warnings everything is rolled back and the form is shown again with them.

        The form of a new row that is sent twice stores once. One that was kept when a session ended is only shown.
        """
        if (kept := kept_form(request)) is not None:
            as_sent(request, kept)
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

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """With whose form it is, so that it can be kept for them if their session ends; secrets are not."""
        context["whose"] = whose(request, secrets_in(context["adminform"].form))
        return super().render_change_form(request, context, *args, **kwargs)

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
        return type(form.__name__, (form,), said | {"was_kept": was_kept(request)})

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row; locked for saving, so that a form sent at the same moment is compared with what this one stores."""
        if request.method == "POST" and LOADED in request.POST and connection.in_atomic_block:
            with suppress(ValueError, ValidationError):
                self.model._base_manager.select_for_update(no_key=True).filter(pk=object_id).first()
        return super().get_object(request, object_id, from_field)

    def get_fieldsets(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """A new row has no read-only fields yet."""
        sets = super().get_fieldsets(request, obj)
        return sets if obj else without(sets, self.get_readonly_fields(request, obj))

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        """A new row is already stored at this point."""
        note_stored(request)
        return super().log_addition(request, obj, message)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """Name what was stored and lead to it; the next form begins with what was chosen in this one."""
        if IS_POPUP_VAR in request.POST or "_continue" in request.POST:
            return super().response_add(request, obj, post_url_continue)  # type: ignore[no-any-return]
        and_another = "_addanother" in request.POST
        messages.success(request, added_said(obj, and_another=and_another))
        if and_another:
            return HttpResponseRedirect(next_address(request, self.get_form(request).base_fields))
        return self.response_post_save_add(request, obj)  # type: ignore[no-any-return]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Amounts, days and codes are typed as people write them, and texts are seldom long."""
        if isinstance(db_field, models.DecimalField) and db_field.decimal_places == AMOUNT_DECIMALS:
            return db_field.formfield(form_class=AmountField)
        if isinstance(db_field, models.DateField) and not isinstance(db_field, models.DateTimeField):
            return day_formfield(db_field)
        if (picker := code_formfield(db_field)) is not None:
            return picker
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(db_field, models.TextField) and field is not None:
            field.widget.attrs["rows"] = 4
        if isinstance(getattr(field, "widget", None), RelatedFieldWidgetWrapper):
            field.widget.template_name = RELATED
        return field

    def _point_to_existing(self, request: HttpRequest, error: Exception) -> None:
        existing = error.existing if isinstance(error, Conflict) else None
        table = self.conflicts_with or self.model
        row = table._base_manager.filter(pk=existing).first() if existing else None
        if row is not None:
            messages.error(request, sentence(_("Row %(pk)s exists already: %(row)s"), pk=row.pk, row=link_to(row)))


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
        rule = constraint or _("a rule of its tables")
        return Refused({"": _("the database refused this row (%(rule)s)") % {"rule": rule}})
    return Refused({"": _("%(error)s; nothing was changed, please send it again") % {"error": error}})


def nudge_on_commit() -> None:
    """Start the update of flags and alerts as soon as the stored rows are committed."""
    transaction.on_commit(nudge)
