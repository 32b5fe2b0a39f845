"""Downloading one file from an address that an administrator set: bounded in time, size and reach.

The host of the address itself may be anywhere, as somebody who runs the service named it. A redirect may only lead to a
public address by https, or stay on that host: a file elsewhere must not open a way into the own network.
"""

import socket
import time
from collections.abc import Iterator
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPMessage, HTTPResponse, HTTPSConnection
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPHandler, HTTPRedirectHandler, HTTPSHandler, Request, build_opener, getproxies

from procurement.common.errors import BadSource
from procurement.common.public_addresses import connected

#: The longest that a server may say nothing, and the longest that a whole download may take, in seconds.
SILENCE, LONGEST = 20.0, 120.0
MOST_REDIRECTS = 5
PIECE = 64 * 1024
AGENT = "defence-procurement-tracker"


def download(url: str, *, most_bytes: int, longest: float = LONGEST) -> bytes:
    """The content behind an https or http address.

    Raises BadSource, which names the host, where the file is not had whole: the host does not answer or says no, is
    too slow, redirects too often or to where it may not, or the file is too large or ends early.
    """
    named = urlsplit(url)
    until = time.monotonic() + longest
    request = Request(url, headers={"User-Agent": AGENT})  # noqa: S310  address_fault knows the schemes
    try:
        with _opener(url).open(request, timeout=SILENCE) as response:
            return b"".join(_pieces(response, most_bytes, until))
    except HTTPError as error:
        error.close()
        raise BadSource(f"{named.hostname} answered {error.code} {error.reason}") from error
    except (OSError, HTTPException, ValueError) as error:
        raise BadSource(f"{named.hostname} gave no whole file: {str(error) or type(error).__name__}") from error


def address_fault(url: str) -> str | None:
    """Say why nothing can be downloaded from an address, or None."""
    try:
        parts = urlsplit(url)
        whole = parts.scheme in {"https", "http"} and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        whole = False
    if not whole:
        return "is not a web address; https://example.org/rates.zip would be accepted"
    return "names a user, which is not supported" if parts.username or parts.password else None


def _pieces(response: HTTPResponse, most_bytes: int, until: float) -> Iterator[bytes]:
    told, read = response.headers.get("Content-Length", ""), 0
    while piece := response.read1(PIECE):  # what there is: a server that drips keeps nobody longer than `until`
        read += len(piece)
        if read > most_bytes:
            raise ValueError(f"it has more than {most_bytes} bytes")
        if time.monotonic() > until:
            raise TimeoutError("it took too long")
        yield piece
    if told.isdigit() and read < int(told):
        raise ValueError(f"it ended after {read} of {told} bytes")


# what may be reached


def _opener(url: str) -> Any:
    named = urlsplit(url)
    # a proxy is named by whoever runs the service too
    hosts = {named.hostname, *(urlsplit(each if "://" in each else f"//{each}").hostname for each in _proxies())}
    known = frozenset(each for each in hosts if each)
    return build_opener(_Redirects(url), _Http(known), _Https(known))


def _proxies() -> Iterator[str]:
    return (address for scheme, address in getproxies().items() if scheme in {"http", "https"})


class _Redirects(HTTPRedirectHandler):
    max_redirections = MOST_REDIRECTS

    def __init__(self, url: str) -> None:
        self.named = urlsplit(url)

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        to = urlsplit(newurl)
        if to.scheme != "https" and (to.scheme, to.hostname) != (self.named.scheme, self.named.hostname):
            raise ValueError(f"it redirects to {to.scheme}://{to.hostname}, and only https would be followed")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _Checked(HTTPConnection):
    """Connects to addresses of the hosts that were named, and else only to public ones, each looked up once."""

    def __init__(self, *args: Any, named: frozenset[str], **more: Any) -> None:
        super().__init__(*args, **more)
        self._create_connection = partial(_connected, named)


class _CheckedSecure(_Checked, HTTPSConnection):
    pass


class _Http(HTTPHandler):
    def __init__(self, named: frozenset[str]) -> None:
        super().__init__()
        self.named = named

    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(_Checked, req, named=self.named)  # type: ignore[arg-type]  # the stubs know no subclasses


class _Https(HTTPSHandler):
    def __init__(self, named: frozenset[str]) -> None:
        super().__init__()
        self.named = named

    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(_CheckedSecure, req, named=self.named)  # type: ignore[arg-type]


def _connected(
    named: frozenset[str], address: tuple[str, int], timeout: float, _source: object = None
) -> socket.socket:
    return connected(address, timeout, trusted=named)
