"""Connecting to hosts that somebody else named, and never into the own network."""

import ipaddress
import socket
from collections.abc import Collection

#: What of IPv6 is the internet's at all. Outside of it are all private and local addresses, and those that carry an
#: IPv4 address for a translator (RFC 4291, 6052, 7915, 8215).
UNICAST = ipaddress.ip_network("2000::/3")
#: Not the internet's either, whether or not this version of Python knows it.
RESERVED = [
    ipaddress.ip_network(each)
    for each in (
        "192.0.0.0/24",  # protocols of IETF; clouds have metadata there
        "192.88.99.0/24",  # relays of 6to4
        "168.63.129.16/32",  # the host of a virtual machine at Azure, with its metadata
        "2002::/16",  # 6to4 and Teredo carry IPv4 addresses
        "2001::/23",
        "2001:db8::/32",  # for documents
        "3fff::/20",
    )
]


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
            return is_public(str(found.ipv4_mapped))
        if found not in UNICAST:
            return False
    reserved = any(found in each for each in RESERVED if each.version == found.version)
    return found.is_global and not found.is_multicast and not reserved
