"""How the API is described (drf-spectacular)."""

from typing import Any

SETTINGS: dict[str, Any] = {
    "TITLE": "Defence procurement tracker",
    "DESCRIPTION": "Programs, contracts, what was decided and said about them, and what is still under contract.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVERS": [{"url": "/", "description": "This service"}],
    "LICENSE": {"name": "MIT", "identifier": "MIT"},
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["procurement.api.http.access.MayReadOrAnalyse"],
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": ["procurement.api.description.completing.complete"],
    "WEBHOOKS": [f"procurement.api.description.webhooks.{name}" for name in ("ALERTS", "DIGEST", "TEST")],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
