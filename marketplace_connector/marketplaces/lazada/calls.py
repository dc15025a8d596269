"""How Lazada is called: signatures, tokens, batches, and what may be sent twice."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timezone
from typing import Any

import requests

from ..base import MarketplaceClient
from ..errors import (
    MarketplaceError,
    NotAuthorized,
    RateLimited,
    Rejected,
    ServerError,
    TokenExpired,
    TransportError,
    UnexpectedResponse,
)
from . import const
from .decoding import Answer, DataRefused, decode
from .reading import ref, unexpected
from .signing import sign

NUMBER = re.compile(r"[0-9]+")


class LazadaCalls(MarketplaceClient):
    """What the parts of the client share. A call to Lazada either only reads, and is repeated where that may help, or
    it changes something, and is sent once (`_write`); the verb does not tell the two apart."""

    def _call(self, path, params=None) -> Answer:
        """Read something of the shop."""
        return self._shop_call("GET", path, params, repeatable=True)

    def _write(self, path, params, read: Callable[[dict[str, Any]], Any] = dict, *, method="POST"):
        """Change something of the shop, and give what `read` makes of the answer. Sent once.

        Raises TransportError with `outcome_unknown` also where the answer cannot be read or Lazada failed without a
        word that it did nothing: the change may well have been made.
        """
        try:
            return read(self._shop_call(method, path, params, repeatable=False).content)
        except UnexpectedResponse as error:
            if error.where == "redirect":
                raise
            raise TransportError(error.message, outcome_unknown=True) from None
        except ServerError as error:
            if error.code in const.NOT_DONE:
                raise
            raise TransportError(error.message, outcome_unknown=True, code=error.code) from None

    def _shop_call(self, method, path, params, *, repeatable):
        """Where the token has ended, another one is asked for, once: what was refused for it was not done."""
        token = self._token(None)
        if self.shop.site not in const.API_URLS:
            raise Rejected(f"Lazada has no shops in the country {self.shop.site or '(none)'}.", code="site")
        base = self._rest_url(const.API_URLS[self.shop.site])

        def send():
            return self._send(
                base, path, {**(params or {}), "access_token": token}, repeatable=repeatable, method=method
            )

        try:
            return send()
        except TokenExpired:
            token = self._token(token)
        try:
            return send()
        except TokenExpired as error:
            raise NotAuthorized(
                "Lazada does not accept a fresh access token either: the seller has to connect again.",
                code=error.code,
                request_id=error.request_id,
            ) from None

    def _token(self, rejected):
        if self.shop is None or self.access_token is None:
            raise NotAuthorized("This call needs a connected shop.")
        return self.access_token(rejected)

    def _token_call(self, path, params):
        """Never repeated: codes and refresh tokens work once. By POST, which keeps them out of addresses and logs."""
        try:
            return self._send(self._rest_url(const.TOKEN_URL), path, params, repeatable=False, method="POST").content
        except TokenExpired as error:
            raise NotAuthorized(error.message, code=error.code, request_id=error.request_id) from None

    def _send(self, base, path, params, *, repeatable, method):
        secrets = (self.app.secret, *(params.get(name) for name in ("access_token", "refresh_token", "code")))

        def build():
            # Whether empty parameters are signed is not clear: none is sent.
            signed = {key: value for key, value in params.items() if value != ""}
            signed["app_key"] = self.app.key
            signed["sign_method"] = "sha256"
            signed["timestamp"] = str(int(self.http.clock() * 1000))
            signed["sign"] = sign(self.app.secret, path, signed)
            return requests.Request(method, base + path, **{"params" if method == "GET" else "data": signed})

        return self.http.call(build, lambda response: decode(response, secrets), repeatable=repeatable)

    def _rest_url(self, url):
        """The address that stands before the API path."""
        if self.app.api_url:
            return self.app.api_url.rstrip("/")
        return self._unless_simulator(url)

    def _unless_simulator(self, url):
        """The platform's own address, unless it must never be called."""
        if self.app.environment == "simulator":
            raise Rejected("The account has no address of the simulator: enter it.", code="address")
        return url

    def _now(self):
        return datetime.fromtimestamp(self.http.clock(), timezone.utc)

    # === ORDERS' ITEMS: what most parts look at === #

    def _read_items(self, refs: Sequence[str]) -> dict[str, list[dict[str, Any]] | MarketplaceError]:
        """Each order's items, or the error that stands for them (API reference getmultipleorderitems).

        One order that Lazada does not know spoils the call for all: then the batch is halved until it stands alone.
        """
        try:
            content = self._call(const.ORDERS_ITEMS, {"order_ids": f"[{','.join(refs)}]"}).content
        except DataRefused as error:
            if len(refs) == 1:
                return {refs[0]: error}
            middle = len(refs) // 2
            return self._read_items(refs[:middle]) | self._read_items(refs[middle:])
        found: dict[str, Any] = {order_ref: unexpected("data.order_items") for order_ref in refs}
        entries = content.get("data")
        if not isinstance(entries, list):
            raise unexpected("data")
        for entry in entries:
            order_ref = isinstance(entry, dict) and (ref(entry, "order_id") or ref(entry, "order_number"))
            if order_ref in found:
                found[order_ref] = _joined(found[order_ref], entry)
        return found

    def _look_up_items(self, refs: Iterable[str], attempt: "Attempts") -> dict[str, Any]:
        """The items of all orders before something is done with them, or the error in their place; nothing for what is
        no number of an order."""
        found: dict[str, Any] = {}
        for batch in batches(dict.fromkeys(filter(NUMBER.fullmatch, refs)), const.ITEMS_BATCH):
            answer = attempt(self._read_items, batch)
            if isinstance(answer, TransportError):
                answer = TransportError(answer.message)  # nothing was done that would have to be read back
            found.update(dict.fromkeys(batch, answer) if isinstance(answer, MarketplaceError) else answer)
        return found

    def _order_items(self, order_ref: str) -> list[dict[str, Any]]:
        """The items of one order. Raises Rejected for one that Lazada does not know."""
        if not NUMBER.fullmatch(order_ref):
            raise DataRefused("This is not a number of a Lazada order.", code="16")
        items = self._read_items([order_ref])[order_ref]
        if isinstance(items, MarketplaceError):
            raise items
        return items


def _joined(before, entry):
    """The items of one order that stands in the answer, once or in pieces."""
    items = entry.get("order_items")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        return unexpected("data.order_items")
    return items if isinstance(before, UnexpectedResponse) else before + items


class Attempts:
    """Makes one call after the other and gives its error in place of its result, so that none spoils the next.

    Once the shop must wait or is not let in, no more calls are made: that error stands for them.
    """

    def __init__(self):
        self.end = None

    def __call__(self, call, *args):
        if self.end:
            return self.end
        try:
            return call(*args)
        except (NotAuthorized, RateLimited) as error:
            self.end = error
            return error
        except MarketplaceError as error:
            return error


def batches(values: Iterable, size: int) -> list[list]:
    values = list(values)
    return [values[first : first + size] for first in range(0, len(values), size)]


def compact(value: Any) -> str:
    """A parameter that is a whole structure travels as JSON text."""
    return json.dumps(value, separators=(",", ":"))
