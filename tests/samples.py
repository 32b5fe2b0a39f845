"""The sample portfolio, as the service loads it."""

from pathlib import Path

from procurement.imports.loading import load_folder

FIXTURES = Path(__file__).parents[1] / "fixtures"


def load_whole_sample() -> None:
    """Every program of the sample."""
    load_folder(FIXTURES)
