"""What every resource does: read one page, all rows or one row, with declared filters, orders and search."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, ClassVar, Self

from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from procurement.api.http.conditional import tagging
from procurement.api.http.dates import DATES, asked_in
from procurement.api.http.fields import Body
from procurement.api.http.files import MARK, OF_PAGES, keep_type, mark_as_asked, sent_whole, subject_of
from procurement.api.http.filtering import Filter, naming_all, narrowing, parameters, refuse_unknown, searching
from procurement.api.http.pagination import Key, KeysetPagination, chosen_order, undated_header
from procurement.api.http.parsing import refuse_unmeasured
from procurement.api.http.rendering import ROWS, RowsRenderer
from procurement.api.http.shapes import Shape
from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.common.file_names import dated_name, disposition, safe_name
from procurement.common.row_files import Table

#: Aliases, because inside a class with a method `list` that name does not mean the type.
Names = list[str]
Shaped = list[dict[str, Any]]
Renderers = list[BaseRenderer]

PAGING = ("cursor", "page_size", "count", "ordering", "search", "format")
#: How many rows of a streamed answer are read and rendered at a time.
CHUNK = 1000


class Listing(GenericViewSet[Any]):
    """A list of declarations, and the reading of rows by them."""

    shape: ClassVar[type[Shape]]
    filters: ClassVar[Mapping[str, Filter]] = {}
    orderings: ClassVar[Mapping[str, str]] = {"id": "id"}
    default_ordering: ClassVar[str] = "id"
    search: ClassVar[Sequence[str]] = ()
    #: Whether as_of, published_by and recorded_by are accepted.
    dated: ClassVar[bool] = False
    #: Every parameter that an action reads, where it is not what filters, dates and pages need.
    reads: ClassVar[Mapping[str, Names]] = {}
    #: Parameters that an action refuses with words of its own.
    refused: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    #: The actions that answer with rows.
    many: ClassVar[frozenset[str]] = frozenset({"list"})
    #: Parameters of single actions, beside the common ones.
    extra_params: ClassVar[Mapping[str, Sequence[str]]] = {}
    #: The request bodies and answers of actions, for the description of the API.
    bodies: ClassVar[Mapping[str, type[Body]]] = {}
    answers: ClassVar[Mapping[str, type[Any]]] = {}
    #: What actions answer if not 200 (201 for what is created): each status, of files with its media types, and its
    #: answer, None for the usual one.
    statuses: ClassVar[Mapping[str, Mapping[Any, Any]]] = {}
    #: Filters that an action reads by itself, for the description of the API.
    asks: ClassVar[Mapping[str, Mapping[str, Filter]]] = {}
    #: The roles that actions need, if not the analyst's.
    needs: ClassVar[Mapping[str, str]] = {}
    #: Whether the answer is rows in a file, not JSON.
    as_rows = False

    pagination_class = KeysetPagination
    lookup_value_regex = r"[0-9]{1,18}"

    # what a request asks for

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_unmeasured(request)
        given = {name: ",".join(values) for name, values in request.query_params.lists()}
        if fault := {name: said for name, said in self.refused.get(self.action, {}).items() if name in given}:
            raise Refused(fault)
        if request.method in {"GET", "HEAD"} and self.action:
            refuse_unknown(given, self.accepted_params(self.action))
        elif self.action and request.method != "OPTIONS":
            refuse_unknown(given, ["format"])
        if MARK in given and self.action:
            mark_as_asked(request, given[MARK])
        self.params = given
        self.as_rows = isinstance(request.accepted_renderer, RowsRenderer)
        if self.dated and self.action == "list":
            self.params = given | {"as_of": self.asked.as_of.isoformat()}

    @classmethod
    def accepted_params(cls, action: str) -> Names:
        """Every parameter that an action reads."""
        return [*cls._declared_params(action), *([MARK] if action in cls.many else [])]

    @classmethod
    def _declared_params(cls, action: str) -> Names:
        if action in cls.reads:
            return cls.reads[action]
        dates = list(DATES) if cls.dated else []
        if action != "list":
            return [*dates, "format", *cls.extra_params.get(action, ())]
        filters = [name for name, _, _ in parameters(cls.filters)]
        return [*filters, *dates, *PAGING[: None if cls.search else -2], "format", *cls.extra_params.get(action, ())]

    @cached_property
    def asked(self) -> Asked:
        """The dates asked for."""
        return asked_in(self.params, dt.date.max if self.any_date() else timezone.localdate())

    def any_date(self) -> bool:
        """Whether rows are found whatever their date unless the request names one, as facts are by their id."""
        return False

    def names_dates(self) -> bool:
        """Whether the request names a date."""
        return not DATES.keys().isdisjoint(self.request.query_params)

    def get_renderers(self) -> Renderers:
        many = getattr(self, "action", None) in self.many
        return [renderer() for renderer in (ROWS if many else ROWS[:1])]

    # rows

    def rows(self) -> QuerySet[Any]:
        """The rows in view."""
        return self.get_queryset()

    def found(self) -> QuerySet[Any]:
        """The rows that match the request's filters and search."""
        return self.narrowed(self.rows())

    def narrowed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The given rows that match the request's filters and search."""
        rows = rows.filter(narrowing(self.filters, naming_all(self.filters, self.params, self.asked)))
        return rows.filter(searching(self.search, self.params["search"])) if "search" in self.params else rows

    def prepared(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Rows of the table with what the shape needs of other tables at the asked dates."""
        return rows

    def with_columns(self, rows: QuerySet[Any], keys: Sequence[Key] = ()) -> QuerySet[Any]:
        """The rows with the columns of the shape and of the order."""
        return rows.values(*dict.fromkeys(["id", *self.shape.columns(), *(key.path for key in keys)]))

    def shaped(self, rows: Sequence[dict[str, Any]]) -> Shaped:
        """The rows as they are answered."""
        return self.shape.shaped(rows, self.asked)

    def chunks(self, rows: QuerySet[Any]) -> Iterator[dict[str, Any]]:
        """Rows with their columns as they are answered, read through a server-side cursor, some at a time."""
        read = rows.iterator(chunk_size=CHUNK)
        while chunk := list(islice(read, CHUNK)):
            yield from self.shaped(chunk)

    @cached_property
    def undated(self) -> int | None:
        """How many rows were left out for unknown publication; None without published_by."""
        return self.count_undated()

    def count_undated(self) -> int | None:
        """Count them; a table without facts leaves out none."""
        return None

    # files

    @property
    def is_whole(self) -> bool:
        """Whether a file with all rows is wanted; with `page_size` or `cursor` it is that page."""
        return self.as_rows and OF_PAGES.isdisjoint(self.params)

    def columns(self) -> Names:
        """The columns of a file."""
        return self.shape.names()

    def numbers(self) -> frozenset[str]:
        """The columns of a file in which text is a number."""
        return self.shape.numbers()

    def file_subject(self) -> str:
        """What a file is named after."""
        return subject_of(self.request)

    def file_stem(self) -> str:
        """The name of a file without its end: what it holds, and of what dates it is."""
        if self.names_dates():
            return dated_name(self.file_subject(), self.asked)
        return f"{self.file_subject()}_{timezone.localdate().isoformat()}"

    def file_name(self) -> str:
        """The name of a file, which also says whether it is a part of a list."""
        part = "" if self.is_whole else "_part"
        return safe_name(f"{self.file_stem()}{part}.{self.request.accepted_renderer.format}")

    def table(self) -> Table:
        """What the rows of a file are."""
        about = {"file": self.file_name(), "address": self.request.build_absolute_uri()}
        return Table(self.columns(), self.numbers(), self.file_subject(), about)

    def as_file(
        self, request: Request, rows: Iterable[dict[str, Any]], headers: Mapping[str, str] | None = None
    ) -> StreamingHttpResponse:
        """Rows in the requested format, streamed."""
        said = undated_header(self.undated) | dict(headers or {})
        return sent_whole(request, self.table(), rows, self.file_name(), said)

    @classmethod
    def outside_of_requests(cls, asked: Asked) -> Self:
        """The resource as the admin's files and exports use it: its columns, and rows of its table shaped at dates."""
        found = cls()
        found.action, found.params, found.asked = "list", {}, asked
        return found

    def every(self, rows: QuerySet[Any]) -> Iterator[dict[str, Any]]:
        """Rows of the resource's table, in their order, as they are answered."""
        return self.chunks(self.with_columns(self.prepared(rows)))

    # actions

    def list(self, request: Request) -> HttpResponseBase:
        """One page as JSON; all rows, streamed, as a file."""
        if self.is_whole:
            return self.streamed(request)
        return self.get_paginated_response(self.shaped(self.paginate_queryset(self.found()) or []))

    def streamed(self, request: Request) -> StreamingHttpResponse:
        """All rows through a server-side cursor."""
        keys = chosen_order(self.params, self.orderings, self.default_ordering)
        rows = self.with_columns(self.found(), keys).order_by(*(key.expression() for key in keys))
        return self.as_file(request, self.chunks(rows))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if isinstance(response, Response) and response.status_code == 200 and request.method in {"GET", "HEAD"}:
            if self.as_rows:
                response["Content-Disposition"] = disposition(self.file_name())
                response.add_post_render_callback(keep_type(request.accepted_renderer))
            asked = (self.asked.as_of, self.asked.undated) if self.dated else ()
            response.add_post_render_callback(tagging(request, *asked, version=self.version()))
        return response

    def version(self) -> str:
        """The version of the row that was read, if rows can be changed."""
        return ""


class Resource(Listing):
    """Rows that can also be read one by one; subclasses add what they write."""

    def one(self, **by: Any) -> dict[str, Any]:
        """One row in view, as it is answered. Raises Http404."""
        row = self.with_columns(self.rows()).filter(**by).first()
        if row is None:
            raise Http404
        return self.shaped([row])[0]

    def retrieve(self, request: Request, **by: Any) -> Response:
        """One row."""
        return Response(self.one(**by))
