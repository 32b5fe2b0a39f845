"""Release and record packages: a page of processes, one process, or all of them as JSON Lines."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import Http404, StreamingHttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.access.auditing import note_export
from procurement.access.limits.files import streamed_in_turn
from procurement.api.http import dates, filtering, guarding
from procurement.api.http.filtering import Filter, naming_all, narrowing
from procurement.api.http.pagination import Cursor, filters_hash, opened, page_size, sealed, undated_header
from procurement.api.http.rendering import JSONLinesRenderer, JSONRenderer
from procurement.api.http.viewsets import Listing, Names, Renderers
from procurement.api.ocds.shapes import RecordPackageShape, ReleasePackageShape
from procurement.api.records.contracts import SupplierFilter
from procurement.cases.undated import undated_facts_of_contracts
from procurement.common.errors import Complaints
from procurement.common.file_names import disposition
from procurement.common.json_text import as_numeric_json
from procurement.common.reading_dates import parse_moment
from procurement.common.row_files import JSONL
from procurement.contracts.models import Contract
from procurement.ocds.choosing import View, changed_after, contracts_of, of_processes, page_after
from procurement.ocds.gathering import gather
from procurement.ocds.publishing import jsonl, ocids, of_one_moment, record_package, release_package, view_of
from procurement.sources.horizon import horizon, refuse_beyond_horizon


class PackageRenderer(JSONRenderer):
    """One JSON document whose amounts are numbers, as OCDS has them, and exact."""

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return b"" if data is None else as_numeric_json(data)


class OcidFilter(filtering.Text):
    """Processes by their ocids, stored ones and those of this service."""

    def among(self, values: Sequence[Any]) -> Q:
        return of_processes(ocids(), values)


class Packages(Listing):
    """What all packages have in common: the parameters, and the processes that they choose."""

    dated = True
    pagination_class = None  # type: ignore[assignment]
    lookup_field = "ocid"
    lookup_value_regex = "[^/]+"
    filters: ClassVar[Mapping[str, Filter]] = {
        "ocid": OcidFilter("ocid"),
        "program": filtering.ProgramOfContract("pk"),
        "buyer": filtering.Organization("buyer"),
        "supplier": SupplierFilter("pk"),
        "country": filtering.Country("buyer__country"),
        "signed_on": filtering.Day("signed_on", nullable=True),
    }
    #: The parameters of a page.
    paging: ClassVar[Sequence[str]] = ("cursor", "page_size")

    @classmethod
    def accepted_params(cls, action: str) -> Names:
        if action != "list":
            return [*dates.DATES, "format"]
        found = [name for name, _, _ in filtering.parameters(cls.filters)]
        return [*found, "since", *dates.DATES, *cls.paging, "format"]

    def get_queryset(self) -> QuerySet[Any]:
        return Contract.objects.all()

    def can_be_reproduced(self) -> bool:
        """Packages say of what address they are; their `X-Horizon` is where a mirror continues."""
        return False

    def get_renderers(self) -> Renderers:
        return [PackageRenderer()]

    def view(self) -> View:
        """What the request asks for. Raises Refused."""
        return view_of(self.asked, is_past=self.names_dates(), narrowing=self._narrowing())

    def _narrowing(self) -> Q:
        complaints = Complaints()
        since = dates.parsed(self.params, "since", parse_moment, complaints)
        complaints.refuse_if_any()
        refuse_beyond_horizon(since, "since")
        found = narrowing(self.filters, naming_all(self.filters, self.params, self.asked))
        self.refuse_unstored(Contract)
        return found if since is None else found & changed_after(since)

    def undated_said(self, view: View, ocids: list[str]) -> dict[str, str]:
        """The header that counts the facts about some processes that were left out for unknown publication."""
        return undated_header(undated_facts_of_contracts(view.asked, contracts_of(view, ocids).values("pk")))


class PagesOfPackages(Packages):
    """Packages of one page of processes each."""

    def list(self, request: Request) -> Response:
        """One page of processes, in the order of their ocids."""
        until, view, belongs_to = self._horizon(), self.view(), filters_hash(request.path, self.params)
        after = str(opened(self.params["cursor"], belongs_to).values[0]) if "cursor" in self.params else ""
        ocids, more = page_after(view, after, page_size(self.params))
        body = self.packed(view, ocids)
        if more:
            query = urlencode({**self.params, "cursor": sealed(Cursor((ocids[-1],)), belongs_to)})
            body["links"] = {"next": f"{request.build_absolute_uri(request.path)}?{query}"}
        return Response(body, headers=until | self.undated_said(view, ocids))

    def _horizon(self) -> dict[str, str]:
        """Where a mirror that asks what is new continues: nothing before that moment can be missing."""
        return {"X-Horizon": horizon().isoformat()} if "since" in self.params else {}

    def packed(self, view: View, ocids: Names) -> dict[str, Any]:
        """The package of some processes."""
        raise NotImplementedError


class Releases(PagesOfPackages):
    """Release packages: every release of some processes."""

    shape = ReleasePackageShape  # type: ignore[assignment]
    answers: ClassVar[Mapping[str, type[Any]]] = {"list": ReleasePackageShape}

    def packed(self, view: View, ocids: Names) -> dict[str, Any]:
        return release_package(gather(view, ocids), view.asked, self.request.build_absolute_uri())


class Records(PagesOfPackages):
    """Record packages: of each process its releases, and what they say together."""

    shape = RecordPackageShape  # type: ignore[assignment]
    answers: ClassVar[Mapping[str, type[Any]]] = {"list": RecordPackageShape, "retrieve": RecordPackageShape}

    def packed(self, view: View, ocids: Names) -> dict[str, Any]:
        return record_package(gather(view, ocids, with_ages=True), view.asked, self.request.build_absolute_uri())

    @extend_schema(operation_id="ocds_records_list")
    def list(self, request: Request) -> Response:
        """One page of processes, in the order of their ocids."""
        return super().list(request)

    def retrieve(self, request: Request, ocid: str) -> Response:
        """One process, as a package with one record."""
        view = self.view()
        body = self.packed(view, [ocid])
        if not body["records"]:
            raise Http404
        return Response(body, headers=self.undated_said(view, [ocid]))


class Export(Packages):
    """Every process, as JSON Lines: each line is a release package of one process."""

    shape = ReleasePackageShape  # type: ignore[assignment]
    answers: ClassVar[Mapping[str, type[Any]]] = {"list": ReleasePackageShape}
    paging = ()

    def get_renderers(self) -> Renderers:
        return [JSONLinesRenderer()]

    def cost(self) -> int:
        return guarding.OVER_ALL

    def list(self, request: Request) -> StreamingHttpResponse:
        """All of them, streamed, as they were at one moment."""
        note_export(request, "ocds.jsonl")
        view = of_one_moment(self.view())
        left_out = undated_facts_of_contracts(view.asked, view.matching().values("pk"))
        return streamed_in_turn(
            jsonl(view),
            content_type=JSONL.content_type,
            headers={"Content-Disposition": disposition("ocds.jsonl")} | undated_header(left_out),
        )
