"""Which computers a page may be fetched from: those of the public internet, and none of this machine or its networks.

A name is looked up once, every address that it has is checked, and the connection goes to one of these addresses. A
second lookup could give another one.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from qa.errors import PageError

IPAddress = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Sequence[IPAddress]]
"""Returns the addresses of a host, of which a port is to be used; raises OSError or UnicodeError if it has none."""
IsAllowed = Callable[[IPAddress], bool]
"""Whether a connection to an address is allowed."""

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
"""IPv6 addresses that stand for the IPv4 address in their last 32 bits, which also may be private."""
_SPECIAL_4 = tuple(map(IPv4Network, ("192.0.0.0/24", "192.88.99.0/24")))
_SPECIAL_6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
"""Tunnels, relays and documentation, which not every version of Python knows as such."""


def is_public(address: IPAddress) -> bool:
    """Whether an address is one of the public internet."""
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast and not any(address in special for special in _SPECIAL_4)
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _GLOBAL_UNICAST and address.is_global and not any(address in special for special in _SPECIAL_6)


def resolve(host: str, port: int) -> Sequence[IPAddress]:
    """Return the addresses of a host, as the system knows them."""
    entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [*dict.fromkeys(ip_address(address[0]) for *_, address in entries)]


def checked_addresses(host: str, port: int, resolve: Resolve, is_allowed: IsAllowed) -> Sequence[IPAddress]:
    """Return the addresses of a host.

    Raises:
        PageError: it has none, or one of them is not allowed.
    """
    try:
        addresses = resolve(host, port)
    except (OSError, ValueError):
        addresses = []
    if not addresses:
        raise PageError(f"The host {host} is not known", "Check the address and the connection.")
    for address in addresses:
        if not is_allowed(address):
            problem = f"The host {host} is in this machine's or a private network ({address})"
            raise PageError(problem, "Save the page as a file in the corpus.")
    return addresses
