"""The Lazada client (Lazada Open Platform, REST)."""

from datetime import timedelta, timezone
from urllib.parse import quote, urlencode

from ..base import Capabilities
from ..errors import MarketplaceError, NotAuthorized, UnexpectedResponse
from ..sites import SITES
from ..types import Grant, OrderList, ShopInfo, ShopKey, Tokens, UnreadableOrder
from . import const, export_file, push
from .bank_movements import BankMovements
from .calls import NUMBER, batches
from .cancelling import Cancelling
from .catalogue import Catalogue
from .decoding import DataRefused
from .invoice_numbers import InvoiceNumbers
from .labels import Labels
from .listing import Page, Walk
from .parsing import parse_or_unreadable, parse_stub
from .payouts import Payouts
from .placed import PlacedOrders
from .reading import count, ref, required_ref, section, sections, text, unexpected
from .shipping import Shipping
from .stock_updates import StockUpdates
from .warehouses import Warehouses


class LazadaClient(
    PlacedOrders,
    Shipping,
    Labels,
    InvoiceNumbers,
    Cancelling,
    Catalogue,
    StockUpdates,
    Warehouses,
    Payouts,
    BankMovements,
):
    """See `MarketplaceClient`. `shop.ref` is the seller id in `shop.site`; a cross-border seller has one in each."""

    capabilities = Capabilities(
        order_window=const.ORDER_WINDOW,
        order_batch=const.ITEMS_BATCH,
        cancels_from_erp=False,
        reads_headers=True,
        makes_packages=True,
        hands_over=True,
        arrange_batch=const.ARRANGE_BATCH,
        stock_batch=const.STOCK_BATCH,
        takes_invoice_numbers=True,
    )
    read_export = staticmethod(export_file.read)
    verify_push = staticmethod(push.verify)
    read_push = staticmethod(push.read)

    # === AUTHORISATION: docs 108260 and 121567 === #

    def consent_url(self, redirect_uri, state):
        """The page on which a seller lets the app in; `redirect_uri` must be the one registered in the console."""
        query = {
            "response_type": "code",
            "force_auth": "true",
            "redirect_uri": redirect_uri,
            "client_id": self.app.key,
            "state": state,
        }
        page = self.app.auth_url or self._unless_simulator(const.CONSENT_URL)
        return f"{page}{'&' if '?' in page else '?'}{urlencode(query)}"

    def exchange_code(self, query):
        """Trade the `code` that came back for tokens: one pair for all country shops of the authorisation.

        The chain is named after the account, or after its seller ids where Lazada does not tell the account. Raises
        NotAuthorized where the seller refused or the code is old or used.
        """
        if not query.get("code"):
            code = query.get("error") or ""
            refusal = query.get("error_description") or code or "Lazada sent no authorisation code"
            raise NotAuthorized(f"The seller did not let the app in: {refusal[:200]}.", code=code[:50])
        asked_at = self._now()
        content = self._token_call(const.TOKEN_CREATE, {"code": query["code"]})
        shops = _shops(content)
        return Grant(
            chain_ref=ref(content, "account_id") or "-".join(sorted({shop.ref for shop in shops})),
            tokens=_tokens(content, asked_at),
            shops=shops,
        )

    def refresh_tokens(self, tokens, shop):
        """Spend the refresh token and give the new pair; the old refresh token is dead afterwards.

        The new refresh token ends when the first one would have: only the seller can prolong that (doc 108260).
        Raises NotAuthorized where the chain has ended or cannot be refreshed.
        """
        if not tokens.refresh_token:
            raise NotAuthorized("This authorisation cannot be refreshed: the seller has to connect again.")
        asked_at = self._now()
        content = self._token_call(const.TOKEN_REFRESH, {"refresh_token": tokens.refresh_token})
        return _tokens(content, asked_at, tokens.refresh_expires_at)

    def get_shop(self):
        """Who we are connected as (API reference getseller); currency and time zone are those of the country."""
        data = section(self._call(const.SELLER).content, "data")
        site = SITES[self.shop.site]
        return ShopInfo(
            ref=required_ref(data, "seller_id", "data.seller_id"),
            site=self.shop.site,
            name=text(data, "name") or text(data, "name_company"),
            currency=site.currency,
            time_zone=site.time_zone,
            status=text(data, "status"),
        )

    def order_page(self, order_ref):
        """The order's page in the country's Seller Center, as the field `webLink` of Lazada's own messages has it."""
        if self.app.environment == "simulator":
            return self._page_of_simulator("orders", self.shop.ref, order_ref)
        host = const.SELLER_CENTERS.get(self.shop.site)
        return f"{host}/apps/order/detail?tradeOrderId={quote(order_ref, safe='')}" if host else ""

    # === ORDERS === #

    def list_orders(self, start, end, most=None):
        """Name every order that changed from `start` to `end`, both included (API reference getorders).

        Costs one call for 100 orders, as long as the list stands still. Raises WindowTooWide on the first page where
        Lazada counts more than `most`, UnexpectedResponse or ServerError where the list cannot be read as a whole.
        """
        asked_at = self._now()
        walk = Walk(self._read_page, start.astimezone(timezone.utc), end.astimezone(timezone.utc), most)
        stubs = walk.run()
        return OrderList(stubs=tuple(stubs), read_at=walk.read_at or asked_at)

    def _read_page(self, after, before, direction, offset):
        answer = self._call(
            const.ORDERS,
            {
                "update_after": after.isoformat(timespec="seconds"),
                "update_before": before.isoformat(timespec="seconds"),
                "sort_by": "updated_at",
                "sort_direction": direction,
                "offset": str(offset),
                "limit": str(const.PAGE_SIZE),
            },
        )
        data = section(answer.content, "data")
        total = count(data, "countTotal", "data.countTotal")
        empty = total == 0 and not data.get("orders")
        headers = [] if empty else sections(data, "orders", "data.orders")
        stubs = [parse_stub(header, self.shop.site, f"data.orders[{i}]") for i, header in enumerate(headers)]
        return Page(stubs=tuple(stubs), total=total, date=answer.date)

    def fetch_orders(self, stubs):
        """Read the orders with their amounts: one call for 50, and one more for each stub without a header.

        Amounts are in the order's currency, tax included. An order that Lazada does not know, does not give or that
        cannot be understood is an UnreadableOrder; the others are not touched by it.
        """
        known = {stub.ref: stub.header for stub in stubs}
        results = {}
        headers = {}
        for order_ref, header in known.items():
            try:
                headers[order_ref] = header or self._read_header(order_ref)
            except DataRefused as error:
                results[order_ref] = UnreadableOrder(ref=order_ref, error=error)
        for batch in batches(headers, const.ITEMS_BATCH):
            for order_ref, items in self._read_items(batch).items():
                results[order_ref] = self._order(order_ref, headers[order_ref], items)
        return [results[stub.ref] for stub in stubs]

    def _order(self, order_ref, header, items):
        if isinstance(items, MarketplaceError):
            return UnreadableOrder(ref=order_ref, error=items, raw={"order": header})
        return parse_or_unreadable(order_ref, header, items, self.shop.site)

    def _read_header(self, order_ref):
        """The order without its items (API reference getorder)."""
        if not NUMBER.fullmatch(order_ref):
            raise DataRefused("This is not a number of a Lazada order.", code="16")
        data = self._call(const.ORDER, {"order_id": order_ref}).content.get("data")
        return data if isinstance(data, dict) else {}  # parsing names what is missing

    def add_amounts(self, orders):
        """The orders as they are: Lazada gives the amounts with the order."""
        return list(orders)


