"""From where a request comes, as far as somebody has to know: an address to count by, a network and device to show."""

import ipaddress
import re

from flask import request

from pro_service.entrypoints.client_address import client_address
from pro_service.services.accounts.history import Origin

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows")),
    *(("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")),
)


def origin() -> Origin:
    """Of the running request. The address is the one that rate limits count by too: what a header claims is believed of
    the proxies of `PRO_TRUSTED_PROXIES` alone.
    """
    address = client_address()
    network = network_of(address)
    return Origin(address=_counted(address), network=network, device=device_of(request.user_agent.string))


def network_of(address: str) -> str:
    """The network of an address, which tells a hospital from a home and no more: /24 of IPv4, /48 of IPv6."""
    found = _parsed(address)
    if found is None:
        return ""
    return str(ipaddress.ip_network((found, 24 if found.version == 4 else 48), strict=False))


def device_of(user_agent: str) -> str:
    """Browser and system in two words: "Firefox, Windows"; "" for what cannot be recognised."""
    browser = next((name for sign, name in _BROWSERS if re.search(rf"\b{sign}", user_agent)), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    return ", ".join(part for part in (browser, system) if part)


def _counted(address: str) -> str:
    """Who has one IPv6 address has 2^64 of them: they count as one source."""
    found = _parsed(address)
    if found is None or found.version == 4:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False))


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(address)
    except ValueError:
        return None
