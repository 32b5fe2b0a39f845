"""The short form of `make chaos`, always with the same seed."""

import shutil
import tempfile
from pathlib import Path

import pytest

from tests.running.chaos.storm import Storm
from tests.running.machines import REDIS

pytestmark = [pytest.mark.run, pytest.mark.proof]


@pytest.fixture
def folder():
    """Near the root, as a socket's path must be short."""
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.skipif(REDIS is None, reason="no redis-server here")
def test_what_was_accepted_is_there_once_and_told_to_all(folder, capsys):
    with capsys.disabled():
        verdict = Storm(folder, seconds=15, seed=16, pace=0.7, said=lambda _: None).run()
    assert verdict.wrong == []
