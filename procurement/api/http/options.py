"""What OPTIONS answers: what an address is, the methods and formats it takes, and what a GET of it can be asked."""

from typing import Any

from rest_framework.metadata import BaseMetadata
from rest_framework.request import Request
from rest_framework.reverse import reverse

from procurement.api.http.rendering import ROWS, JSONRenderer


class Options(BaseMetadata):
    """Made from the declarations that answer requests; the whole description of the API is at `schema`."""

    def determine_metadata(self, request: Request, view: Any) -> dict[str, Any]:
        """The answer to OPTIONS, in JSON whatever else the address answers in."""
        request.accepted_renderer, request.accepted_media_type = JSONRenderer(), JSONRenderer.media_type
        more = {name: reverse(f"api:{name}", request=request) for name in ("schema", "docs")}
        says = view.get_view_description()
        return {
            "name": view.get_view_name(),
            "description": says,
            "methods": view.allowed_methods,
            **_asked(view),
            **more,
        }


def _asked(view: Any) -> dict[str, Any]:
    """What a GET takes; nothing where there is none, or where a view declares nothing."""
    action = getattr(view, "action_map", {}).get("get")
    if action is None:
        return {}
    renderers = ROWS if action in view.many else (JSONRenderer,)
    found: dict[str, Any] = {
        "formats": {str(each.format): each.media_type for each in renderers},
        "parameters": _parameters(view, action),
    }
    if action == "list" and "ordering" in view.accepted_params(action) and "ordering" not in view.described:
        found |= {"orderings": list(view.orderings), "default_ordering": view.default_ordering}
    return found | ({"searched": list(view.search)} if action == "list" and view.search else {})


def _parameters(view: Any, action: str) -> list[dict[str, Any]]:
    from procurement.api.description import parameters  # imports views, which import this class by the settings

    found: list[Any] = [parameters.parameter_of(view, name) for name in parameters.accepted(view, action)]
    return [{"name": each.name, "description": each.description, "schema": each.type} for each in found]
