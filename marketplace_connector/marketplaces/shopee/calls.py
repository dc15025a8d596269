"""How Shopee is called: signatures, tokens, batches, and what may be sent twice."""

from collections.abc import Iterable
from contextlib import contextmanager
from datetime import datetime, timezone

import requests

from ..base import MarketplaceClient
from ..errors import (
    NotAuthorized,
    RateLimited,
    Rejected,
    TokenExpired,
    TransportError,
    UnexpectedResponse,
)
from . import const, reading
from .decoding import DataRefused, decode, is_no_permission
from .signing import sign


class ShopeeCalls(MarketplaceClient):
    """What the parts of the client share. A call that only reads is repeated where that may help (`_read`); one that
    changes something is sent once (`_write`)."""

    _free_at = 0.0  # when the next call of many in a row may go

    # === WHAT A CALL DOES === #

    def _read(self, method, path, params=None, body=None, decoder=decode, most=None):
        """The content of the answer, of at most `most` bytes, to a call that only reads.

        Raises Rejected where the app may not use just this call: that must not disconnect the shop.
        """
        return self._read_dated(method, path, params, body, decoder=decoder, most=most)[0]

    def _read_dated(self, method, path, params=None, body=None, **how):
        """The same, with the platform's clock."""
        with _own_permission():
            return self._shop_call(method, path, params, body, **how)

    def _write(self, path, body, decoder=decode):
        """The content of the answer to a call that changes something.

        Raises TransportError with `outcome_unknown` also where an answer came that cannot be read: the change may have
        been made.
        """
        try:
            with _own_permission():
                return self._shop_call("POST", path, None, body, repeatable=False, decoder=decoder)[0]
        except UnexpectedResponse as error:
            if error.where == "redirect":
                raise
            raise TransportError(error.message, outcome_unknown=True) from None

    def _pace(self):
        """Wait, if need be, before one of many calls in a row, made one an item: Shopee's limit is not known."""
        gap = 1 / const.CALLS_PER_SECOND
        wait = self._free_at - self.http.clock()
        if wait > 0:
            self.http.sleep(min(wait, gap))
        self._free_at = self.http.clock() + gap

    def _order_details(self, refs: Iterable[str], fields=const.DETAIL_FIELDS):
        """The orders by ref as v2.order.get_order_detail tells them, or the Rejected that says why it does not."""

        def read(joined):
            params = {
                "order_sn_list": joined,
                "response_optional_fields": ",".join(fields),
                "request_order_status_pending": "true",
            }
            return self._shop_call("GET", const.ORDER_DETAIL, params)[0]

        return details(read, refs, "order_list", "order_sn")

    def _package_details(self, refs: Iterable[str]):
        """The packages by ref as v2.order.get_package_detail tells them, or the Rejected that says why it does not."""

        def read(joined):
            return self._read("GET", const.PACKAGE_DETAIL, {"package_number_list": joined})

        return details(read, refs, "package_list", "package_number")

    # === CALLS === #

    def _shop_call(self, method, path, params=None, body=None, **how):
        """Call in the shop's name and give the content and the platform's clock.

        A token that is refused is replaced once; refused again, it is not the token. What was refused for its token
        has changed nothing. `how` is passed on to `_send`.
        """
        token = self.access_token(None)
        try:
            return self._send(method, path, params, body, token, **how)
        except TokenExpired:
            fresh = self.access_token(token)
        try:
            return self._send(method, path, params, body, fresh, **how)
        except TokenExpired as error:
            raise NotAuthorized(
                f"Shopee refuses a new access token too: authorise the shop again. {error.message}",
                code=error.code,
                request_id=error.request_id,
            ) from None

    def _token_call(self, path, body, secrets):
        """A call that spends a code or a refresh token, hence never repeated by itself."""
        body = {**body, "partner_id": self._partner_id()}
        try:
            return self._send("POST", path, None, body, secrets=secrets, repeatable=False)[0]
        except TokenExpired as error:
            raise NotAuthorized(error.message, code=error.code, request_id=error.request_id) from None

    def _send(self, method, path, params, body, token="", secrets=(), repeatable=True, decoder=decode, most=None):
        url = self._address(self.app.api_url, const.API_URLS) + path
        shop_id = self.shop.ref if token else ""

        def build():
            timestamp = int(self.http.clock())
            common = {"partner_id": self._partner_id(), "timestamp": timestamp}
            if token:
                common |= {"access_token": token, "shop_id": shop_id}
            common["sign"] = sign(self.app.secret, self._partner_id(), path, timestamp, token, shop_id)
            return requests.Request(method, url, params=common | (params or {}), json=body)

        def read(response):
            content = decoder(response, [self.app.secret, token, *secrets], self._now())
            return content, response.date or asked_at

        asked_at = self._now()
        return self.http.call(build, read, repeatable=repeatable, most=most)

    def _now(self):
        return datetime.fromtimestamp(self.http.clock(), timezone.utc)

    def _partner_id(self):
        try:
            return int(self.app.key)
        except ValueError:
            raise NotAuthorized(
                "The Partner ID must be the number shown in the Shopee Open Platform Console."
            ) from None

    def _address(self, own, known):
        """The address set on the account, else Shopee's for the environment."""
        address = own or known.get(self.app.environment)
        if not address:
            raise Rejected(f"No address of Shopee is set for the environment {self.app.environment}.")
        return address.rstrip("/")


