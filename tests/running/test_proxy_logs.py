"""What nginx, with the files of deploy/nginx, writes of requests whose address is a secret."""

import ssl
from contextlib import closing
from http.client import HTTPConnection, HTTPSConnection

import pytest

from tests.running.service import free_port, within
from tests.running.units import NGINX, Proxy

pytestmark = [pytest.mark.run, pytest.mark.skipif(NGINX is None, reason="no nginx here")]
SECRET = "planted-address-of-a-feed"  # not one


@pytest.fixture
def proxy(tmp_path):
    """One whose web servers are away, so that each request is an error too."""
    made = Proxy(tmp_path / "nginx", free_port(), free_port())
    assert made.faults() == ""
    made.start()
    yield made
    made.end()


def asked(connection, path):
    with closing(connection):
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return 0


def test_no_log_has_the_address_of_a_feed(proxy):
    context = ssl.create_default_context(cafile=str(proxy.certificate))
    path = f"/feeds/{SECRET}.atom?of={SECRET}"
    assert within(60, lambda: asked(HTTPSConnection("localhost", proxy.port, context=context), path) == 502)
    assert asked(HTTPConnection("127.0.0.1", proxy.plain), path) == 308
    proxy.end()
    logs = {file.name: file.read_text() for file in proxy.folder.glob("*.log")}
    assert '"GET /feeds/..." 502' in logs["tracker.log"]
    assert [name for name, text in logs.items() if SECRET in text] == []
