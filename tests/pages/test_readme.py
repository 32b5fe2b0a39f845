"""The README's table of all cases is what the service answers on the sample."""

import importlib.util
from pathlib import Path

import pytest

from procurement.imports.loading import load_folder

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]


def drawing():
    """docs/draw_cases.py, which is no package."""
    spec = importlib.util.spec_from_file_location("draw_cases", ROOT / "docs/draw_cases.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_readme_shows_what_the_service_answers(client):
    load_folder(ROOT / "fixtures")
    draw = drawing()
    readme = (ROOT / "README.md").read_text()
    assert draw.written(readme, draw.table(client.get(draw.ADDRESS).json()["rows"])) == readme


def test_the_sample_lists_fifty_one_programs_and_their_parts(client):
    load_folder(ROOT / "fixtures")
    found = client.get("/api/v1/programs/?page_size=1000").json()["results"]
    assert len(found) >= 51
    assert {"aegis-ashore", "asev", "mistral-bpc", "m10-booker", "kf-21-indonesia"} <= {each["code"] for each in found}
