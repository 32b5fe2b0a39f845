"""The address of a client behind proxies."""

import ipaddress
from collections.abc import Mapping
from typing import Any

from django.conf import settings


def client_network(meta: Mapping[str, Any]) -> str:
    """The address from which a request came, as limits count it: an IPv6 network of 64 bits is one client.

    Each trusted proxy appends the address that it saw to X-Forwarded-For; what stands further left was sent by the
    client, and counts for nothing. A header that is missing or too short means that the request did not come through
    the proxies, and then the peer is the client.
    """
    forwarded = [part.strip() for part in str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",") if part.strip()]
    hops = settings.TRUSTED_PROXIES
    seen = forwarded[-hops] if 0 < hops <= len(forwarded) else ""
    return _network(seen) or _network(str(meta.get("REMOTE_ADDR", ""))) or "unknown"


def _network(text: str) -> str:
    """The network of an address with or without a port; empty if it is none."""
    try:
        found = ipaddress.ip_address(_without_port(text))
    except ValueError:
        return ""
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    if found.version == 4 or mapped:
        return str(mapped or found)
    return str(ipaddress.ip_network((found, 64), strict=False))


def _without_port(text: str) -> str:
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text
