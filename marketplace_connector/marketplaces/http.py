"""The only place that talks HTTP: time limits, bounded repetition, host check, no secret in any message."""

import functools
import json
import logging
import random
import time
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import requests

from .addresses import LOOPBACK, checked_address, public_session
from .errors import MarketplaceError, ServerError, TransportError, UnexpectedResponse

_logger = logging.getLogger(__name__)

CONNECT_SECONDS = 5
CLOCK_TOLERANCE = timedelta(minutes=5)  # more than that apart, platforms refuse what is signed
READ_SECONDS = 20  # also the most that one call waits over all its attempts
ATTEMPTS = 3
REDIRECTS = 3  # of a download; a call follows none
PART_BYTES = 1024  # small, since time is looked at between two of them
USER_AGENT = "marketplace-connector/19.0"
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: HTTP status, content type, raw body, and the platform's clock if it tells (aware, UTC)."""

    status: int
    content_type: str
    body: bytes
    date: datetime | None
    retry_after: int | None = None  # seconds that the platform asks to wait, if it tells
    location: str = field(default="", repr=False)  # where a download goes on

    def json(self) -> dict[str, Any]:
        """The body as a dict, decimal numbers as Decimal.

        Raises ServerError for a body that is no JSON under a 5xx status, else UnexpectedResponse.
        """
        try:
            content = json.loads(self.body, parse_float=Decimal, parse_constant=_refuse_constant)
        except (ValueError, ArithmeticError, RecursionError):
            if self.status >= 500:
                raise ServerError(f"The marketplace answered with HTTP {self.status}.", code=str(self.status)) from None
            kind = "a web page" if self.body.lstrip()[:1] == b"<" else "a cut-off or malformed answer"
            raise UnexpectedResponse(
                f"The marketplace sent {kind} instead of data (HTTP {self.status}, {len(self.body)} bytes).",
                where="body",
            ) from None
        if not isinstance(content, dict):
            raise UnexpectedResponse("The marketplace sent a list where an object belongs.", where="body")
        return content


def _refuse_constant(name):
    raise ValueError(name)


_sending = ContextVar("sending", default=False)


def _hide_query(record):
    """Cut the address in urllib3's debug lines: its query holds token and signature."""
    if _sending.get() and isinstance(record.args, tuple):
        record.args = tuple(arg.partition("?")[0] if isinstance(arg, str) else arg for arg in record.args)
    return True


logging.getLogger("urllib3.connectionpool").addFilter(_hide_query)


