"""The answers shown in the README are those of the service on the sample."""

import importlib.util
import json
from pathlib import Path

import pytest

from tests.samples import load_whole_sample

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]


def drawing():
    """docs/draw_cases.py, which is no package."""
    spec = importlib.util.spec_from_file_location("draw_cases", ROOT / "docs/draw_cases.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_readme_shows_what_the_service_answers(client):
    load_whole_sample()
    draw = drawing()
    readme = (ROOT / "README.md").read_text()
    assert draw.written(readme, draw.table(client.get(draw.ADDRESS).json()["rows"])) == readme


def test_the_sample_lists_fifty_one_programs_and_their_parts(client):
    load_whole_sample()
    found = client.get("/api/v1/programs/?page_size=1000").json()["results"]
    assert len(found) >= 51
    assert {"aegis-ashore", "asev", "mistral-bpc", "m10-booker", "kf-21-indonesia"} <= {each["code"] for each in found}


def test_the_readmes_first_answer_is_what_the_service_says(client):
    load_whole_sample()
    row = client.get("/api/v1/exposure/?group_by=program&as_of=2020-06-25&program=aegis-ashore").json()["rows"][0]
    readme = (ROOT / "README.md").read_text()
    said = json.dumps({"name": row["program"]["name"], "status": row["program"]["status"]})
    assert said.strip("{}") in readme
    for name in ("contracts", "committed", "paid", "outstanding", "unaccounted"):
        assert f'"{name}": {json.dumps(row[name])}' in readme
