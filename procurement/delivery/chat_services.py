"""Chat and push services that Apprise speaks with, over connections that lead to public addresses only.

The library opens connections by itself. Its plugins call `requests`, and get something in its place that asks over the
library's own session with a policy (apprise.utils.http): each host is looked up once, what was found is checked and
connected to, redirects are not followed, and time and size are bounded. Only services whose plugins do nothing else are
accepted, and of their addresses only parameters that name no file, no other host and no headers.
"""

import sys
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, partialmethod
from importlib import import_module
from io import BytesIO
from typing import Any
from urllib.parse import unquote

from django.conf import settings

from procurement.common.http_posts import CONNECTING, KEPT, Reply
from procurement.common.options import NotAccepted
from procurement.common.public_addresses import is_public

#: How long a server may say nothing, and how long all requests for one message may take, in seconds.
SILENCE, LONGEST = 15.0, 40.0
#: Which certificates are trusted: those that come with the library, or a file.
TRUSTED: bool | str = True
#: How much of an answer is read.
READ = 256 * 1024
#: Parameters of addresses that change how a message looks or to whom it goes; others may name files and headers.
PARAMETERS = frozenset(
    {"to", "topic", "thread", "channel", "mode", "priority", "sound", "silent", "footer", "image", "timestamp"}
    | {"msgtype", "region", "severity", "format"}
)
#: Where the library keeps parameters that begin with a sign, which name headers and the like.
SIGNED = ("qsd+", "qsd-", "qsd:")


@dataclass(frozen=True)
class Service:
    """A service: what people call it, the plugin that speaks with it, and its host, where that is always the same."""

    name: str
    plugin: str
    host: str = ""


SERVICES: Mapping[str, Service] = {
    "slack": Service("Slack", "slack.NotifySlack", "hooks.slack.com"),
    "workflows": Service("Microsoft Teams", "workflows.NotifyWorkflows"),
    "matrixs": Service("Matrix", "matrix.NotifyMatrix"),
    "discord": Service("Discord", "discord.NotifyDiscord", "discord.com"),
    "gchat": Service("Google Chat", "google_chat.NotifyGoogleChat", "chat.googleapis.com"),
    "gotifys": Service("Gotify", "gotify.NotifyGotify"),
    "mmosts": Service("Mattermost", "mattermost.NotifyMattermost"),
    "ntfys": Service("ntfy", "ntfy.NotifyNtfy"),
    "pagerduty": Service("PagerDuty", "pagerduty.NotifyPagerDuty", "events.pagerduty.com"),
    "pover": Service("Pushover", "pushover.NotifyPushover", "api.pushover.net"),
    "rockets": Service("Rocket.Chat", "rocketchat.NotifyRocketChat"),
    "tgram": Service("Telegram", "telegram.NotifyTelegram", "api.telegram.org"),
    "wxteams": Service("Webex", "webexteams.NotifyWebexTeams", "webexapis.com"),
    "zulip": Service("Zulip", "zulip.NotifyZulip", "zulipchat.com"),
}
ACCEPTED = ", ".join(f"{scheme}:// ({service.name})" for scheme, service in SERVICES.items())


@dataclass(frozen=True)
class Address:
    """An address of a service as the library understands it."""

    scheme: str
    url: str
    parsed: Mapping[str, Any]

    @property
    def service(self) -> Service:
        """The service."""
        return SERVICES[self.scheme]

    @property
    def host(self) -> str:
        """The host that it leads to, as people know it; never a part of a secret."""
        return self.service.host or str(self.parsed.get("host") or "").lower()


def address_in(given: str) -> Address:
    """An address as Apprise or the service itself writes it. Raises NotAccepted, without repeating it."""
    scheme = given.partition("://")[0].lower()
    if scheme == "https":
        given = _native(given)
        scheme = given.partition("://")[0]
    if scheme not in SERVICES:
        raise NotAccepted(f"is of no known service; accepted: {ACCEPTED}, and the https addresses that these hand out")
    parsed = plugin_of(SERVICES[scheme]).parse_url(given)
    if not parsed:
        raise NotAccepted(f"is not complete; https://appriseit.com/services/ says what {scheme}:// needs")
    return _checked(scheme, given, parsed)


def _native(given: str) -> str:
    """An address as the service hands it out, written as Apprise writes it; its parameters are the service's own."""
    for scheme, service in SERVICES.items():
        plugin = plugin_of(service)
        if parsed := plugin.parse_native_url(given):
            url = str(plugin(**parsed, asset=asset()).url(privacy=False))
            return f"{scheme}://{url.partition('://')[2].partition('?')[0]}"
    raise NotAccepted(f"is handed out by no known service; accepted: {ACCEPTED}")


def _checked(scheme: str, url: str, parsed: Mapping[str, Any]) -> Address:
    named = {*parsed.get("qsd", {}), *(f"{sign[-1]}{name}" for sign in SIGNED for name in parsed.get(sign, {}))}
    if unknown := sorted(named - PARAMETERS):
        names = ", ".join(sorted(PARAMETERS))
        raise NotAccepted(f"has parameters that are not accepted ({len(unknown)}); accepted: {names}")
    found = Address(scheme, url, parsed)
    if not SERVICES[scheme].host and "." not in found.host and found.host not in settings.WEBHOOK_HOSTS:
        raise NotAccepted(f"names no server; {scheme}:// is followed by its host, as chat.example.org")
    try:
        plugin_of(found.service)(**parsed, asset=asset())
    except Exception as error:
        raise NotAccepted(f"is not complete; https://appriseit.com/services/ says what {scheme}:// needs") from error
    return found


