"""Which addresses are the internet's, and what is connected to."""

import socket

import pytest

from procurement.common import public_addresses
from procurement.common.public_addresses import connected, is_public

PUBLIC = ["8.8.8.8", "192.0.1.1", "::ffff:8.8.8.8", "2606:4700::1111", "2404:6800:4004::1"]
OWN = [
    "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.1.1", "172.16.0.1", "192.168.1.1",
    "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "192.88.99.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "fc00::1", "fe80::1", "fe80::1%eth0", "fec0::1", "100::1", "2001:db8::1", "3fff::1", "5f00::1",
]  # fmt: skip
MULTICAST = ["224.0.0.1", "239.255.255.250", "ff02::1", "ff0e::1"]
METADATA = ["169.254.169.254", "100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254"]
#: 127.0.0.1 as mapped, compatible, translated (SIIT), NAT64 (well-known and local), 6to4, Teredo.
CARRYING = [
    "::ffff:127.0.0.1", "::127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b:1::7f00:1",
    "2002:7f00:1::1", "2001:0:7f00:1::1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize("address", [*OWN, *MULTICAST, *METADATA, *CARRYING])
def test_no_other_is(address):
    assert not is_public(address)


def answering(monkeypatch, *answers):
    """Names lead to these addresses, one list after the other; what was connected to."""
    left, reached = list(answers), []

    def looked_up(_host, port, **_):
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (each, port)) for each in found]

    def made(address, _timeout):
        reached.append(address[0])
        if address[0].startswith("8.8.4."):
            raise ConnectionRefusedError
        return "a socket"

    monkeypatch.setattr(public_addresses.socket, "getaddrinfo", looked_up)
    monkeypatch.setattr(public_addresses.socket, "create_connection", made)
    return reached


def test_a_name_is_looked_up_once_and_what_was_found_is_connected_to(monkeypatch):
    reached = answering(monkeypatch, ["8.8.8.8"], ["127.0.0.1"])
    connected(("example.org", 443), 1, trusted=())
    assert reached == ["8.8.8.8"]


def test_of_several_addresses_only_public_ones_are_tried(monkeypatch):
    reached = answering(monkeypatch, ["127.0.0.1", "8.8.4.4", "10.0.0.1", "8.8.8.8"])
    connected(("example.org", 443), 1, trusted=())
    assert reached == ["8.8.4.4", "8.8.8.8"]


def test_a_name_that_leads_into_the_own_network_is_not_reached(monkeypatch):
    reached = answering(monkeypatch, ["169.254.169.254"])
    with pytest.raises(OSError, match=r"metadata\.example is at no public address"):
        connected(("metadata.example", 80), 1, trusted=())
    assert reached == []


def test_a_trusted_host_may_be_anywhere(monkeypatch):
    reached = answering(monkeypatch, ["10.0.0.1"])
    connected(("inside.example", 443), 1, trusted={"inside.example"})
    assert reached == ["10.0.0.1"]
