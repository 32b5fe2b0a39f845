"""Full exports: their list, their manifests and their files."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.access.auditing import note_export
from procurement.api.http.rendering import JSONRenderer
from procurement.api.http.viewsets import Listing, Names
from procurement.common.dated_folders import MANIFEST, all_in
from procurement.common.disk import sha256_of
from procurement.common.errors import BadSource
from procurement.exports.folder import manifest_of
from procurement.exports.manifest import Manifest

#: The name under which the newest export is always found.
LATEST = "latest"
#: How exports and their files are named in addresses.
EXPORT = rf"{LATEST}|[0-9]{{8}}T[0-9]{{6}}Z"
FILE = "[a-z0-9][a-z0-9.-]{0,99}"
TYPES = {".gz": "application/gzip", ".json": "application/json"}


class ExportFileShape(serializers.Serializer[Any]):
    """A file of an export; `columns` are empty where its lines are documents of a standard."""

    name = serializers.CharField()
    rows = serializers.IntegerField()
    bytes = serializers.IntegerField()
    sha256 = serializers.CharField()
    columns = serializers.ListField(child=serializers.CharField())
    url = serializers.CharField()


class ExportShape(serializers.Serializer[Any]):
    """An export: all of its files are of the moment `recorded_by`, and figures are as of the day `as_of`."""

    name = serializers.CharField()
    recorded_by = serializers.DateTimeField()
    as_of = serializers.DateField()
    version = serializers.CharField(help_text="of the service that made it")
    licence = serializers.CharField()
    attribution = serializers.CharField()
    url = serializers.CharField()
    files = ExportFileShape(many=True)


class ExportsShape(serializers.Serializer[Any]):
    """The exports, the newest first; there are never so many that they need pages."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = ExportShape(many=True)


class Exports(Listing):
    """Full exports, made each night where settings.EXPORT_FOLDER names a folder."""

    shape = ExportShape  # type: ignore[assignment]
    versioned = False  # made of files
    pagination_class = None  # type: ignore[assignment]
    many: ClassVar[frozenset[str]] = frozenset()
    lookup_field = "name"
    lookup_value_regex = EXPORT
    answers: ClassVar[Mapping[str, type[Any]]] = {"list": ExportsShape}
    reads: ClassVar[Mapping[str, Names]] = {"list": ["format"], "retrieve": ["format"], "file": []}

    @extend_schema(operation_id="exports_list")
    def list(self, request: Request) -> Response:
        """The exports, the newest first."""
        found = [self._shown(export, manifest) for export, manifest in _readable()]
        return Response({"next": None, "previous": None, "results": found})

    def retrieve(self, request: Request, name: str) -> Response:
        """One export; `latest` is the newest."""
        export = _export_named(name)
        return Response(self._shown(export, manifest_of(export)))

    @extend_schema(
        operation_id="exports_file",
        parameters=[OpenApiParameter("file", str, OpenApiParameter.PATH, description="The name of one of its files.")],
        responses={(200, "application/gzip"): OpenApiTypes.BINARY, (200, "application/json"): OpenApiTypes.OBJECT},
    )
    def file(self, request: Request, name: str, file: str) -> HttpResponseBase:
        """A file of an export, or its manifest.json."""
        export = _export_named(name)
        note_export(request, f"{export.name}/{file}")
        path, etag = export / file, f'"{_hash_of(export, file)}"'
        answer = get_conditional_response(request._request, etag=etag) or _sent(path)
        answer["ETag"], answer["Cache-Control"] = etag, "no-cache"
        answer["Last-Modified"] = http_date(path.stat().st_mtime)
        patch_vary_headers(answer, ["Authorization", "Cookie"])
        return answer

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:  # noqa: FBT001, FBT002  (the framework's)
        """A file is what it is, whatever is accepted."""
        if self.action == "file":
            return JSONRenderer(), JSONRenderer.media_type
        return super().perform_content_negotiation(request, force)

    def _shown(self, export: Path, manifest: Manifest) -> dict[str, Any]:
        own = self.reverse_action("detail", kwargs={"name": export.name})
        files = [asdict(each) | {"url": f"{own}{each.name}"} for each in manifest.files]
        return {"name": export.name} | asdict(manifest) | {"url": own, "files": files}


def _exports() -> list[Path]:
    return [] if settings.EXPORT_FOLDER is None else all_in(settings.EXPORT_FOLDER)


def _readable() -> Iterator[tuple[Path, Manifest]]:
    """Each export with its manifest; one that is damaged is told of by its own address, and by `export --check`."""
    for each in _exports():
        with suppress(BadSource):
            yield each, manifest_of(each)


def _export_named(name: str) -> Path:
    """An export by its name. Raises Http404."""
    found = next((each for each in _exports() if name in {LATEST, each.name}), None)
    if found is None:
        raise Http404
    return found


def _sent(path: Path) -> FileResponse:
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type=TYPES[path.suffix])


def _hash_of(export: Path, file: str) -> str:
    """The hash of a file that the manifest names, or of the manifest. Raises Http404 for any other name."""
    if file == MANIFEST:
        return sha256_of(export / MANIFEST)
    named = manifest_of(export).file(file)
    if named is None or not (export / named.name).is_file():
        raise Http404
    return named.sha256
