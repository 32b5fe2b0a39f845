"""What every resource does: read one page, all rows or one row, with declared filters, orders and search."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import islice
from typing import Any, ClassVar, Self

from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from procurement.access.limits.files import refuse_too_many, up_to
from procurement.api.http.asking import joined, params_in
from procurement.api.http.conditional import cache_as, tagging
from procurement.api.http.dates import DATES, asked_in, goes_on_today
from procurement.api.http.expanding import SHOWING, Showing, showing
from procurement.api.http.fields import Body
from procurement.api.http.files import MARK, OF_PAGES, mark_as_asked, name_file, sent_whole, subject_of
from procurement.api.http.filtering import Filter, naming_all, narrowing, parameters, refuse_unknown
from procurement.api.http.guarding import Guarded
from procurement.api.http.known import Reader, refuse_unstored
from procurement.api.http.pagination import Key, KeysetPagination, ReproducedShape, chosen_order, undated_header
from procurement.api.http.parsing import refuse_unmeasured
from procurement.api.http.permalinks import HORIZON_HEADER, Address, Reproducing
from procurement.api.http.rendering import ROWS, RowsRenderer
from procurement.api.http.shapes import Shape
from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.common.file_names import dated_name, disposition, safe_name
from procurement.common.reading_rows import read_through
from procurement.common.row_files import Table
from procurement.common.searching import searching

#: Aliases, because inside a class with a method `list` that name does not mean the type.
Names = list[str]
Shaped = list[dict[str, Any]]
Renderers = list[BaseRenderer]

PAGING = ("cursor", "page_size", "count", "ordering", "search", "format")
#: The actions that answer with rows of the resource, or with one.
ROWS_OR_ONE = frozenset({"list", "retrieve"})
#: Where the rows of an answer are.
RESULTS, ROWS_OF_FIGURES = "results", "rows"
#: How many rows of a streamed answer are read and rendered at a time.
CHUNK = 1000


class Listing(Guarded, GenericViewSet[Any]):
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
    #: Actions that are asked by POST, with the parameters in the body -> the actions that answer them.
    asking: ClassVar[Mapping[str, str]] = {}
    #: The request bodies and answers of actions, for the description of the API.
    bodies: ClassVar[Mapping[str, type[Body]]] = {}
    answers: ClassVar[Mapping[str, type[Any]]] = {}
    #: Filters that are read by other means, for the description of the API.
    described: ClassVar[Mapping[str, Filter]] = {}
    #: The same of single actions.
    own_filters: ClassVar[Mapping[str, Mapping[str, Filter]]] = {}
    #: What actions answer if not 200 (201 for what is created): each status, of files with its media types, and its
    #: answer, None for the usual one.
    statuses: ClassVar[Mapping[str, Mapping[Any, Any]]] = {}
    #: The roles that actions need, if not the analyst's.
    needs: ClassVar[Mapping[str, str]] = {}
    #: Whether `quick` can make rows; and whether a page is read for their ids alone.
    is_quick: ClassVar[bool] = False
    only_ids = False
    #: Whether the answer is rows in a file, not JSON.
    as_rows = False
    #: The actions whose answers name their permalink in their body too, not only in their headers.
    naming: ClassVar[frozenset[str]] = frozenset()
    #: What finds the permalink of the answer, where it has one.
    reproducing: Reproducing | None = None
    #: What the permalink fills in, and what the cursor of the answer belongs to, where an action has its own.
    filled: Mapping[str, str] | None = None
    cursor_params: Mapping[str, str] | None = None
    #: What of each row is shown, if not all of it and nothing more.
    showing: Showing | None = None
    #: Whether it is known that everything that the filters ask for is stored.
    _is_stored = False

    pagination_class = KeysetPagination
    lookup_value_regex = r"[0-9]{1,18}"

    # what a request asks for

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_unmeasured(request)
        given = self._read_params(request)
        if fault := {name: said for name, said in self.refused.get(self.action, {}).items() if name in given}:
            raise Refused(fault)
        if self.action and request.method != "OPTIONS":
            refuse_unknown(given, self.accepted_params(self.action) if self.is_question else ["format"])
        if MARK in given and self.action:
            mark_as_asked(request, given[MARK])
        self.params = given
        self.as_rows = isinstance(request.accepted_renderer, RowsRenderer)
        if request.method in {"GET", "HEAD"} and not self.is_whole:
            self.refuse_known()
        self.take_part()
        if not SHOWING.isdisjoint(given):
            shape = self.answers.get(self.action, self.shape)
            self.showing = showing(given, self._shown_at(), self.known_fields(), shape)
        is_reproduced = request.method != "OPTIONS" and self.is_question and self.can_be_reproduced()
        if self.dated and self.action == "list":
            self.params = given | {"as_of": self.asked.as_of.isoformat()}
        if is_reproduced:
            self.reproducing = Reproducing(self.asked.recorded_by, self.data_version)

    def _read_params(self, request: Request) -> dict[str, str]:
        """The parameters of the address and of a body that asks; the action is then the one that answers them."""
        given, in_body = {name: ",".join(values) for name, values in request.query_params.lists()}, dict[str, str]()
        self.asks = self.action in self.asking
        if self.asks:
            self.action, in_body = self.asking[self.action], params_in(request.data)
            given = joined(given, in_body)
        self.given, self.in_body = frozenset(given), frozenset(in_body)
        return given

    @classmethod
    def accepted_params(cls, action: str) -> Names:
        """Every parameter that an action reads."""
        return [*cls._declared_params(action), *([MARK] if action in cls.many else [])]

    @classmethod
    def _declared_params(cls, action: str) -> Names:
        if action in cls.reads:
            return cls.reads[action]
        dates = [*(DATES if cls.dated else ()), *(sorted(SHOWING) if action in ROWS_OR_ONE else ())]
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
        return not DATES.keys().isdisjoint(self.given)

    @cached_property
    def is_of_today(self) -> bool:
        """Whether the request names no date, or only the one that a page without one named for those after it."""
        if self.action != "list" or DATES.keys() & self.given != {"as_of"}:
            return not self.names_dates()
        return goes_on_today(self.params, self.request.path)

    # giving the same answer again

    def can_be_reproduced(self) -> bool:
        """Whether the same address with `recorded_by` gives the answer again."""
        return self.dated and bool(self.action) and "recorded_by" in self.accepted_params(self.action)

    def _asked_address(self) -> Address:
        """The question of an answer, with what its permalink fills in: the day that it means where it names none."""
        day, path = {"as_of": self.asked.as_of.isoformat()}, self.request.path
        filled = self.filled if self.filled is not None else {} if self.any_date() else day
        of_cursor = {**self.params, **day} if self.cursor_params is None else {**self.cursor_params, **day}
        url = self.request.build_absolute_uri(path.removesuffix("query/") if self.asks else path)
        return Address(url, path, self.params, of_cursor, filled, is_asked_by_get=not self.asks)

    def _name_permalink(self, response: Any) -> None:
        if self.reproducing is None or HORIZON_HEADER in response:
            return
        found = self.reproducing.found(self._asked_address(), streamed=response.streaming)
        found.in_headers(response)
        only_fields = self.action == "retrieve" and self.showing is not None and self.showing.fields is not None
        if not self.as_rows and self.action in self.naming and not only_fields:
            response.data = found.in_body(response.data)

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
        condition = narrowing(self.filters, naming_all(self.filters, self.params, self.asked))
        self.refuse_unstored(rows.model)
        rows = rows.filter(condition)
        return (
            rows.filter(searching(rows.model, self.search, self.params["search"])) if "search" in self.params else rows
        )

    def refuse_unstored(self, model: type[Model] | None) -> None:
        """Raise Refused where a filter of the request asks for what no row has; looked up once in a request."""
        if not self._is_stored:
            reader = Reader(self.request.user, of_the_past=self.asked.recorded_by is not None)
            refuse_unstored(self.filters, self.params, model, reader)
            self._is_stored = True

    def prepared(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Rows of the table with what the shape needs of other tables at the asked dates."""
        return rows

    def with_columns(self, rows: QuerySet[Any], keys: Sequence[Key] = ()) -> QuerySet[Any]:
        """The rows with the columns of the shape and of the order."""
        columns = () if self.only_ids else self.shape.columns()
        return rows.values(*dict.fromkeys(["id", *columns, *(key.path for key in keys)]))

    def quick(self, ids: Sequence[int]) -> Shaped | None:
        """The rows with these ids as they are answered in JSON, made at once; None where that cannot be done."""
        return None

    def page(self) -> Shaped:
        """The rows of the requested page as they are answered."""
        self.only_ids = self.is_quick and not self.as_rows and self.showing is None
        rows = self.paginate_queryset(self.found()) or []
        if not self.only_ids:
            return self.shaped(rows)
        ids = [row["id"] for row in rows]
        if (made := self.quick(ids)) is not None:
            return made
        self.only_ids = False
        by_id = {row["id"]: row for row in self.with_columns(self.rows().filter(pk__in=ids))}
        return self.shaped([by_id[pk] for pk in ids if pk in by_id])

    def shaped(self, rows: Sequence[dict[str, Any]]) -> Shaped:
        """The rows as they are answered."""
        return self.shape.shaped(rows, self.asked)

    def chunks(self, rows: QuerySet[Any]) -> Iterator[dict[str, Any]]:
        """Rows with their columns as they are answered, read through a server-side cursor, some at a time."""
        with read_through(rows, fetched=CHUNK) as read:
            while chunk := list(islice(read, CHUNK)):
                yield from self.shaped(chunk)

    @cached_property
    def undated(self) -> int | None:
        """How many rows were left out for unknown publication; None without published_by."""
        return self.count_undated()

    def count_undated(self) -> int | None:
        """Count them; a table without facts leaves out none."""
        return None

    def known_fields(self) -> Names:
        """The fields of a row as the action answers it."""
        found = self.columns() if self.as_rows else list(self.answers.get(self.action, self.shape)().fields)
        return [name for name in found if name not in ReproducedShape().fields]

    def _shown_at(self) -> Asked:
        """The dates at which expanded parts are shown: a fact that is found whatever its date has them of today."""
        return replace(self.asked, as_of=timezone.localdate()) if self.any_date() else self.asked

    def _show(self, response: Response) -> None:
        """Leave of each row what is wanted of it, put beside it what stands behind its ids, and name the file."""
        data: Any = response.data
        member = next((each for each in (RESULTS, ROWS_OF_FIGURES) if self.action in self.many and each in data), None)
        if self.showing is not None and member is not None:
            data[member] = list(self.showing.rows(data[member]))
        elif self.showing is not None:
            (response.data,) = self.showing.rows([data])
        if self.as_rows:
            response["Content-Disposition"] = disposition(self.file_name())

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
        columns = self.columns() if self.showing is None else self.showing.columns(self.columns())
        return Table(columns, self.numbers(), self.file_subject(), about)

    def as_file(
        self, request: Request, rows: Iterable[dict[str, Any]], headers: Mapping[str, str] | None = None
    ) -> StreamingHttpResponse:
        """Rows in the requested format, streamed."""
        said = undated_header(self.undated) | dict(headers or {})
        rows = up_to(rows, self.allowance)
        rows = rows if self.showing is None else self.showing.rows(dict(row) for row in rows)
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
        return self.get_paginated_response(self.page())

    def streamed(self, request: Request) -> StreamingHttpResponse:
        """All rows through a server-side cursor."""
        keys = chosen_order(self.params, self.orderings, self.default_ordering)
        found = self.found()
        refuse_too_many(found, self.allowance)
        rows = self.with_columns(found, keys).order_by(*(key.expression() for key in keys))
        return self.as_file(request, self.chunks(rows))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        is_asked, is_read = self.asks or request.method in {"GET", "HEAD"}, isinstance(response, Response)
        if response.status_code == 200 and is_asked:
            if is_read:
                self._show(response)
            self._name_permalink(response)
        if is_read and response.status_code == 200 and request.method in {"GET", "HEAD"}:
            if self.as_rows:
                name_file(request, response, self.file_name(), is_whole=self.is_whole)
            asked = (self.asked.as_of, self.asked.undated) if self.dated else ()
            response.add_post_render_callback(tagging(request, *asked, version=self.version(), rest=self.data_tag))
        if request.method in {"GET", "HEAD"} and response.status_code in {200, 304} and "Cache-Control" not in response:
            cache_as(response, own=self.is_own())
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
