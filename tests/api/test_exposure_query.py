"""Questions in a body: the same answers as at an address, for readers without a token too, with pages."""

import pytest

from tests.makers import make_contract, make_program


@pytest.fixture
def programs(db):
    codes = [f"p-{number}" for number in range(4)]
    for code in codes:
        make_contract(make_program(code), committed="5")
    return codes


def asked(caller, path, body):
    response = caller.post(path, body)
    assert response.status_code == 200, response.content
    return response.json()


def test_a_body_asks_what_an_address_does(anonymous, programs):
    body = {"group_by": ["program", "currency"], "program": programs[:3], "explain": True, "as_of": "2026-01-01"}
    address = f"group_by=program,currency&program={','.join(programs[:3])}&explain=true&as_of=2026-01-01"
    assert asked(anonymous, "exposure/query/", body) == anonymous.read(f"exposure/?{address}")
    plain = {name: value for name, value in body.items() if name != "explain"}
    same = address.replace("&explain=true", "")
    assert asked(anonymous, "exposure/schedule/query/", plain) == anonymous.read(f"exposure/schedule/?{same}")
    series = {"interval": "year", "from": "2025-01-01", "to": "2026-01-01", "program": programs}
    address = f"interval=year&from=2025-01-01&to=2026-01-01&program={','.join(programs)}"
    assert asked(anonymous, "exposure/series/query/", series) == anonymous.read(f"exposure/series/?{address}")


def test_its_pages_are_asked_for_with_the_same_body(anonymous, programs):
    body = {"group_by": "program", "page_size": 3, "program": programs + ["p-0"] * 3000}
    first = asked(anonymous, "exposure/query/", body)
    address = first["next"].removeprefix("http://testserver/api/v1/")
    assert len(address) < 300
    second = asked(anonymous, address, body)
    found = [row["program"]["code"] for page in (first, second) for row in page["rows"]]
    assert (sorted(found), second["next"]) == (programs, None)
    assert "cursor" in anonymous.errors(address, body | {"program": ["p-1"]})


def test_rows_are_files_there_too(anonymous, programs):
    lines = b"".join(anonymous.post("exposure/query/?format=csv", {"group_by": "program"}).streaming_content)
    assert len(lines.splitlines()) == 1 + len(programs)


REFUSED = [
    ([], "body", "an object of parameters"),
    ({"colour": "red"}, "colour", "accepted: "),
    ({"program": {"code": "p-0"}}, "program", "a list of them"),
    ({"program": None}, "program", "a list of them"),
    ({"format": "csv"}, "format", "?format=csv"),
    ({"country": "UK"}, "country", "GB"),
]


def test_bad_bodies_are_refused_by_parameter(anonymous, programs):
    for body, name, said in REFUSED:
        assert said in anonymous.errors("exposure/query/", body)[name][0], body
    assert "one value" in anonymous.errors("exposure/query/?as_of=2020-01-01", {"as_of": "2021-01-01"})["as_of"][0]


def test_a_number_without_end_is_refused_before_it_is_written_out(anonymous, programs):
    for number in ("1e999999999", "1e-999999999"):
        refused = anonymous.send("post", "exposure/query/", f'{{"outstanding__gte": {number}}}')
        assert (refused.status_code, list(refused.json()["errors"])) == (400, ["outstanding__gte"])


def test_it_needs_a_token_where_reading_does(anonymous, reader, programs, settings):
    settings.ANONYMOUS_READ = False
    assert anonymous.post("exposure/query/", {}).status_code == 401
    assert asked(reader, "exposure/query/", {})["rows"]
