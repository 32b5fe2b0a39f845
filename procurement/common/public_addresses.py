"""Connecting to hosts that somebody else named, and never into the own network."""

import ipaddress
import socket
from collections.abc import Collection

#: Addresses that carry an IPv4 address: the translation of RFC 6052, and the long deprecated compatible ones.
NAT64 = ipaddress.ip_network("64:ff9b::/96")
COMPATIBLE = ipaddress.ip_network("::/96")


def connected(
    address: tuple[str, int], timeout: float, *, trusted: Collection[str], said: str = "is at no public address"
) -> socket.socket:
    """A connection to a host: to any address of a trusted one, else only to public ones.

    The name is looked up once, and what was found is connected to: nobody can answer differently in between. Raises
    OSError.
    """
    host, port = address
    found = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    allowed = [each for each in found if host in trusted or is_public(each)]
    if not allowed:
        raise OSError(f"{host} {said}")
    for each in allowed[:-1]:
        try:
            return socket.create_connection((each, port), timeout)
        except OSError:
            continue  # the next one
    return socket.create_connection((allowed[-1], port), timeout)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet's, in whichever way it is written into another."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            found = found.ipv4_mapped
        elif found.sixtofour or found.teredo or found in NAT64 or found in COMPATIBLE:
            return False
    return found.is_global and not found.is_multicast
