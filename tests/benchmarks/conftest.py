"""A small portfolio, and nobody to tell how far it is."""

import io

import pytest

from benchmarks.portfolio import fill
from benchmarks.progress import Progress
from benchmarks.size import Size

SMALL = Size(contracts=300, entries_per_contract=6, programs=20, suppliers=9)


@pytest.fixture
def progress():
    return Progress(io.StringIO())


@pytest.fixture
def filled(db, progress):
    fill(SMALL, progress)
    return progress.stream


@pytest.fixture
def committed(transactional_db, progress):
    fill(SMALL, progress)
