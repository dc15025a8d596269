"""Loading the picture of a product from the addresses that a platform's catalogue or export gives."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from .addresses import LOOPBACK
from .errors import ServerError, UnexpectedResponse
from .http import Http

MOST_BYTES = 10 * 1024 * 1024
_BEGINNINGS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF")  # PNG, JPEG, GIF, WebP


def fetch_picture(http: Http, url: str, *, domains: Iterable[str], local: bool = False) -> bytes:
    """The bytes of a PNG, JPEG, GIF or WebP picture; whether they are a whole picture is not looked at.

    Only https addresses within the `domains` are asked and no redirect is followed, as `Http.download` says; `local`
    is for simulators. Raises Rejected (HostNotAllowed where only the host is not among the domains),
    UnexpectedResponse for what is too large or no such picture, ServerError and TransportError.
    """
    response = http.download(_over_https(url), most=MOST_BYTES, local=local, domains=domains, redirects=0)
    if response.status != 200:
        raise ServerError(f"The address of the picture answers with HTTP {response.status}.", code=str(response.status))
    if not response.body.startswith(_BEGINNINGS):
        raise UnexpectedResponse("What lies at the picture's address is no picture.", where="picture")
    return response.body


def _over_https(url):
    """The platforms' answers name some pictures with http, and some without either."""
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
    except ValueError:
        return url
    if parts.scheme in ("", "http") and parts.hostname not in LOOPBACK:
        return parts._replace(scheme="https").geturl()
    return url
