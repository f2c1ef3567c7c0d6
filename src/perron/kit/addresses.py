"""Whose address a request comes from, when reverse proxies stand between."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def client_address(peer: str, forwarded: str, trusted: tuple[str, ...]) -> str:
    """The nearest hop that is not one of our proxies: `peer`, or else read from the right of `X-Forwarded-For`.

    `trusted` names addresses and networks; what a stranger writes into the header is not believed.
    """
    nearest = peer
    hops = [hop.strip() for hop in forwarded.split(",")] if forwarded else []
    while hops and _is_ours(nearest, trusted):
        hop = read_address(hops.pop())
        if hop is None:
            break
        nearest = str(hop)
    return nearest


def household(address: str) -> str:
    """What limits are counted by: an IPv4 address, or the /64 network of an IPv6 address."""
    found = read_address(address)
    if isinstance(found, IPv6Address):
        return str(IPv6Network((int(found) >> 64 << 64, 64)))
    return str(found) if found else address


def _is_ours(address: str, trusted: tuple[str, ...]) -> bool:
    found = read_address(address)
    return found is not None and any(found in network for network in networks_of(trusted))


def is_within(address: str, network: str) -> bool:
    """Whether an address lies in a network; what cannot be read lies nowhere."""
    found = read_address(address)
    return found is not None and any(found in one for one in networks_of((network,)))


def read_address(text: str) -> Address | None:
    """An address, with or without a port or brackets; IPv4 written as IPv6 is IPv4."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


@lru_cache(8)
def networks_of(named: tuple[str, ...]) -> tuple[Network, ...]:
    """Networks as they are named, in their order."""
    return tuple(ip_network(each, strict=False) for each in named)
