"""Traces by OpenTelemetry, where OTEL_EXPORTER_OTLP_ENDPOINT says where to send them; else nothing of it is loaded."""

import os
from importlib import import_module
from importlib.util import find_spec

from django.core.exceptions import ImproperlyConfigured

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
#: What requirements-otel.txt installs and the classes that are switched on.
INSTRUMENTATIONS = {"django": "DjangoInstrumentor", "celery": "CeleryInstrumentor", "psycopg": "PsycopgInstrumentor"}
NEEDED = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")


def is_wanted() -> bool:
    """Whether somebody says where to send traces."""
    return bool(os.environ.get(ENDPOINT, "").strip())


def check() -> None:
    """Refuse to start where traces are wanted and the packages are missing. Raises ImproperlyConfigured."""
    if is_wanted() and not all(_is_there(name) for name in NEEDED):
        raise ImproperlyConfigured(
            f"{ENDPOINT} is set, but OpenTelemetry is not installed: "
            "pip install --no-deps --require-hashes -r requirements-otel.txt, or unset it"
        )


def begin(part: str) -> None:
    """Trace what this process does, as `tracker-<part>`; after the last fork, before requests are served."""
    if not is_wanted():
        return
    check()
    _send_spans(part)
    for name, instrumentor in INSTRUMENTATIONS.items():
        getattr(import_module(f"opentelemetry.instrumentation.{name}"), instrumentor)().instrument()


def _send_spans(part: str) -> None:
    """Send the spans of this process to the address, some at a time, from a thread of its own."""
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    from tracker.version import VERSION

    named = {"service.name": os.environ.get("OTEL_SERVICE_NAME") or f"tracker-{part}", "service.version": VERSION}
    provider = TracerProvider(resource=Resource.create(named))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


def _is_there(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False
