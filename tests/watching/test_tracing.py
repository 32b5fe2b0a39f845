"""Traces are switched on by an address alone; tests/running/test_sight.py sees them arrive."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from tracker.watching import tracing


def test_without_an_address_nothing_is_loaded(monkeypatch):
    monkeypatch.delenv(tracing.ENDPOINT, raising=False)
    monkeypatch.setattr(tracing, "NEEDED", ("no_such_package",))
    tracing.check()
    tracing.begin("web")


def test_an_address_without_the_packages_is_refused_with_what_to_do(monkeypatch):
    monkeypatch.setenv(tracing.ENDPOINT, "http://127.0.0.1:4318")
    monkeypatch.setattr(tracing, "NEEDED", ("no_such_package.sdk",))
    with pytest.raises(ImproperlyConfigured, match=r"OTEL_EXPORTER_OTLP_ENDPOINT.*requirements-otel\.txt"):
        tracing.check()
