"""The root of the API, and its answer to unknown addresses."""

from functools import cache
from http import HTTPStatus
from typing import Any, NoReturn

from django.http import HttpResponse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from procurement.api.http.addresses import meant


class Root(APIView):
    """The resources by name, with their addresses."""

    schema = None
    resources: list[str] = []

    def get(self, request: Request) -> Response:
        """List the resources."""
        found = {name: reverse(f"api:{name}-list", request=request) for name in self.resources}
        more = {name: reverse(f"api:{name}", request=request) for name in ("schema", "docs")}
        return Response(found | more)


class NothingThere(APIException):
    """An address that there is not."""

    status_code = HTTPStatus.NOT_FOUND


class NotFound(APIView):
    """Every other address below the API's."""

    schema = None
    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        raise NothingThere(meant(request.path))


@cache
def description(media_type: str) -> bytes:
    """The description in one format, cached: it takes a second to make and changes only with the code."""
    made = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    renderer = next(each for each in Description.renderer_classes if each.media_type == media_type)
    text = renderer().render(made, media_type, {})
    return text.encode() if isinstance(text, str) else text


class Description(SpectacularAPIView):
    """The API in OpenAPI 3.1."""

    schema = None

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        media_type = request.accepted_renderer.media_type
        return HttpResponse(description(media_type), content_type=media_type)
