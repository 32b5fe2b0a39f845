"""A body that ends before its Content-Length is told, not taken for a whole one."""

from io import BytesIO
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from procurement.access.tokens import issue_token
from procurement.imports.models import ImportBatch
from procurement.sources.copies import DocumentCopy
from tests.makers import make_source
from tracker.bodies import Body, CutShort
from tracker.wsgi import application

pytestmark = pytest.mark.django_db

BOUNDARY = "xxxx"
FORM = f"multipart/form-data; boundary={BOUNDARY}"


def multipart(content: bytes, name: str = "a.yaml") -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def sent(path: str, body: bytes, kind: str, *, length: int | None = None) -> tuple[str, bytes]:
    """Send a body of which so many bytes are promised."""
    told: list[Any] = []
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": f"/api/v1/{path}", "QUERY_STRING": "", "SERVER_NAME": "testserver",
        "SERVER_PORT": "80", "wsgi.url_scheme": "http", "wsgi.input": BytesIO(body), "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(body) if length is None else length), "HTTP_HOST": "testserver",
        "HTTP_AUTHORIZATION": f"Token {issue_token('an-analyst', 'write').token}",
    }  # fmt: skip
    answer = application(environ, lambda status, _headers, *_: told.append(status))
    content = b"".join(answer)
    answer.close()  # type: ignore[attr-defined]
    return told[0][:3], content


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.DOCUMENT_FOLDER, settings.IMPORT_FOLDER = tmp_path / "documents", tmp_path / "imports"
    settings.ALLOWED_HOSTS = ["testserver"]
    for signal in (request_started, request_finished):  # the connection is the test's own
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_half_a_form_imports_nothing(settings):
    whole = multipart(b"programs: {}\n" * 5000)
    assert sent("imports/", whole, FORM)[0] == "201"
    status, said = sent("imports/", whole[:-20_000], FORM, length=len(whole))
    assert status == "400"
    assert f"the body ended after {len(whole) - 20_000} of {len(whole)} bytes".encode() in said
    assert ImportBatch.objects.count() == 1


def test_half_a_copy_is_none():
    document = make_source()
    status, said = sent(f"documents/{document.pk}/copy/", b"%PDF-1.7 half", "application/pdf", length=5000)
    assert (status, b"the body ended after 13 of 5000 bytes" in said) == ("400", True)
    assert not DocumentCopy.objects.exists()


def test_what_comes_whole_is_read_as_it_is():
    body = Body(BytesIO(b"one\ntwo"), 7)
    assert (body.readline(), body.read(2), body.read(), body.read(5)) == (b"one\n", b"tw", b"o", b"")
    cut = Body(BytesIO(b"one"), 7)
    assert cut.read(10) == b"one"
    with pytest.raises(CutShort, match="ended after 3 of 7 bytes"):
        cut.read(10)