@cache
def plugin_of(service: Service) -> Any:
    """The library's class for a service, all of whose requests are checked. Only its module is loaded."""
    module, name = service.plugin.split(".")
    plugin = getattr(import_module(f"apprise.plugins.{module}"), name)
    for each in plugin.__mro__:
        if each.__module__.startswith("apprise.plugins.") and hasattr(sys.modules[each.__module__], "requests"):
            sys.modules[each.__module__].requests = CHECKED  # type: ignore[attr-defined]
    return plugin


@cache
def asset() -> Any:
    """What the library says of this service: its name, and no pictures from elsewhere; nothing is kept on disk."""
    from apprise.asset import AppriseAsset
    from apprise.common import PersistentStoreMode

    return AppriseAsset(
        app_id="Procurement tracker",
        app_desc="Procurement tracker",
        app_url=settings.PUBLIC_URL,
        image_url_mask="",
        image_url_logo="",
        async_mode=False,
        http_redirects=False,
        storage_mode=PersistentStoreMode.MEMORY,
    )


# asking


class Visit:
    """The requests for one message: what was answered last, or why nothing was."""

    def __init__(self) -> None:
        from apprise.utils.http import HTTPPolicySession

        self.until = time.monotonic() + LONGEST
        session: Any = HTTPPolicySession
        self.session = session(_policy(settings.WEBHOOK_HOSTS))
        self.reply: Reply | None = None
        self.error = ""

    def ask(self, method: str, url: str, options: Mapping[str, Any]) -> Any:
        """Ask as a plugin wants, within the limits. Raises what `requests` raises."""
        import requests

        given = {name: value for name, value in options.items() if name not in {"proxies", "cert"}}
        limits = {"timeout": (CONNECTING, SILENCE), "verify": TRUSTED, "allow_redirects": False, "stream": True}
        try:
            answer = self.session.request(method, url, **given | limits)
            if time.monotonic() > self.until:  # what was cut off may look whole
                answer.close()
                raise requests.exceptions.ReadTimeout("it took too long")
            return self._read(answer)
        except requests.RequestException as error:
            self.error = _said(error)
            raise

    def _read(self, answer: Any) -> Any:
        """The same answer, read as far as it may be long."""
        import requests
        from apprise.utils import http

        untyped: Any = http
        content = untyped.read_bounded_response(answer, READ)
        if content is None:
            raise requests.exceptions.ContentDecodingError("the answer is too long")
        whole = requests.Response()
        whole.status_code, whole.headers, whole.url = answer.status_code, answer.headers, answer.url
        whole.encoding, whole.reason, whole.raw = answer.encoding, answer.reason, BytesIO(content)
        self.reply = Reply(answer.status_code, dict(answer.headers), content[:KEPT].decode("utf-8", "replace"))
        return whole


@contextmanager
def visiting() -> Iterator[Visit]:
    """A time in which plugins of this thread may ask; what is open when it ends is closed."""
    from apprise.utils.http import ConnectionTracker, track_connections

    visit = Visit()
    token = _visit.set(visit)
    try:
        with track_connections(ConnectionTracker(), visit.until):
            yield visit
    finally:
        _visit.reset(token)
        visit.session.close()


_visit: ContextVar[Visit] = ContextVar("visit_of_a_service")


class CheckedRequests:
    """What plugins know as `requests`. Outside of a visit it asks nothing."""

    def request(self, method: str, url: str, **options: Any) -> Any:
        """Ask within the visit of this thread."""
        return _visit.get().ask(method, url, options)

    get = partialmethod(request, "GET")
    post = partialmethod(request, "POST")
    put = partialmethod(request, "PUT")

    def __getattr__(self, name: str) -> Any:
        """Its codes and exceptions; nothing else of it, so that nothing goes around the checks."""
        import requests

        found = getattr(requests, name)
        if name != "codes" and not (isinstance(found, type) and issubclass(found, Exception)):
            raise AttributeError(name)
        return found


CHECKED = CheckedRequests()


def _policy(trusted: Collection[str]) -> Any:
    """Public addresses only, by https, but for hosts that an administrator trusts."""
    from apprise.utils import http

    policy: Any = http.HTTPPolicy
    anywhere = policy()

    class PublicOnly(policy):  # type: ignore[misc]  # the library's has no types
        def resolve(self, host: str, port: int) -> Any:
            return anywhere.resolve(host, port) if host in trusted else super().resolve(host, port)

    return PublicOnly(url_filter=is_secure, address_filter=is_public)


def is_secure(url: str) -> bool:
    """Whether an address is asked by https."""
    return url.lower().startswith("https://")


def _said(error: Exception) -> str:
    """Why a request failed, without its address, which is a secret: the innermost reason that is known."""
    inner: Any = error.args[0] if error.args else ""
    reason = getattr(inner, "reason", inner)
    text = str(reason).rpartition(": ")[2] if reason else ""
    return f"{type(error).__name__}: {text}" if text and "://" not in text else type(error).__name__


def secrets_of(address: Address) -> list[str]:
    """Whatever of an address may open something: its parts, as written and as meant."""
    rest = address.url.partition("://")[2]
    parts = {part for part in _split(rest) if len(part) >= SHORT} - {address.host}
    return [address.url, *parts, *map(unquote, parts)]


#: A part of an address that is shorter opens nothing, and hiding it would make answers unreadable.
SHORT = 6


def _split(text: str) -> list[str]:
    for each in "/:@?&#=":
        text = text.replace(each, " ")
    return text.split()
