"""Which proxy stands between us and a provider, as the environment says (HTTP_PROXY, HTTPS_PROXY, NO_PROXY)."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from controller.contract import one_line


@dataclass(frozen=True)
class Proxy:
    """What a connection goes through. As text: words for a message, empty where there is no proxy.

    `address`: without what may be secret in it. `is_loopback`: the provider runs on this machine, and no proxy is used.
    """

    address: str = ""
    variable: str = ""
    is_loopback: bool = False

    def __str__(self) -> str:
        if not self.address:
            return ""
        return f", through the proxy {self.address} that {self.variable} names (NO_PROXY excepts a host)"


def proxy_of(url: str) -> Proxy:
    """The proxy of a connection to this address."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_loopback(host):
        return Proxy(is_loopback=True)
    proxies = getproxies()
    for scheme in (parts.scheme, "all"):
        if scheme in proxies and not proxy_bypass(host):
            return Proxy(one_line(without_secret(proxies[scheme]), 100), f"{scheme.upper()}_PROXY")
    return Proxy()


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by its name or address."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def without_secret(url: str) -> str:
    """An address without user, password and all that follows the port."""
    scheme, separator, rest = url.rpartition("://")
    place = rest.rpartition("@")[2]
    for mark in "/?#":
        place = place.partition(mark)[0]
    return f"{scheme}{separator}{place}"
