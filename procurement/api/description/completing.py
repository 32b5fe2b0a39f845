"""What is added to the description when every operation is known: common parts, links and examples."""

from typing import Any

from procurement.api.description.answers import error_components
from procurement.api.description.examples import add_examples
from procurement.api.description.headers import HEADERS
from procurement.api.description.linking import add_links
from procurement.api.description.vocabularies import name_vocabularies
from procurement.api.description.webhooks import SCHEMAS


def complete(result: dict[str, Any], generator: Any, **_: Any) -> dict[str, Any]:
    """The last step of drf-spectacular (POSTPROCESSING_HOOKS)."""
    name_vocabularies(result)
    result["components"] |= {"headers": HEADERS, "responses": error_components()}
    result["components"]["schemas"] |= SCHEMAS
    add_links(result["paths"])
    for item in result["paths"].values():
        for operation in item.values():
            add_examples(operation)
    used = {tag for item in result["paths"].values() for operation in item.values() for tag in operation["tags"]}
    texts = _texts(generator)
    result["tags"] = [{"name": name, "description": texts[name]} for name in sorted(used)]
    return result


def _texts(generator: Any) -> dict[str, str]:
    """What each resource is: what its class says; of several below one name, that with the shortest address."""
    found: dict[str, str] = {}
    for path, _, _, callback in sorted(generator.endpoints, key=lambda each: len(each[0])):
        if path.startswith("/api/v1/"):
            found.setdefault(path.split("/")[3], " ".join((callback.cls.__doc__ or "").split()))
    return found
