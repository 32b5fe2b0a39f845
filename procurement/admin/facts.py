"""Facts in the admin: appended by their recording functions, then read-only; reversed or corrected by another row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms import ModelForm, model_to_dict
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateFilter
from unfold.decorators import action, display

from procurement.admin.asking_back import ask_back, warn
from procurement.admin.colours import Colours
from procurement.admin.entering import EnteringAdmin, EnteringForm, nudge_on_commit
from procurement.admin.guided.fact_look import fact_part
from procurement.admin.guided.looking import is_look
from procurement.admin.listing import UnknownLast, amount_column, clipped, link_to, unbroken
from procurement.admin.records.history import WithStory
from procurement.admin.sending_once import answer_given, note_stored
from procurement.admin.sentences import sentence
from procurement.common.dating import day_as_given
from procurement.common.errors import Refused
from procurement.common.words import Label
from procurement.recorders import recorder_of
from procurement.sources.appending import Recorded
from procurement.sources.facts import Fact
from procurement.sources.models import Document
from procurement.sources.recording import Amending, Recorder

DATES = (("effective_on", "effective_precision"), "published_on")
PUBLISHED_HELP = _("when it became public; if empty, the source's date; unknown if the source has none")
GROUND = ("source", "published_on", "note")
WAITS = _(
    "This changes whether a program is stopped: it waits for a second person's approval, and is not recorded yet."
)
STATES = Colours({"stands": "success", "taken back": "danger", "takes back": "warning"})

Fieldsets = Sequence[tuple[Label | None, Mapping[str, Any]]]


@dataclass(frozen=True)
class Act:
    """What is being done to a stored fact."""

    name: str
    row: Fact

    @property
    def title(self) -> str:
        """The heading of the page."""
        said = gettext("Correct %(name)s %(row)s") if self.name == "correct" else gettext("Reverse %(name)s %(row)s")
        return said % {"name": self.row._meta.verbose_name, "row": self.row.pk}

    @property
    def stored(self) -> dict[str, Any]:
        """The initial values of a correction: the row's, except for date, source and note of the correction."""
        return model_to_dict(self.row) | {"published_on": None, "note": ""}


def act_of(request: HttpRequest) -> Act | None:
    """What is being done to a stored fact; None while one is added or viewed."""
    return getattr(request, "fact_act", None)


def day_column(name: str, precision: str) -> Callable[[Any], str]:
    """A column that shows a date with no more precision than its source has."""

    @display(description=_(name.replace("_", " ")), ordering=name)  # type: ignore[untyped-decorator]
    def column(row: Any) -> str:
        day = getattr(row, name)
        return "-" if day is None else unbroken(day_as_given(day, getattr(row, precision)))

    return column  # type: ignore[no-any-return]


class FactForm(EnteringForm):
    """The form of a new fact, a correction or a reversal."""

    act: Act | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if self.act is not None:
            kwargs["initial"] = self.act.stored
        super().__init__(*args, **kwargs)
        if "published_on" in self.fields:
            self.fields["published_on"].help_text = PUBLISHED_HELP

    def clean(self) -> dict[str, Any]:
        """A correction changes something."""
        cleaned = super().clean()
        if self.act is not None and self.act.name == "correct" and not set(self.changed_data) - {"note"}:
            self.add_error(
                None, gettext("nothing differs from the stored row: change what is wrong, or reverse the row")
            )
        return cleaned


