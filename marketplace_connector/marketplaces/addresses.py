"""Which addresses may be asked for a file that a platform's answer points to."""

import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from .errors import HostNotAllowed, Rejected

LOOPBACK = ("localhost", "127.0.0.1", "::1")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_UNICAST = ipaddress.ip_network("2000::/3")  # all that was given out of IPv6 (RFC 4291, 2.4)
_PROTOCOLS = ipaddress.ip_network("192.0.0.0/24")  # RFC 6890, 2.2.2; some clouds' metadata lies there


def checked_address(url: str, *, local: bool, domains: Iterable[str] | None) -> str:
    """The address in the form in which it is sent, so that nobody reads another host into it.

    Raises Rejected (code `host`) where it is not https or not of the public internet as far as it tells, and
    HostNotAllowed for a host that is not within the `domains`; None allows any. Where `local` is True, this machine
    and its network may be asked, this machine by http.
    """
    try:
        url = requests.Request("GET", url).prepare().url
        parts = urlsplit(url)
        scheme, host = parts.scheme, parts.hostname or ""
    except (ValueError, requests.RequestException):
        scheme, host = "", ""
    name = host or "A link without a host"
    if scheme != "https" and not (local and scheme == "http" and host in LOOPBACK):
        raise Rejected(f"{name}: refused, since the address is not https.", code="host")
    if not local and is_local(host):
        raise _not_public(name)
    if domains is not None and not is_within(host, domains):
        raise HostNotAllowed(host)
    return url


def is_within(host: str, domains: Iterable[str]) -> bool:
    """Whether the host is one of the domains or below one: `a.lazada.sg` is within `lazada.sg`, `a-lazada.sg` not."""
    host = _plain(host)
    named = [_plain(domain) for domain in domains]
    return bool(host) and any(domain and (host == domain or host.endswith(f".{domain}")) for domain in named)


def is_local(host: str) -> bool:
    """Whether the host is not one of the public internet, as far as its name tells; nameless ones are not."""
    host = _plain(host)
    if "." not in host and ":" not in host or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not is_public(host)
    except ValueError:
        last = host.rpartition(".")[2]
        return last.isdecimal() or last.startswith("0x")  # 127.1 and 0x7f.1 are addresses to some systems


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, and so does one that it stands for."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if ip.version == 6:
        inner = ipaddress.ip_address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None
        ip = ip.ipv4_mapped or ip.sixtofour or inner or ip
    is_given_out = ip in _UNICAST if ip.version == 6 else ip not in _PROTOCOLS
    return is_given_out and ip.is_global and not ip.is_multicast


def public_session() -> requests.Session:
    """A session that connects by https to addresses of the public internet only, whatever a name leads to.

    A name is looked up once and connected to what was checked. Behind a proxy, that one looks names up.
    """
    session = requests.Session()
    session.mount("https://", _PublicAdapter())
    return session


class _PublicConnection(urllib3.connection.HTTPSConnection):
    def _new_conn(self):
        name = self._dns_host
        found = socket.getaddrinfo(name, self.port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(info[4][0] for info in found))
        if not all(map(is_public, addresses)):
            raise _not_public(self.host)
        try:
            for address in addresses:
                self._dns_host = address
                try:
                    return super()._new_conn()
                except urllib3.exceptions.HTTPError as error:
                    trouble = error
            raise trouble
        finally:
            self._dns_host = name  # the certificate is checked against the name


class _PublicPool(urllib3.connectionpool.HTTPSConnectionPool):
    ConnectionCls = _PublicConnection


class _PublicAdapter(HTTPAdapter):
    def init_poolmanager(self, *args, **kwargs):
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"https": _PublicPool}


def _plain(host):
    return host.strip().lower().rstrip(".")


def _not_public(name):
    return Rejected(f"{name}: refused, since the address is not a public one.", code="host")
