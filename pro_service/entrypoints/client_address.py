"""From which address a request comes. Headers that anybody can write are believed of named proxies only."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address

from flask import request

from pro_service.entrypoints.wiring import glanced_at

Network = IPv4Network | IPv6Network


def client_address() -> str:
    """The address of this request's client, as far as `PRO_TRUSTED_PROXIES` lets us know it."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    return address_behind(request.remote_addr or "", forwarded, proxies=glanced_at().trusted_proxies)


def address_behind(peer: str, forwarded: str, *, proxies: Sequence[Network]) -> str:
    """The last address that is none of our `proxies`, walking from the connection's `peer` back through the list.

    Each proxy appends whom it spoke to. What stands left of the first stranger was written by that stranger.
    """
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    address = peer
    while hops and _among(address, proxies) and _is_address(hops[-1]):
        address = hops.pop()
    return address


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _among(address: str, proxies: Sequence[Network]) -> bool:
    if not _is_address(address):
        return False
    return any(ip_address(address) in network for network in proxies)
