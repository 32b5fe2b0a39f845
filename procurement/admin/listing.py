"""What all lists and pages of the admin have in common."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django.contrib.admin import ShowFacets
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models.expressions import OrderBy
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display
from unfold.views import ChangeList

from procurement.access.auditing import note_export
from procurement.admin.downloads import has_files, sent, subject_of
from procurement.admin.finding.conditions import finding
from procurement.admin.paging import EstimatingPaginator
from procurement.admin.saved_lists import saved_lists
from procurement.common.localized import in_full_and_short
from procurement.common.row_files import DOWNLOADS

#: The links to files.
FORMATS = (("csv", "CSV"), ("xlsx", "Excel"), ("jsonl", "JSON Lines"))


class UnknownLast(OrderBy):
    """An order by a column whose nulls come last in both directions."""

    def __init__(self, column: Any) -> None:
        super().__init__(models.F(column) if isinstance(column, str) else column, nulls_last=True)

    def reverse_ordering(self) -> "UnknownLast":
        """The other direction; nulls stay last."""
        self.descending = not self.descending
        return self


class PageOfRows(ChangeList):  # type: ignore[misc]  # unfold ships no types
    """A list whose page's rows are read, and then prepared together."""

    request: HttpRequest
    result_list: Any

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.request = request
        super().__init__(request, *args, **kwargs)

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> "models.QuerySet[Any]":
        """The rows of the list.

        A filter over a relation that has several rows makes Django compare whole rows to find doubles, which takes
        minutes of a large list. Asked by their ids, each is found once.
        """
        found: models.QuerySet[Any] = super().get_queryset(request, exclude_parameters)
        if not found.query.distinct:
            return found
        found.query.distinct = False
        if not _may_repeat(found):
            return found
        ids = found.order_by()
        whole = self.root_queryset.filter(pk__in=ids.values("pk"))
        whole = whole if whole.query.select_related else self.apply_select_related(whole)
        ordered: models.QuerySet[Any] = whole.order_by(*self.get_ordering(request, whole))
        return ordered

    def get_results(self, request: HttpRequest) -> None:
        """The rows of the page, with what their columns need of other tables."""
        super().get_results(request)
        self.result_list = list(self.result_list)
        self.model_admin.prepare(self.result_list)


def _may_repeat(rows: "models.QuerySet[Any]") -> bool:
    """Whether a relation is joined that has several rows; filters that look up ids join none."""
    return any(getattr(getattr(each, "join_field", None), "multiple", False) for each in rows.query.alias_map.values())


class Listing(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """Lists that work with a million rows: no needless counts, and related rows are read with the list."""

    list_per_page = 50
    list_max_show_all = 200
    list_filter_submit = True
    list_fullwidth = True
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    paginator = EstimatingPaginator
    actions: Sequence[Any] | None = None
    #: Reads a page of the list.
    page_of_rows: type[PageOfRows] = PageOfRows
    warn_unsaved_form = True
    compressed_fields = True

    @property
    def downloads(self) -> Sequence[tuple[str, str]]:
        """The formats in which the list comes as a file, by the end of its name; none where it has no files."""
        return FORMATS if has_files(self.model) else ()

    def get_urls(self) -> list[URLPattern]:
        """With the address of the list's files."""
        files = self.admin_site.admin_view(self.files_view)
        return [path("files/<str:form>/", files), *super().get_urls()]

    def files_view(self, request: HttpRequest, form: str) -> HttpResponseBase:
        """Every row that the filters and the search find, as a file."""
        if form not in DOWNLOADS or not self.downloads:
            raise Http404
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        try:
            found = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return HttpResponseRedirect(f"../../?{ERROR_FLAG}=1")
        return self.sent_as_file(request, found, form)

    def sent_as_file(self, request: HttpRequest, found: "models.QuerySet[Any]", form: str) -> HttpResponseBase:
        """Rows as a file, which the audit log keeps."""
        note_export(request, f"{subject_of(self.model)}.{form}")
        return sent(request, self, found, form)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[PageOfRows]:  # noqa: ARG002 (Django's)
        """What reads a page."""
        return self.page_of_rows

    def prepare(self, rows: Sequence[Any]) -> None:
        """Read what the columns of a page's rows need, for all of them together; for most tables that is nothing."""

    def get_search_results(
        self, request: HttpRequest, queryset: "models.QuerySet[Any]", search_term: str
    ) -> tuple["models.QuerySet[Any]", bool]:
        """The rows in which every word is found, whatever its case, width and accents."""
        paths = self.get_search_fields(request)
        if not paths or not search_term.strip():
            return queryset, False
        return queryset.filter(finding(self.model, paths, search_term)), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list, with the lists that were saved of it."""
        return super().changelist_view(request, saved_lists(request, self.model) | (extra_context or {}))

    def get_autocomplete_fields(self, request: HttpRequest) -> Sequence[str]:  # noqa: ARG002 (Django's signature)
        """Every foreign key has a search box, never a full list."""
        return autocompleted(self.model)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:  # noqa: ARG002
        """Rows cannot be deleted unless a table allows it: facts and messages refer to them."""
        return False


class ReadOnly(Listing):
    """A table that only the service itself writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Nobody adds rows by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:  # noqa: ARG002
        """Nobody edits them either."""
        return False


class Rows(TabularInline):  # type: ignore[misc]  # unfold ships no types
    """Rows shown on the page of what they are about, each leading to its own page."""

    extra = 0
    per_page = 10
    tab = True
    show_change_link = True
    can_delete = False
    related: Sequence[str] = ()
    #: Whether it is shown before its row is stored.
    on_new = False

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Any]":
        """The rows with what their columns name, the newest first."""
        return super().get_queryset(request).select_related(*self.related).order_by("-pk")  # type: ignore[no-any-return]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Rows are added on their own page."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """And changed there, where they can be."""
        return False


def autocompleted(model: type[models.Model]) -> list[str]:
    """The foreign keys of a table that are filled in by hand."""
    return [f.name for f in model._meta.concrete_fields if isinstance(f, models.ForeignKey) and f.editable]


def link_to(row: models.Model | None, text: str = "") -> SafeString | str:
    """A link to a row's page, or a dash."""
    if row is None:
        return "-"
    address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    return linked(address, text or row)


def linked(address: str, words: Any) -> SafeString:
    """A link to an address."""
    return format_html('<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', address, words)


def clipped(shown: Any, whole: Any = None) -> SafeString:
    """A text cut to the width of a column, and in full on hover."""
    return format_html(
        '<span class="block truncate" style="max-width: 12rem" title="{}">{}</span>', whole or shown, shown
    )


def unbroken(text: str) -> SafeString:
    """A text that stays on one line of its column."""
    return format_html('<span class="whitespace-nowrap tabular-nums">{}</span>', text)


def amount_column(name: str, currency: Callable[[Any], str]) -> Callable[[Any], str]:
    """A column or read-only field that shows an amount with its digits in groups and its currency."""

    @display(description=name.replace("_", " "), ordering=name)  # type: ignore[untyped-decorator]
    def column(row: Any) -> str:
        amount: Decimal | None = getattr(row, name)
        return "-" if amount is None else unbroken(in_full_and_short(amount, currency(row)))

    return column  # type: ignore[no-any-return]
