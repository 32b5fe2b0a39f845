"""The timeline of a program as a picture, in the reader's language."""

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any, ClassVar

from django.http import Http404
from django.utils import translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.api.http.dates import DATES
from procurement.api.http.guarding import OF_SOME
from procurement.api.http.viewsets import Listing, Names
from procurement.api.records.programs import ProgramShape
from procurement.charts.asking import picture_in
from procurement.charts.drawing import PNG, SVG, TYPES, draw
from procurement.charts.timeline.figure import timeline
from procurement.common.file_names import dated_name, disposition
from procurement.programs.reading import program_in_view


class SVGRenderer(BaseRenderer):
    """A picture that stays sharp at any size."""

    media_type = TYPES[SVG]
    format = SVG
    charset = None
    render_style = "binary"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return bytes(data)


class PNGRenderer(SVGRenderer):
    """A picture for programs that draw no SVG."""

    media_type = TYPES[PNG]
    format = PNG


RENDERERS: Mapping[str, type[BaseRenderer]] = {SVG: SVGRenderer, PNG: PNGRenderer}
PARAMETERS = [*DATES, "theme", "size"]


class ProgramPictures(Listing):
    """The timeline as SVG and as PNG."""

    shape = ProgramShape
    dated = True
    pagination_class = None  # type: ignore[assignment]
    many: ClassVar[frozenset[str]] = frozenset()
    #: The actions that answer with a file that has a name, for the description of the API.
    files: ClassVar[frozenset[str]] = frozenset(TYPES)
    reads: ClassVar[Mapping[str, Names]] = dict.fromkeys(TYPES, PARAMETERS)

    @extend_schema(operation_id="program_timeline_svg", responses={(200, TYPES[SVG]): OpenApiTypes.STR})
    def svg(self, request: Request, code: str) -> Response:
        """The timeline as a picture (SVG): statuses and speakers' words above the money; words by Accept-Language."""
        return self._picture(code, SVG)

    @extend_schema(operation_id="program_timeline_png", responses={(200, TYPES[PNG]): OpenApiTypes.BINARY})
    def png(self, request: Request, code: str) -> Response:
        """The timeline as a picture (PNG): statuses and speakers' words above the money; words by Accept-Language."""
        return self._picture(code, PNG)

    def _picture(self, code: str, form: str) -> Response:
        theme, size = picture_in(self.params)
        program = program_in_view(code, self.asked)
        if program is None:
            raise Http404
        with translation.override(self._language()):
            figure = timeline(program, self.asked)
            drawn = draw(figure, form, theme, size)
        name = f"{dated_name(f'{code}-{figure.name}-{figure.language}', self.asked)}.{form}"
        return Response(drawn, headers={"Content-Disposition": disposition(name), "Content-Language": figure.language})

    def _language(self) -> str:
        """The reader's language; every other answer of the API is in one."""
        return translation.get_language_from_request(self.request._request)

    # what every answer goes through

    def cost(self) -> int:
        return OF_SOME

    def refuse_known(self) -> None:
        """The language is part of what the answer follows from."""
        with translation.override(self._language()) if self.action in TYPES else nullcontext():
            super().refuse_known()

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:  # noqa: FBT001, FBT002  (the framework's)
        """A picture is what its address says, whatever is accepted."""
        if self.action in TYPES:
            return RENDERERS[self.action](), TYPES[self.action]
        return super().perform_content_negotiation(request, force)

    def get_renderers(self) -> list[BaseRenderer]:
        known = RENDERERS.get(getattr(self, "action", None) or "")
        return super().get_renderers() if known is None else [known()]