def _shops(content):
    """The storefronts that the authorisation is for; creating and refreshing name the list differently."""
    entries = content.get("country_user_info") or content.get("country_user_info_list")
    found = {}
    for entry in sections({"country_user_info": entries}, "country_user_info"):
        site = (text(entry, "country") or text(content, "country")).upper()
        if site in const.API_URLS:
            key = ShopKey(ref=required_ref(entry, "seller_id", "country_user_info.seller_id"), site=site)
            found[key] = None
    if not found:
        raise unexpected("country_user_info")
    return tuple(found)


def _tokens(content, asked_at, refresh_end=None):
    """The pair. A new pair is never thrown away for an unreadable lifetime: what it replaces is dead.

    Lazada may give tokens that cannot be refreshed, with 0 as lifetime of the refresh token (API reference
    refreshaccesstoken): their refreshing ends at once.
    """
    access_token = text(content, "access_token")
    if not access_token:
        raise unexpected("access_token")
    refresh_token = text(content, "refresh_token")
    ends = [refresh_end] if refresh_end else []
    lifetime = _seconds(content, "refresh_expires_in") if refresh_token else 0
    if lifetime is not None:
        ends.append(asked_at + timedelta(seconds=lifetime))
    return Tokens(
        access_token=access_token,
        refresh_token=refresh_token,
        access_expires_at=asked_at + timedelta(seconds=_seconds(content, "expires_in") or const.ASSUMED_ACCESS_SECONDS),
        refresh_expires_at=min(ends, default=None),
    )


def _seconds(content, key):
    """A lifetime, None where it is missing or cannot be read."""
    try:
        seconds = count(content, key)
        return seconds if seconds is None or seconds < 10**10 else None
    except UnexpectedResponse:
        return None
