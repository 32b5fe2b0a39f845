"""Imports: handing in a file, how far it is, what was said of its rows, and taking it back."""

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.api.http import filtering
from procurement.api.http.access import MayReadOrAnalyse, reach, user_of
from procurement.api.http.fields import Body
from procurement.api.http.filtering import Filter
from procurement.api.http.idempotency import written
from procurement.api.http.parsing import JSONParser
from procurement.api.http.problems import PayloadTooLarge
from procurement.api.http.viewsets import Listing, Resource
from procurement.api.imports.shapes import BatchShape, IssueShape, UndoBody, UploadBody
from procurement.imports.batches.kept_files import Kept, keep
from procurement.imports.batches.running import start
from procurement.imports.batches.undoing import request_undo
from procurement.imports.loading import Choice
from procurement.imports.models import ImportBatch, ImportIssue

#: What a form adds to its file.
FORM_BYTES = 100_000


class MayReadNamedOrAnalyse(MayReadOrAnalyse):
    """Never anonymous: refusals quote the files."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.method in SAFE_METHODS and reach(request) is None:
            return False
        return super().has_permission(request, view)


class Imports(Resource):
    """Batches: one for each file that was handed in."""

    permission_classes = [MayReadNamedOrAnalyse]
    parser_classes = [MultiPartParser]
    shape = BatchShape
    default_ordering = "-id"
    search = ("file_name", "format", "sha256")
    bodies: ClassVar[Mapping[str, type[Body]]] = {"create": UploadBody, "undo": UndoBody}
    filters: ClassVar[Mapping[str, Filter]] = {
        "id": filtering.Id("id"),
        "state": filtering.Word("state", choices=ImportBatch.State),
        "dry_run": filtering.YesNo("dry_run"),
        "file_name": filtering.Text("file_name"),
        "sha256": filtering.Hash("sha256"),
        "created_at": filtering.Moment("created_at"),
    }

    def get_queryset(self) -> QuerySet[Any]:
        return ImportBatch.objects.all()

    def create(self, request: Request) -> Response:
        """Hand in a file as multipart/form-data; a worker reads it, and its address says how far it is."""
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        if length > settings.IMPORT_MAX_BYTES + FORM_BYTES:
            raise PayloadTooLarge(f"A file may have at most {settings.IMPORT_MAX_BYTES} bytes.")
        body = UploadBody(
            data=dict(cast("Mapping[str, Any]", request.data).items()), context=self.get_serializer_context()
        )
        body.is_valid(raise_exception=True)
        given = body.validated_data
        kept = keep(given["file"].chunks())
        return written(request, lambda: self._start(request, kept, given), content=kept.sha256)

    def _start(self, request: Request, kept: Kept, given: Mapping[str, Any]) -> Response:
        batch = start(
            kept,
            name=given["file"].name,
            choice=Choice(given.get("format", ""), given.get("options", {})),
            by=user_of(request),
            dry_run=given.get("dry_run", False),
        )
        return self._answer(batch, status=201)

    @action(detail=True, methods=["post"], parser_classes=[JSONParser])
    def undo(self, request: Request, pk: str) -> Response:
        """Take back what a batch stored, by reversals; a worker does that."""
        return written(request, lambda: self._undo(request, int(pk)))

    def _undo(self, request: Request, pk: int) -> Response:
        body = UndoBody(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        try:
            batch = request_undo(pk, by=user_of(request), note=body.validated_data.get("note", ""))
        except ImportBatch.DoesNotExist as error:
            raise Http404 from error
        return self._answer(batch, status=200)

    def _answer(self, batch: ImportBatch, *, status: int) -> Response:
        transaction.on_commit(nudge_imports, robust=True)
        where = {"Location": self.reverse_action("detail", kwargs={"pk": batch.pk})} if status == 201 else {}
        return Response(self.one(pk=batch.pk), status=status, headers=where)


def nudge_imports() -> None:
    """Let a worker begin; if the message is lost, the schedule finds the batch."""
    from procurement import tasks

    tasks.nudge("imports")


class ImportIssues(Listing):
    """What was said of the rows of one file, in the order in which it was read."""

    permission_classes = [MayReadNamedOrAnalyse]
    shape = IssueShape
    search = ("label", "column", "value", "reason", "warning")
    filters: ClassVar[Mapping[str, Filter]] = {
        "kind": filtering.Word("kind", choices=ImportIssue.Kind),
        "warning": filtering.Stored("warning"),
        "line": filtering.Number("line"),
    }

    def get_queryset(self) -> QuerySet[Any]:
        if not ImportBatch.objects.filter(pk=self.kwargs["batch"]).exists():
            raise Http404
        return ImportIssue.objects.filter(batch=self.kwargs["batch"])

    def list(self, request: Request, batch: str) -> HttpResponseBase:  # type: ignore[override]
        """One page as JSON; all as CSV or JSON Lines."""
        return super().list(request)
