"""JSON of any encoding and size, read element by element; what is broken is said with its place."""

import gzip
import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.imports.files import json_text as jsontext
from procurement.imports.files import packed
from procurement.imports.files.json_text import JsonText
from procurement.imports.format import File
from procurement.imports.rows import BadFile
from tests.imports.files import file_of

MEGABYTE = 1024 * 1024
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-999, 999).map(str) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
)


def texts(content):
    """The values in a file, and what is said of the place where it breaks."""
    text, found = JsonText(file_of(content)), []
    try:
        while text.peek():
            found.append(text.value())
    except BadFile as error:
        return found, f"{error.line}: {error}"
    return found, ""


def elements(file: File) -> int:
    """How many elements the list in a package has, read one by one."""
    text = JsonText(file)
    return sum(text.value() is not None for _ in text.members() for _ in text.elements())


def test_numbers_stay_as_they_are_written():
    assert texts('{"a": 14487.00, "b": 1120656.1300000001, "c": 1e2, "d": -0, "e": "14487.00"}') == (
        [{"a": "14487.00", "b": "1120656.1300000001", "c": "1e2", "d": "-0", "e": "14487.00"}],
        "",
    )


@pytest.mark.parametrize("between", ["", "\n", "\n\n  ", "\x1e", "\r\n", "\ufeff"])
def test_several_texts_may_follow_one_another(between):
    assert texts('{"a": 1}' + between + '{"b": 2}') == ([{"a": "1"}, {"b": "2"}], "")


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"]
)
def test_every_encoding_that_publishers_use_is_read(encoding):
    assert texts('{"name": "Ministère"}'.encode(encoding)) == ([{"name": "Ministère"}], "")


def test_the_first_line_that_is_not_utf8_is_known_and_what_comes_before_stands():
    text = JsonText(file_of('{"a": "é"}\n{"a": "'.encode() + b'M\xe9xico \x96"}\n'))
    assert [text.value(), text.value(), text.stray_line] == [{"a": "é"}, {"a": "México –"}, 2]


def test_a_gzip_is_unpacked_also_one_of_several_parts():
    assert texts(gzip.compress(b'{"a": 1}') + gzip.compress(b'{"b": 2}')) == ([{"a": "1"}, {"b": "2"}], "")


def test_of_half_a_gzip_every_whole_text_is_read():
    found, said = texts(gzip.compress(b'{"a": 1}\n{"b": 2}')[:-10])
    assert found == [{"a": "1"}]
    assert "ends in the middle of packed data" in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "1: is empty: 0 bytes; was its download cut off?"),
        (gzip.compress(b"", mtime=0), "1: is empty: 0 bytes; was its download cut off?"),
        (b"\x1f\x8bno gzip at all", "1: is not gzip, or damaged"),
        (b'{"a": 1}\n{"b": ', "2: the text ends here in the middle of a value"),
        (b'{"a": 1}\n{"b": "wor', "2: the text ends here in the middle of a value"),
        (b'{"a": 1}\n{"b" = 2, "and": "more text behind"}', "2: is not JSON at “= 2, "),
        (b"[" * 200_000, "1: is nested too deeply to be read"),
        (b'{"a":' * 200_000, "1: is nested too deeply to be read"),
    ],
)
def test_what_is_broken_is_said_with_its_place(content, said):
    assert texts(content)[1].startswith(said)


def test_behind_a_broken_text_the_next_line_that_begins_one_is_found():
    text = JsonText(file_of('{"a": 1}\n{"b" 2}\n  {"inside": 3}\n{"c": 4}\n'))
    assert text.value() == {"a": "1"}
    with pytest.raises(BadFile):
        text.value()
    assert (text.skip_to_next_text(), text.line, text.value()) == (True, 4, {"c": "4"})
    assert not text.skip_to_next_text()


def test_characters_that_nothing_can_store_are_replaced():
    assert texts(r'{"a": "\ud800 \u0000 \ud83d\ude00"}') == ([{"a": "\ufffd \ufffd 😀"}], "")


def test_a_package_of_any_size_takes_the_memory_of_a_few_chunks():
    element = {"ocid": "ocds-213czf-1", "text": "x" * 1000}
    content = gzip.compress(json.dumps({"releases": [element] * 40_000}).encode(), 1)
    tracemalloc.start()
    try:
        assert elements(file_of(content)) == 40_000
        assert tracemalloc.get_traced_memory()[1] < 10 * MEGABYTE
    finally:
        tracemalloc.stop()


def test_an_element_without_end_is_given_up_before_it_fills_the_memory(monkeypatch):
    monkeypatch.setattr(jsontext, "LONGEST", 3 * MEGABYTE)
    assert texts(b'{"a": "' + b"x" * 9 * MEGABYTE)[1] == "1: has an element of over 3 MiB, which is not read"


def test_a_file_that_grows_while_it_is_read_has_an_end(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1}\n' * 20_000)
    text = JsonText(File.at(path))
    assert text.value() == {"a": "1"}
    with path.open("a") as growing:
        growing.write('{"b": 2}\n' * 20_000)
    read = 1
    while text.peek():
        assert text.value() == {"a": "1"}
        read += 1
    assert read == 20_000


def test_a_gzip_that_unpacks_to_more_than_anybody_publishes_is_refused(monkeypatch):
    monkeypatch.setattr(packed, "SMALL", 1024)
    assert "250 times the packed size" in texts(gzip.compress(b" " * 10_000_000))[1]


@given(st.lists(st.dictionaries(TEXTS, VALUES, max_size=5), max_size=4), st.sampled_from(["\n", "", " "]), st.data())
def test_whatever_is_written_is_read_and_whatever_is_cut_is_said(values, between, data):
    content = between.join(json.dumps(each, ensure_ascii=data.draw(st.booleans())) for each in values)
    if content:
        assert texts(content) == ([jsontext.fit(each) for each in values], "")
        found, _ = texts(content.encode()[: data.draw(st.integers(1, len(content.encode())))])
        assert found == [jsontext.fit(each) for each in values][: len(found)]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_said_to_be_broken(content):
    texts(content)
