"""What every resource does: read one page, all rows or one row, with declared filters, orders and search."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, ClassVar

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
from procurement.api.http.filtering import Filter, naming_all, narrowing, parameters, refuse_unknown, searching
from procurement.api.http.pagination import Key, KeysetPagination, chosen_order, undated_header
from procurement.api.http.parsing import refuse_unmeasured
from procurement.api.http.rendering import CSVRenderer, JSONLinesRenderer, JSONRenderer, RowsRenderer
from procurement.api.http.shapes import Shape
from procurement.common.dates import Asked
from procurement.common.errors import Refused

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
    #: The roles that actions need, if not the analyst's.
    needs: ClassVar[Mapping[str, str]] = {}

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
        elif self.action:
            refuse_unknown(given, ["format"])
        self.params = given
        self.as_rows = isinstance(request.accepted_renderer, RowsRenderer)
        if self.dated and self.action == "list":
            self.params = given | {"as_of": self.asked.as_of.isoformat()}

    @classmethod
    def accepted_params(cls, action: str) -> Names:
        """Every parameter that an action reads."""
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

    def get_renderers(self) -> Renderers:
        many = getattr(self, "action", None) in self.many
        return [JSONRenderer(), CSVRenderer(), JSONLinesRenderer()] if many else [JSONRenderer()]

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

    def with_columns(self, rows: QuerySet[Any], keys: Sequence[Key] = ()) -> QuerySet[Any]:
        """The rows with the columns of the shape and of the order."""
        return rows.values(*dict.fromkeys(["id", *self.shape.columns(), *(key.path for key in keys)]))

    def shaped(self, rows: Sequence[dict[str, Any]]) -> Shaped:
        """The rows as they are answered."""
        return self.shape.shaped(rows, self.asked)

    def columns(self) -> Names:
        """The head of a CSV file."""
        return self.shape.names()

    @cached_property
    def undated(self) -> int | None:
        """How many rows were left out for unknown publication; None without published_by."""
        return self.count_undated()

    def count_undated(self) -> int | None:
        """Count them; a table without facts leaves out none."""
        return None

    # actions

    def list(self, request: Request) -> HttpResponseBase:
        """One page as JSON; all rows, streamed, as CSV or JSON Lines."""
        if self.as_rows and not {"cursor", "page_size"} & set(self.params):
            return self.streamed(request)
        return self.get_paginated_response(self.shaped(self.paginate_queryset(self.found()) or []))

    def streamed(self, request: Request) -> StreamingHttpResponse:
        """All rows through a server-side cursor."""
        keys = chosen_order(self.params, self.orderings, self.default_ordering)
        rows = self.with_columns(self.found(), keys).order_by(*(key.expression() for key in keys))
        return self.as_file(request, self._chunks(rows))

    def as_file(self, request: Request, rows: Iterator[dict[str, Any]]) -> StreamingHttpResponse:
        """Rows in the requested format, streamed."""
        renderer: Any = request.accepted_renderer
        name = f"{request.path.strip('/').rpartition('/')[2]}.{renderer.format}"
        return StreamingHttpResponse(
            renderer.lines(rows, self.columns()),
            content_type=f"{renderer.media_type}; charset=utf-8",
            headers={"Content-Disposition": f'inline; filename="{name}"'} | undated_header(self.undated),
        )

    def _chunks(self, rows: QuerySet[Any]) -> Iterator[dict[str, Any]]:
        read = rows.iterator(chunk_size=CHUNK)
        while chunk := list(islice(read, CHUNK)):
            yield from self.shaped(chunk)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if isinstance(response, Response) and response.status_code == 200 and request.method in {"GET", "HEAD"}:
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