class Http:
    """Sends requests. Session, sleep, clock and chance are given, so that tests can hold them still.

    `on_call(good, clock_off)` is told of each call to a platform whether it was answered as asked; `clock_off` is how
    far the platform's clock is ahead of ours, None where it does not tell. The last one stands in the attribute.
    """

    def __init__(self, session=None, sleep=None, clock=None, chance=random.random, on_call=None):
        self.session = session or requests.Session()
        self.public_session = session or public_session()
        self.sleep = sleep or time.sleep
        self.clock = clock or (lambda: time.time())  # looked up at each call: tests stop time
        self.chance = chance
        self.on_call = on_call or (lambda good, clock_off: None)
        self.clock_off = None

    def call(
        self,
        build: Callable[[], requests.Request],
        decode: Callable[[Response], Result],
        *,
        repeatable: bool,
        most: int | None = None,
        session: requests.Session | None = None,
    ) -> Result:
        """Send what `build` makes and give what `decode` makes of the answer.

        `build` is asked anew for each attempt, since signatures carry the time. A repeatable call is tried up to
        three times on TransportError and ServerError, within 20 seconds over all; any other call is sent once. An
        answer of more than `most` bytes is not read to its end and raises UnexpectedResponse.
        """
        deadline = self.clock() + READ_SECONDS
        for attempt in range(1, ATTEMPTS + 1):
            try:
                if session:
                    return decode(self._send(build(), deadline, most, session))
                return self._ask_platform(build, decode, deadline, most)
            except (TransportError, ServerError):
                pause = 0.3 * 2**attempt * (0.5 + self.chance())
                out_of_time = self.clock() + pause + 1 > deadline
                if not repeatable or attempt == ATTEMPTS or out_of_time:
                    raise
                self.sleep(pause)
        raise AssertionError("unreachable")

    def _ask_platform(self, build, decode, deadline, most):
        """One attempt of a call to the platform itself, with a look at its clock and a word to `on_call`."""
        clock_off = None
        try:
            response = self._send(build(), deadline, most, self.session)
            if response.date:
                clock_off = response.date - datetime.fromtimestamp(self.clock(), timezone.utc)
                self.clock_off = clock_off
            result = decode(response)
        except MarketplaceError as error:
            if clock_off is not None and abs(clock_off) > CLOCK_TOLERANCE:
                error.clock_off = clock_off
            self.on_call(False, clock_off)
            raise
        self.on_call(True, clock_off)
        return result

    def download(
        self,
        url: str,
        *,
        most: int,
        local: bool = False,
        domains: Iterable[str] | None = None,
        redirects: int = REDIRECTS,
    ) -> Response:
        """Fetch the file that a platform's answer points to, of at most `most` bytes; tried again like a call.

        Only https addresses of the public internet are asked, and of `domains` and what is below them where these are
        given; those of this machine and its network, and this machine by http, only where `local` is True. All this
        holds for redirects too, and for what a name leads to. Raises Rejected for a refused address (HostNotAllowed
        where only its host is not among the domains), UnexpectedResponse for a file that is too large or redirected
        more than `redirects` times, and as `call` does.
        """
        session = self.session if local else self.public_session
        for _ in range(redirects + 1):
            url = checked_address(url, local=local, domains=domains)
            build = functools.partial(requests.Request, "GET", url)
            response = self.call(build, _file, repeatable=True, most=most, session=session)
            if not response.location:
                return response
            url = urljoin(url, response.location)
        raise UnexpectedResponse(f"{urlsplit(url).hostname}: the file is redirected too often.", where="redirect")

    def _send(
        self, request: requests.Request, deadline: float, most: int | None, session: requests.Session
    ) -> Response:
        parts = urlsplit(request.url)
        where = f"{request.method} {parts.hostname}{parts.path}"
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise TransportError(f"{where}: refused, since the address is not https.")
        request.headers = {"User-Agent": USER_AGENT, **(request.headers or {})}
        sending = _sending.set(True)
        try:
            answer, body = self._exchange(request, deadline, most, session)
        except requests.ConnectTimeout:
            raise TransportError(f"{where}: no connection within {CONNECT_SECONDS} seconds.") from None
        except requests.Timeout:
            raise TransportError(f"{where}: no answer in time.", outcome_unknown=True) from None
        except requests.RequestException as error:
            # The text of a requests error holds the whole address with token and signature.
            raise TransportError(f"{where}: {type(error).__name__}.", outcome_unknown=True) from None
        finally:
            _sending.reset(sending)
        _logger.debug("%s: HTTP %s, %s bytes", where, answer.status_code, len(body))
        location = ""
        if 300 <= answer.status_code < 400:
            location = answer.headers.get("Location", "")
            if most is None or not location:
                raise UnexpectedResponse(f"{where}: the marketplace redirects to another address.", where="redirect")
        content_type = answer.headers.get("Content-Type", "")
        return Response(answer.status_code, content_type, body, _date(answer), _retry_after(answer), location)

    def _exchange(self, request, deadline, most, session):
        """The answer and its body, read piece by piece where its size is limited."""
        seconds = deadline - self.clock()
        # Proxy and certificate settings of the machine, which `Session.send` does not look up by itself.
        settings = session.merge_environment_settings(request.url, {}, most is not None, None, None)
        with session.send(
            session.prepare_request(request),
            timeout=(min(CONNECT_SECONDS, seconds), seconds),
            allow_redirects=False,
            **settings,
        ) as answer:
            if most is None:
                return answer, answer.content
            body = bytearray()
            for part in answer.iter_content(PART_BYTES):
                body += part
                if len(body) > most:
                    raise UnexpectedResponse(f"{urlsplit(request.url).hostname}: the file is too large.", where="size")
                if self.clock() > deadline:
                    raise requests.Timeout
            return answer, bytes(body)


def _file(response):
    if response.status >= 500:
        raise ServerError(f"The marketplace answered with HTTP {response.status}.", code=str(response.status))
    return response


def _date(answer):
    try:
        return parsedate_to_datetime(answer.headers["Date"]).astimezone(timezone.utc)
    except (KeyError, TypeError, ValueError):
        return None


def _retry_after(answer):
    """Seconds of the `Retry-After` header, which holds a number or a date (RFC 9110, 10.2.3)."""
    value = answer.headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return int(value[:6])
    try:
        wait = parsedate_to_datetime(value) - (_date(answer) or datetime.now(timezone.utc))
        return max(int(wait.total_seconds()), 0)
    except (TypeError, ValueError):
        return None
