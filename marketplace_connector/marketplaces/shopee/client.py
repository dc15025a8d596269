"""Shopee, spoken to over its Open Platform API v2."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import quote, urlencode

from ..base import Capabilities, WindowTooWide
from ..errors import MarketplaceError, NotAuthorized, Rejected, UnexpectedResponse
from ..types import Grant, Order, OrderList, OrderStub, ShopKey, Tokens, UnreadableOrder
from . import const, escrow, export_file, parsing, push, reading
from .cancelling import ShopeeCancelling
from .catalogue import ShopeeCatalogue
from .labels import ShopeeLabels
from .payouts import ShopeePayouts
from .placed import ShopeePlacedOrders
from .shipping import ShopeeShipping
from .stock_updates import ShopeeStockUpdates
from .tracking import ShopeeTracking


class ShopeeClient(
    ShopeePlacedOrders,
    ShopeeShipping,
    ShopeeTracking,
    ShopeeLabels,
    ShopeeCancelling,
    ShopeeCatalogue,
    ShopeeStockUpdates,
    push.ShopeeLostPushes,
    ShopeePayouts,
):
    """One app (Partner ID and Partner Key) at Shopee, and one of its shops where calls need one.

    All amounts are in the shop's currency with tax included, all times aware and in UTC.
    """

    capabilities = Capabilities(
        order_window=const.ORDER_WINDOW,
        order_batch=const.ORDER_BATCH,
        cancels_from_erp=True,
        splits_orders=True,
        arrange_batch=const.ARRANGE_BATCH,
        stock_batch=const.STOCK_BATCH,
        earliest_arrange=const.EARLIEST_ARRANGE,
        payouts_change_for=const.WALLET_CHANGES_FOR,
    )
    read_export = staticmethod(export_file.read)
    verify_push = staticmethod(push.verify)
    read_push = staticmethod(push.read)

    # === AUTHORISATION === #

    def consent_url(self, redirect_uri, state):
        """The page on which a seller lets the app in (guide "Authorization and Authentication", the unsigned link)."""
        query = {
            "partner_id": self._partner_id(),
            "auth_type": "seller",
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "state": state,
        }
        return f"{self._address(self.app.auth_url, const.AUTH_URLS)}?{urlencode(query)}"

    def exchange_code(self, query):
        """Trade `code` with `shop_id`, or with `main_account_id`, for tokens (Shopee v2.public.get_access_token).

        A main account's tokens only make those of its shops: `split` is True, and `refresh_tokens` wants them once per
        shop. Raises NotAuthorized where the code is missing, spent, or of another shop. Sent once: the code is spent by
        the first call, whether its answer arrives or not.
        """
        shop_id, account_id = query.get("shop_id"), query.get("main_account_id")
        if not query.get("code") or not (shop_id or account_id):
            raise NotAuthorized("Shopee sent no authorisation back: authorise the shop again.")
        owner = {"shop_id": _number(shop_id)} if shop_id else {"main_account_id": _number(account_id)}
        content = self._token_call(const.TOKEN_GET, {"code": query["code"], **owner}, secrets=[query["code"]])
        tokens = self._tokens(content)
        if shop_id:
            return Grant(chain_ref=f"shop:{shop_id}", tokens=tokens, shops=(ShopKey(ref=str(shop_id)),))
        listed = content.get("shop_id_list")
        refs = [str(ref) for ref in listed if ref] if isinstance(listed, list) else []
        if not refs:
            raise Rejected("No shop of the main account was authorised: authorise again and choose its shops.")
        shops = tuple(ShopKey(ref=ref) for ref in dict.fromkeys(refs))
        return Grant(chain_ref=f"main:{account_id}", tokens=tokens, shops=shops, split=True)

    def refresh_tokens(self, tokens, shop):
        """Spend the refresh token and give the shop's new pair (Shopee v2.public.refresh_access_token).

        Access lasts 4 hours, the refresh token 30 days, and it can be spent once: a main account's first one once per
        shop. Sent once. Raises NotAuthorized where the token was spent before or the authorisation is over.
        """
        body = {"refresh_token": tokens.refresh_token, "shop_id": _number(shop.ref)}
        secrets = [tokens.refresh_token, tokens.access_token]
        return self._tokens(self._token_call(const.TOKEN_REFRESH, body, secrets))

    def get_shop(self):
        """The shop we are connected as, with its currency and time zone (Shopee v2.shop.get_shop_info).

        `authorized_until` is the end of the seller's consent, at most a year after it was given.
        """
        content, _date = self._shop_call("GET", const.SHOP_INFO)
        return parsing.shop_info(content, self.shop.ref)

    def order_page(self, order_ref):
        """Seller Centre's list of orders, searched for the order: its own page goes by a number that no call gives."""
        if self.app.environment == "simulator":
            return self._page_of_simulator("orders", order_ref)
        live = self.app.environment == "production"
        host = const.SELLER_CENTRES.get(self.shop.site) if live else None
        return f"{host}/portal/sale/order?search={quote(order_ref, safe='')}" if host else ""

    # === ORDERS === #

    def list_orders(self, start, end, most=None):
        """Name every order, of whatever status, that changed from `start` to `end`, both included.

        N orders cost ceil(N / 100) calls, at least one, per 15 days (Shopee v2.order.get_order_list). Raises
        WindowTooWide where there are more than `most`, UnexpectedResponse for a list that goes on without end. When an
        order changes while several pages are read, another one can be missing, see `OrderList.read_until`.
        """
        refs: dict[str, None] = {}
        dates = []
        for time_from, time_to in _windows(start, end):
            for page_refs, date in self._pages(time_from, time_to):
                dates.append(date)
                refs.update(dict.fromkeys(page_refs))
                if most is not None and len(refs) > most:
                    raise WindowTooWide
        stubs = tuple(OrderStub(ref=ref) for ref in refs)
        return OrderList(stubs=stubs, read_at=dates[0], read_until=dates[-1] if len(dates) > 1 else None)

    def _pages(self, time_from, time_to):
        """The refs of each page with the platform's clock, whichever order the pages come in."""
        cursor, cursors, known, idle = "", {""}, set(), 0
        while True:
            refs, cursor, date = self._page(time_from, time_to, cursor)
            idle = 0 if set(refs) - known else idle + 1
            known.update(refs)
            yield refs, date
            if cursor is None:
                return
            if cursor in cursors or idle >= const.IDLE_PAGES:
                raise UnexpectedResponse("Shopee's list of orders goes in a circle.", where="next_cursor")
            cursors.add(cursor)

    def _page(self, time_from, time_to, cursor):
        """One page: order numbers, the cursor of the next page or None, and the platform's clock."""
        params = {
            "time_range_field": "update_time",
            "time_from": time_from,
            "time_to": time_to,
            "page_size": const.LIST_PAGE,
            "cursor": cursor,
            # A status filter cannot name every status, and without this PENDING orders show as something else.
            "request_order_status_pending": "true",
        }
        content, date = self._shop_call("GET", const.ORDER_LIST, params)
        response = reading.section(content, "response")
        more = response.get("more")
        if not isinstance(more, bool):
            raise reading.unexpected("response.more")
        nothing = not more and response.get("order_list", ...) is None  # an empty list may be written as null
        entries = [] if nothing else reading.sections(response, "order_list", "response.order_list")
        refs = [reading.required_text(entry, "order_sn", "response.order_list.order_sn") for entry in entries]
        following = reading.ref(response, "next_cursor")
        if more and not following:
            raise reading.unexpected("response.next_cursor")  # to stop here would lose the orders that follow
        return refs, following if more else None, date

    def fetch_orders(self, stubs: Sequence[OrderStub]) -> list[Order | UnreadableOrder]:
        """Read the orders, 50 a call (Shopee v2.order.get_order_detail); one answer a stub, in their order.

        `amounts` is None, and lines of bundle deals have no price yet, see `add_amounts`. An order that Shopee does not
        give, or that does not parse, comes back as UnreadableOrder and keeps no other from being read.
        """
        told = self._order_details(stub.ref for stub in stubs)
        read = {ref: _readable(ref, raw) for ref, raw in told.items()}
        return [read[stub.ref] for stub in stubs]

    def add_amounts(self, orders: Sequence[Order]) -> list[Order | UnreadableOrder]:
        """Give the orders with their amounts, 20 a call (Shopee v2.payment.get_escrow_detail_batch).

        Where the app may not use the batch form, one by one (v2.payment.get_escrow_detail). An order that Shopee has no
        amounts for yet stays as it is; one whose amounts cannot be understood comes back as UnreadableOrder with the
        error that names them. Lines get their share in the seller's voucher, who pays their discount, and bundle deals
        their price.
        """
        found = self._escrow_details(order.ref for order in orders)
        return [_with_amounts(order, found.get(order.ref)) for order in orders]

    def _tokens(self, content):
        """The new pair. The old one is spent by now, so nothing but a missing token makes this one unusable."""
        life = content.get("expire_in")
        if isinstance(life, bool) or not isinstance(life, int) or not 0 < life <= const.LONGEST_ACCESS_SECONDS:
            life = const.ACCESS_SECONDS
        return Tokens(
            access_token=reading.required_text(content, "access_token"),
            refresh_token=reading.required_text(content, "refresh_token"),
            access_expires_at=self._now() + timedelta(seconds=life),
            refresh_expires_at=self._now() + const.REFRESH_LIFE,
        )


def _number(ref):
    """An id as the number that Shopee wants in bodies."""
    try:
        return int(ref)
    except ValueError:
        raise Rejected("The id of the shop or main account is not a number.") from None


def _windows(start, end):
    """The window as unix seconds, a second wider at both ends, cut into pieces that Shopee allows."""
    first = int(start.timestamp()) - int(const.WINDOW_MARGIN.total_seconds())
    last = -int(-end.timestamp() // 1) + int(const.WINDOW_MARGIN.total_seconds())
    longest = int(const.PLATFORM_WINDOW.total_seconds())
    margin = 2 * int(const.WINDOW_MARGIN.total_seconds())
    while last - first > longest:
        yield first, first + longest
        first += longest - margin
    yield first, last


def _readable(ref, raw):
    if isinstance(raw, MarketplaceError):
        return UnreadableOrder(ref=ref, error=raw)
    try:
        return parsing.order(raw)
    except UnexpectedResponse as error:
        return UnreadableOrder(ref=ref, error=error, raw=raw)


def _with_amounts(order, detail):
    if detail is None:
        return order
    try:
        return escrow.with_amounts(order, detail)
    except UnexpectedResponse as error:
        return UnreadableOrder(ref=order.ref, error=error, raw=order.raw)