class Patience:
    """Watches over calls in a row, of which each may fail by itself, and says when the rest need not be tried.

    `over` is the error that the rest would meet too, None as long as they may go on. Errors of the kinds in `doubtful`
    may be about what was asked: only several in a row are about the platform, as are lost answers.
    """

    def __init__(self, doubtful=()):
        self.over = None
        self._doubtful = doubtful
        self._lost = 0

    def note(self, error):
        """Take in what came of a call, None for success."""
        lost = isinstance(error, TransportError) and error.outcome_unknown
        doubtful = isinstance(error, self._doubtful)
        self._lost = self._lost + 1 if lost or doubtful else 0
        if self._lost >= const.LOST_ANSWERS:
            self.over = error if doubtful else TransportError("Not sent, since Shopee did not answer the calls before.")
        elif isinstance(error, RateLimited | NotAuthorized) or (isinstance(error, TransportError) and not lost):
            self.over = error


def batches(refs, size):
    refs = list(refs)
    return [refs[index : index + size] for index in range(0, len(refs), size)]


@contextmanager
def _own_permission():
    """Within, an app that may not use one call is refused that call, and stays authorised for the others."""
    try:
        yield
    except NotAuthorized as error:
        if not is_no_permission(error):
            raise
        raise Rejected(error.message, code=error.code, request_id=error.request_id) from None


def details(read, refs, list_key, ref_key):
    """What `read` tells of each ref, 50 a call, or the Rejected that says why it tells nothing.

    Whether one unknown ref fails the whole call is not documented: a batch that is refused is halved until that one
    stands alone.
    """
    told = {}
    for batch in batches(dict.fromkeys(refs), const.DETAIL_BATCH):
        told.update(_halved(read, batch, list_key, ref_key))
    return told


def _halved(read, refs, list_key, ref_key):
    try:
        content = read(",".join(refs))
    except DataRefused as error:
        if len(refs) == 1:
            return {refs[0]: error}
        half = len(refs) // 2
        return _halved(read, refs[:half], list_key, ref_key) | _halved(read, refs[half:], list_key, ref_key)
    listed = reading.sections(reading.section(content, "response"), list_key, f"response.{list_key}")
    told = {reading.ref(raw, ref_key): raw for raw in listed}
    missing = Rejected("Shopee did not give it, though it was asked for.", code="not_found")
    return {ref: told.get(ref, missing) for ref in refs}