class FactAdmin(WithStory, EnteringAdmin):
    """One fact table."""

    #: Where it stands in the sidebar, under which title and icon.
    area: ClassVar[str] = "Contracts"
    title: ClassVar[Label]
    icon: ClassVar[str]
    form = FactForm
    #: The columns of this table's facts, in the order in which they are entered.
    content: ClassVar[Sequence[Any]] = ()
    columns: ClassVar[Sequence[str]] = ()
    amounts: ClassVar[Sequence[str]] = ()
    related: ClassVar[Sequence[str]] = ()
    filters: ClassVar[Sequence[Any]] = ()

    ordering = ("-recorded_at", "-id")
    actions_detail = ("correct", "reverse")
    change_form_outer_before_template = "procurement/admin/fact_before.html"
    change_form_outer_after_template = "procurement/admin/guided/fact_after.html"

    def __init__(self, model: type[Fact], admin_site: Any) -> None:
        self.list_display = (*self.columns, "state", "when", "public_since", "source_link", "recorded")
        self.list_select_related = ("reversed_by", "source", *self.related)
        self.list_filter = (
            *self.filters,
            ("source", AutocompleteSelectFilter),
            ("effective_on", RangeDateFilter),
            ("published_on", RangeDateFilter),
        )
        for name in self.amounts:
            setattr(self, f"{name}_in_full", amount_column(name, self.currency_of))
        super().__init__(model, admin_site)
        self.recorder = recorder_of(model)

    # what a row shows

    @staticmethod
    def currency_of(row: Any) -> str:
        """The currency of a row's amounts."""
        return str(row.contract.currency)

    @display(description=_("effective"), ordering="effective_on")  # type: ignore[untyped-decorator]
    def when(self, row: Fact) -> SafeString:
        """When it was true, as precisely as the source says."""
        return unbroken(day_as_given(row.effective_on, row.effective_precision))

    @display(description=_("published"), ordering=UnknownLast("published_on"))  # type: ignore[untyped-decorator]
    def public_since(self, row: Fact) -> SafeString:
        """When it became public, if that is known."""
        return unbroken(date_format(row.published_on, "Y-m-d") if row.published_on else gettext("unknown"))

    @display(description=_("recorded"), ordering="recorded_at")  # type: ignore[untyped-decorator]
    def recorded(self, row: Fact) -> SafeString:
        """When this service learnt it."""
        return unbroken(date_format(timezone.localtime(row.recorded_at), "Y-m-d H:i"))

    @display(description=_("source"))  # type: ignore[untyped-decorator]
    def source_link(self, row: Fact) -> SafeString:
        """The document that says so."""
        return clipped(link_to(row.source), row.source)

    @display(description=_("contract"), ordering="contract__reference")  # type: ignore[untyped-decorator]
    def of_contract(self, row: Any) -> SafeString:
        """The contract that it is about."""
        return clipped(row.contract)

    @display(description=_("state"), label=STATES)  # type: ignore[untyped-decorator]
    def state(self, row: Fact) -> tuple[str, str]:
        """Whether it stands, was reversed, or is a reversal."""
        if row.is_reversal:
            return "takes back", gettext("reverses %(row)s") % {"row": row.reverses_id}
        if (taken_back_by := row.reversal) is None:
            return "stands", gettext("stands")
        return "taken back", gettext("reversed by %(row)s") % {"row": taken_back_by.pk}

    # what may be done

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:  # noqa: ARG002
        """Nobody edits a fact."""
        return False

    def has_amend_permission(self, request: HttpRequest, object_id: Any = None) -> bool:  # noqa: ARG002
        """Reversing appends a row."""
        return bool(self.has_add_permission(request))

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """A row can be reversed once, and a reversal never."""
        row = self.get_object(request, unquote(str(object_id)))
        if row is None or row.is_reversal or row.reversal is not None:
            return []
        return super().get_actions_detail(request, object_id)  # type: ignore[no-any-return]

    @action(description=_("Correct"), url_path="correct", permissions=["amend"], icon="edit_note")  # type: ignore[untyped-decorator]
    def correct(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Reverse a row and append the corrected one, in one step."""
        return self._amend(request, object_id, "correct")

    @action(description=_("Reverse"), url_path="reverse", permissions=["amend"], icon="undo")  # type: ignore[untyped-decorator]
    def reverse(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take a row back."""
        return self._amend(request, object_id, "reverse")

    def _amend(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        if row.is_reversal or row.reversal is not None:
            if (given := answer_given(request)) is not None:
                return given
            said = gettext("Row %(row)s cannot be reversed: it is a reversal, or has been reversed already.")
            messages.error(request, said % {"row": row.pk})
            return HttpResponseRedirect(self._page(row))
        act = Act(name, row)
        request.fact_act = act  # type: ignore[attr-defined]
        context = {"title": act.title, "subtitle": None, "act": act, "show_save_and_add_another": False}
        return self.changeform_view(request, None, "", context | {"show_save_and_continue": False})

    # the form

    def get_form(
        self,
        request: HttpRequest,
        obj: models.Model | None = None,
        change: bool = False,  # noqa: FBT001, FBT002
        **kwargs: Any,
    ) -> type[EnteringForm]:
        """The form, knowing what is being done."""
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"act": act_of(request)})

    def get_fieldsets(self, request: HttpRequest, obj: models.Model | None = None) -> Fieldsets:
        """Content, dates and source; a stored row also shows how it was recorded."""
        act = act_of(request)
        if act is not None and act.name == "reverse":
            return [(_("On what ground"), {"fields": GROUND})]
        if obj is not None:
            return self._stored_fieldsets()
        ground = _("Source of the correction and of the corrected row") if act else _("Who says so")
        rest = ("source", "note") if act else ("source", "source_key", "note")
        return [
            (None, {"fields": self.content}),
            (_("When"), {"fields": DATES}),
            (ground, {"fields": rest}),
        ]

    def _stored_fieldsets(self) -> Fieldsets:
        content = [self._shown(name) for name in self.content]
        came_in = (("recorded_at", "entered_by"), ("reverses_link", "reversed_by_link"), "revision")
        return [
            (None, {"fields": content}),
            (_("When"), {"fields": DATES}),
            (_("Who says so"), {"fields": ("source_link", "source_key", "note")}),
            (_("How it was recorded"), {"fields": came_in}),
        ]

    def _shown(self, name: Any) -> Any:
        if isinstance(name, tuple):
            return tuple(self._shown(each) for each in name)
        return f"{name}_in_full" if name in self.amounts else name

    @display(description=_("takes back"))  # type: ignore[untyped-decorator]
    def reverses_link(self, row: Fact) -> SafeString | str:
        """The row that it reverses."""
        return link_to(row.reverses)

    @display(description=_("taken back by"))  # type: ignore[untyped-decorator]
    def reversed_by_link(self, row: Fact) -> SafeString | str:
        """Its reversal."""
        return link_to(row.reversal)

    # storing

    def save_model(self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: bool) -> None:  # noqa: ARG002, FBT001
        """Record the row; the page continues with it as stored. Refused and Doubtful roll everything back."""
        recorded = self._post(request, obj, form)
        if recorded.draft is not None:
            request.draft = recorded.draft  # type: ignore[attr-defined]
            return
        warn(request, ask_back(request, recorded.warnings))
        if not recorded.created:
            said = gettext("The same fact was posted before, as row %(row)s: nothing was added.")
            messages.info(request, sentence(said, row=link_to(recorded.fact, str(recorded.fact.pk))))
        vars(obj).update(vars(recorded.fact))
        nudge_on_commit()

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **kw: Any
    ) -> HttpResponse:
        """The form; or the part of its page that says what it would change, as far as it is filled in."""
        if object_id is not None or not is_look(request):
            return super().changeform_view(request, object_id, *args, **kw)
        if not self.has_add_permission(request):
            raise PermissionDenied
        form, act = self.get_form(request)(request.POST), act_of(request)

        def post(recorder: Recorder[Any]) -> Recorded[Any]:
            return self._post(request, form.instance, form, recorder)

        return fact_part(request, form, self.recorder, post, act.row if act else None)

    def _post(
        self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", recorder: Recorder[Any] | None = None
    ) -> Recorded[Any]:
        act, recorder = act_of(request), recorder or self.recorder
        obj.entered_by = request.user
        if act is None:
            return recorder.record(obj)
        amending = self._amending(request, form.cleaned_data)
        if act.name == "reverse":
            return recorder.take_back(act.row, amending)
        columns = [f for f in self.model._meta.concrete_fields if f.name in form.fields and f.name not in GROUND]
        return recorder.correct(act.row, amending, {f.attname: getattr(obj, f.attname) for f in columns})

    def _amending(self, request: HttpRequest, given: Mapping[str, Any]) -> Amending:
        source: Document | None = given["source"]
        if source is None:
            raise Refused({"source": gettext("every fact names its source")})
        return Amending(source, note=given["note"], published_on=given["published_on"], by=request.user)  # type: ignore[arg-type]

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        """What waits for a second person has no page whose history could say so; the draft itself says it."""
        if getattr(request, "draft", None) is None:
            return super().log_addition(request, obj, message)
        return note_stored(request)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """After a reversal or correction, the resulting row; where it waits for a second person, its draft."""
        if (draft := getattr(request, "draft", None)) is not None:
            messages.warning(request, WAITS)
            return HttpResponseRedirect(self._page(draft))
        act = act_of(request)
        if act is None:
            return super().response_add(request, obj, post_url_continue)
        said = gettext("Row %(row)s was corrected: now row %(by)s.")
        if act.name == "reverse":
            said = gettext("Row %(row)s was reversed by row %(by)s.")
        rows = {name: link_to(each, str(each.pk)) for name, each in (("row", act.row), ("by", obj))}
        messages.success(request, sentence(said, **rows))
        return HttpResponseRedirect(self._page(obj))

    def _page(self, row: models.Model) -> str:
        return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
