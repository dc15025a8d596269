"""What a marketplace offers to the addon."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar
from urllib.parse import quote, urlsplit

from .catalogue import CataloguePage
from .errors import Rejected, ServerError, UnexpectedResponse
from .export_files import Export
from .http import Http
from .payouts import FeeType, Payout
from .push import LostPushes, PushHint
from .shipping import CancelReason, Handover, HandoverOption, Label, Outcome, Shipment
from .stock import ListingStock, PlatformStock, SkuKey, StockOutcome, StockPlace, StockUpdate
from .types import (
    App,
    Grant,
    Order,
    OrderList,
    OrderStub,
    Package,
    PlacedOrder,
    Progress,
    ShopInfo,
    ShopKey,
    Tokens,
    UnreadableOrder,
)


class WindowTooWide(Exception):
    """More orders changed in the window than the caller wants to take at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What the addon must know of a platform to use it well."""

    order_window: timedelta  # the longest window one listing may span
    order_batch: int  # orders one fetch reads in the fewest calls
    cancels_from_erp: bool  # the default of "cancel on the marketplace too"
    reads_headers: bool = False  # an order read by its number alone costs a call more than one that was listed
    makes_packages: bool = False  # packages are made by us, of chosen units; else the platform has them from the start
    splits_orders: bool = False  # an order can be split into several parcels before they are arranged
    hands_over: bool = False  # packages are told to be ready for the courier in a step of its own
    arrange_batch: int = 1  # parcels that are arranged in the fewest calls
    stock_batch: int = 1  # SKUs whose numbers one call sets
    earliest_arrange: timedelta = timedelta(0)  # how long after the order the platform advises to wait
    payouts_change_for: timedelta = timedelta(days=45)  # after its end a payout may get rows, or be paid
    takes_invoice_numbers: bool = False  # the platform wants to know the number of each order's invoice


class MarketplaceClient(ABC):
    """One app at one platform, and one of its shops where calls need one.

    `access_token(rejected)` gives the access token to use; `rejected` is None, or the token that the platform has
    just refused, to be replaced. All methods may raise the errors of `errors.py`.
    """

    capabilities: ClassVar[Capabilities]
    # The kinds of payout rows that the platform documents; rows of others come too, with a key that is none of these.
    fee_types: ClassVar[tuple[FeeType, ...]]

    def __init__(
        self,
        app: App,
        shop: ShopKey | None = None,
        access_token: Callable[[str | None], str] | None = None,
        http: Http | None = None,
    ):
        self.app = app
        self.shop = shop
        self.access_token = access_token
        self.http = http or Http()

    # === AUTHORISATION === #

    @abstractmethod
    def consent_url(self, redirect_uri: str, state: str) -> str:
        """The page on which a seller lets the app in; it comes back to `redirect_uri` with `state`."""

    @abstractmethod
    def exchange_code(self, query: Mapping[str, str]) -> Grant:
        """Trade the parameters that came back from the consent page for tokens."""

    @abstractmethod
    def refresh_tokens(self, tokens: Tokens, shop: ShopKey) -> Tokens:
        """Spend the refresh token and give the new pair; the old refresh token is dead afterwards."""

    @abstractmethod
    def get_shop(self) -> ShopInfo:
        """Who we are connected as."""

    @abstractmethod
    def order_page(self, order_ref: str) -> str:
        """The address of the order in the shop's Seller Center, for a person's browser; empty where none is known.

        No call is made. The platforms do not document these addresses: an account can have its own instead.
        """

    def _page_of_simulator(self, *path: str) -> str:
        """A page of the simulated platform's Seller Center; empty where the account has no address of it."""
        address = urlsplit(self.app.api_url)
        steps = "/".join(quote(step, safe="") for step in path)
        return f"{address.scheme}://{address.netloc}/seller-center/{steps}" if address.netloc else ""

    # === ORDERS === #

    @abstractmethod
    def list_orders(self, start: datetime, end: datetime, most: int | None = None) -> OrderList:
        """Name every order, of whatever status, that changed from `start` to `end`, both included.

        Raises `WindowTooWide` when there are more than `most` of them, before anything is fetched.
        """

    @abstractmethod
    def fetch_orders(self, stubs: Sequence[OrderStub]) -> list[Order | UnreadableOrder]:
        """Read the orders; one answer a stub, in their order. `amounts` may still be None, see `add_amounts`."""

    @abstractmethod
    def add_amounts(self, orders: Sequence[Order]) -> list[Order | UnreadableOrder]:
        """Give the orders with their amounts, as far as the platform tells them; the `digest` stays.

        One answer an order, in their order. One whose amounts are not there yet keeps None; one whose amounts cannot be
        understood comes back as UnreadableOrder: the order that was passed in is still good to ship, not to invoice.
        """

    # === PROOF THAT NOTHING IS MISSING === #

    @abstractmethod
    def list_orders_placed(self, start: datetime, end: datetime) -> list[PlacedOrder]:
        """Name every order, of whatever status, that was placed from `start` on and before `end`, each once.

        Those placed within a second outside may be among them where the list does not tell the time. Raises an error
        whenever the list is not surely whole: pages that overlap, counts that do not agree, a list without end.
        """

    def list_orders_changed(self, start: datetime, end: datetime) -> set[str] | None:
        """The numbers of the orders that changed from `start` to `end`, by the same way of reading; None where
        `list_orders_placed` tells of each order when it changed last."""
        return None

    # === SHIPPING === #

    @abstractmethod
    def add_tracking(self, orders: Sequence[Order]) -> list[Order]:
        """Give the orders with tracking number and state of their packages; the `digest` stays."""

    def follow(self, order_refs: Sequence[str]) -> list[Progress | UnreadableOrder]:
        """How far the orders and their packages are, with tracking numbers; one answer a ref, in their order."""
        answers = self.fetch_orders([OrderStub(ref=ref) for ref in order_refs])
        told = self.add_tracking([answer for answer in answers if isinstance(answer, Order)])
        found = {
            order.ref: Progress(
                ref=order.ref, status=order.status, raw_status=order.raw_status, packages=order.packages
            )
            for order in told
        }
        return [found.get(answer.ref, answer) for answer in answers]

    @abstractmethod
    def handover_options(self, order_ref: str, package_ref: str = "") -> tuple[HandoverOption, ...]:
        """How the parcel can be handed over now; nothing where the platform does not ask. Raises Rejected with the
        platform's reason where it cannot be arranged."""

    def handover_options_of(self, parcels: Sequence[tuple[str, Package]]) -> list[Handover]:
        """The same for many (order ref, package), in the fewest calls; one answer each, in their order. A package
        without ref stands for an order that has none yet. What is refused for one parcel is its answer's error."""
        return [self._handover(order_ref, package) for order_ref, package in parcels]

    def _handover(self, order_ref, package):
        try:
            return Handover(options=self.handover_options(order_ref, package.ref))
        except (Rejected, ServerError, UnexpectedResponse) as error:
            return Handover(error=error)

    @abstractmethod
    def arrange(self, shipments: Sequence[Shipment]) -> list[Outcome]:
        """Pack or arrange the shipments, in the fewest calls; one outcome each, in their order. Looks first, so that
        what is arranged already is not arranged twice. Never repeated by itself."""

    @abstractmethod
    def hand_over(self, package_refs: Sequence[str]) -> list[Outcome]:
        """Tell the platform that the packages are ready for the courier; one outcome each, in their order."""

    @abstractmethod
    def fetch_labels(self, packages: Sequence[tuple[str, Package]]) -> list[Label]:
        """The labels of (order ref, package); one each, in their order. One that is being made is asked for again."""

    # === INVOICES === #

    def set_invoice_numbers(self, invoices: Sequence[tuple[str, str]]) -> list[Outcome]:
        """Tell the platform the number of each (order ref, number of its invoice); one outcome each, in their order.

        For platforms with `takes_invoice_numbers`. Looks first, so that what is known there already is not told again.
        """
        raise NotImplementedError

    # === CANCELLING === #

    @abstractmethod
    def cancel_reasons(self, order_ref: str, unit_refs: Sequence[str] = ()) -> tuple[CancelReason, ...]:
        """The reasons that the platform accepts for cancelling. Raises Rejected where it cannot be cancelled."""

    @abstractmethod
    def check_partial_cancel(self, order_ref: str) -> None:
        """Raises Rejected with the platform's reason where single pieces of the order cannot be cancelled now."""

    @abstractmethod
    def cancel(
        self,
        order_ref: str,
        reason_ref: str,
        unit_refs: Sequence[str] = (),
        quantities: Mapping[str, int] | None = None,
    ) -> None:
        """Ask the platform to cancel the order, or some of its units; read the order to see what came of it."""

    @abstractmethod
    def answer_cancellation(self, order_ref: str, accept: bool, unit_refs: Sequence[str] = ()) -> None:
        """Accept or refuse a buyer's request to cancel."""

    @abstractmethod
    def split(self, order_ref: str, groups: Sequence[Sequence[tuple[str, int]]]) -> tuple[Package, ...]:
        """Divide the order into packages of (unit ref, pieces) at the platform, where it knows such a thing."""

    # === STOCK === #

    @abstractmethod
    def platform_stock(self, skus: Sequence[SkuKey]) -> Iterator[list[PlatformStock]]:
        """What the platform keeps of the SKUs in its own warehouses, in the fewest calls, a portion after each call.

        Their siblings of the same item come too. A SKU that the platform does not know (any more) is left out.
        """

    @abstractmethod
    def read_stock(self, skus: Sequence[SkuKey]) -> Iterator[list[ListingStock]]:
        """What buyers can buy of the SKUs from the seller's own stock, in the fewest calls, a portion after each call.

        Their siblings of the same item may come too. A SKU that the platform does not know (any more) is left out.
        """

    @abstractmethod
    def send_stock(self, updates: Sequence[StockUpdate]) -> Iterator[list[StockOutcome]]:
        """Set the numbers, in the order given and in the fewest calls; a portion of outcomes after each call.

        Each update has one outcome: a refused one does not hold back the others. Where a call says that a part of it
        failed without saying which, its SKUs are read back. What raises (RateLimited, NotAuthorized, the platform being
        down) ends the run: updates of portions that were not given have not been sent.
        """

    @abstractmethod
    def stock_places(self) -> tuple[StockPlace, ...]:
        """The places of a seller who keeps stock in several; nothing where there is only one stock."""

    # === CATALOGUE === #

    @abstractmethod
    def list_catalogue(self, changed_since: datetime | None = None, position: str = "") -> Iterator[CataloguePage]:
        """The shop's items with their SKUs, whatever their status, in the fewest calls, a portion after each few calls.

        With `changed_since` those that changed since then, as far as the platform tells: its stock and price changes
        need not be among them. Without, the whole catalogue: an item that is in no portion is gone, unless one
        came that is unreadable and has no ref, or the walk ended with an error. With the `position` of a portion of an
        earlier walk over the same, what came behind it.
        """

    @staticmethod
    def read_export(contents: Iterable[bytes]) -> Export:
        """The SKUs in files that a seller has exported from the platform's Seller Center; no call is made.

        Raises UnreadableFile.
        """
        raise NotImplementedError

    # === PUSHES === #

    @staticmethod
    @abstractmethod
    def verify_push(app: App, url: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the platform has signed the message that came to `url`, the address as it is registered there.

        `app.secret` is the key that it signs with, `body` the bytes as they came, `headers` are found in any case.
        False for whatever is missing.
        """

    @staticmethod
    @abstractmethod
    def read_push(body: bytes) -> tuple[PushHint, ...]:
        """What a message is about that was verified; at least one hint, of kind `other` where it is not understood."""

    def lost_pushes(self) -> LostPushes:
        """Pushes that the platform could not deliver and keeps for us, a portion; none where it keeps none."""
        return LostPushes()

    def confirm_lost_pushes(self, position: str) -> None:
        """Tell the platform that the lost pushes up to the position are safe, and need not be given again."""
        raise NotImplementedError

    # === PAYOUTS === #

    @abstractmethod
    def list_payouts(self, start: date, end: date) -> Iterator[Payout]:
        """What the platform has settled with the shop on its days from `start` to `end`, both included; oldest first.

        A payout is a statement, a payout batch or a day of the shop's wallet, each complete with all its rows even
        where it began before `start`. One that is not final may be told again with more rows, or by another `ref`, see
        `Payout.open_ref`. One that is final stays, as far as the platform lets it: rows that it has changed since keep
        their refs. What it leaves unexplained is in `Payout.difference` or a row of an unknown type, never plugged.

        Raises UnexpectedResponse after all others where entries cannot be understood, naming them: a payout that would
        lack one is not given. Raises Rejected where the app may not read payouts, before the first.
        """
