"""A pipeline of real processes."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import current_app

from tests.pipeline.workers import Pipeline


@pytest.fixture
def pipeline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pipeline]:
    """A pipeline whose broker this test nudges too; its worker is ended with the test."""
    folder = str(tmp_path / "broker" / "messages")
    options = {
        "data_folder_in": folder,
        "data_folder_out": folder,
        "control_folder": str(tmp_path / "broker" / "control"),
    }
    monkeypatch.setitem(current_app.conf, "broker_url", "filesystem://")
    monkeypatch.setitem(current_app.conf, "broker_transport", "tracker.local.spool:Transport")
    monkeypatch.setitem(current_app.conf, "broker_transport_options", options)
    made = Pipeline(tmp_path)
    try:
        yield made
    finally:
        made.kill()


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port of a server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])
