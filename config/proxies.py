"""Whose address a request came from, where a proxy of ours stands in front.

Limits a visitor, lock-outs and the networks a gateway's hooks are open to go by REMOTE_ADDR: behind a proxy that
would be the proxy's, the same for everybody. Its X-Forwarded-For is believed only when it comes from one of the
networks that NJIA_PROXIES lists; anybody can write such a header.
"""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address

from gateways.wire import Environ, StartResponse, Wsgi

Networks = tuple[IPv4Network | IPv6Network, ...]


def behind(networks: Networks, site: Wsgi) -> Wsgi:
    """The site as it sees callers through proxies in these networks; without any, the site as it is."""
    if not networks:
        return site

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        told = environ.get("HTTP_X_FORWARDED_FOR")
        if told:
            environ["REMOTE_ADDR"] = caller(str(environ.get("REMOTE_ADDR", "")), told, networks)
        return site(environ, start_response)

    return application


def caller(peer: str, told: str, networks: Networks) -> str:
    """The address nearest to us that is none of the proxies'; what is no address was told by nobody we believe."""
    believed = peer
    for address in reversed(told.split(",")):
        if not _ours(believed, networks):
            return believed
        if not _is_address(address.strip()):
            return believed
        believed = address.strip()
    return believed


@lru_cache(maxsize=1024)
def _ours(address: str, networks: Networks) -> bool:
    return _is_address(address) and any(ip_address(address) in one for one in networks)


def _is_address(word: str) -> bool:
    try:
        ip_address(word)
    except ValueError:
        return False
    return True
