"""Lazada as one WSGI app: the Open Platform of all sites under `/rest`, the consent page, and Seller Center."""

from .. import pictures
from ..web import PlatformApp
from . import (
    auth,
    calls,
    cancel_calls,
    console,
    console_finance,
    console_products,
    console_stock,
    finance_calls,
    label_calls,
    package_calls,
    product_calls,
    pushes,
    stock_calls,
    warehouse_calls,
)
from .auth import Authoriser
from .bookkeeping import Bookkeeper
from .campaigns import Campaigner
from .cancelling import Canceller
from .gateway import LazadaError, error_answer, refuse
from .labels import LabelPrinter
from .orders import OrderBook
from .packages import Packer
from .pushes import LazadaPushes
from .refusals import Refusals
from .settlement import Settlement
from .state import Account, new_shop
from .stock import Stockroom
from .timetable import Timetable

MODULES = (
    *(auth, calls, package_calls, label_calls, cancel_calls, product_calls, stock_calls, warehouse_calls),
    *(finance_calls, console, console_products, console_stock, console_finance, pictures, pushes),
)


class Lazada(
    OrderBook,
    Packer,
    LabelPrinter,
    Canceller,
    Campaigner,
    Stockroom,
    Bookkeeper,
    Settlement,
    Refusals,
    Timetable,
    Authoriser,
    LazadaPushes,
    PlatformApp,
):
    """The platform with one seller account for each country in `countries`.

    Class attributes that are not settled by the platform's documentation are switches: set them on the object.
    """

    api_prefix = "/rest/"
    file_prefix = "/labels/"

    app_key = "100132"
    app_secret = "KxQ4Gv0tWc7ZnB1yLr9DmS5hPf2JuE8a"

    # === SWITCHES === #
    after_is_inclusive = True  # created_after, update_after; UNSURE
    before_is_inclusive = True  # created_before, update_before; UNSURE
    default_sort = ("created_at", "DESC")  # UNSURE
    default_limit = 100  # UNSURE
    highest_limit = 100
    highest_offset = 4500  # the docs also say 5000
    highest_order_count = 50  # of /orders/items/get
    header_keeps_canceled_units = True  # whether the header's amounts go on counting them; UNSURE
    promises_shipping_times = False  # promised_shipping_times is mostly empty
    stock_needs_options = True  # /products/get tells warehouses only with options=1; UNSURE
    list_gives_whole_products = True  # sku_seller_list finds products with all their SKUs; UNSURE
    unreadable_skus = frozenset()  # seller SKUs that no sku_seller_list may hold; which, is not documented
    highest_product_offset = 10_000  # of /products/get
    product_order = "created"  # or newest, or mixed: of /products/get, UNSURE
    all_includes_deleted = False  # what the filter `all` finds; UNSURE
    nothing_found_is_empty = True  # an empty object instead of a total of 0; UNSURE
    suspended_skus_stand_apart = True  # in suspendedSkus only, not among skus; UNSURE
    images_are_text = False  # images and marketImages as a text that holds a list: both occur
    barcode_field = ""  # no field of SKUs is documented for it
    quantity_is_sellable = False  # the guides say the total, samples of the references show what can be sold
    warehouse_paths = frozenset(warehouse_calls.PATHS)  # those that answer; UNSURE
    stock_calls_a_second = 50  # that a seller may make, 0: any number
    too_many_skus = (
        "4171",
        "The updated SKU quantity exceeds the maximum number 50, please do not update more than 50 SKUs at once",
    )
    sku_refusals = "501"  # or "0", or "own code": how an answer tells that SKUs were refused; all three occur
    good_skus_are_applied = True  # those of a call in which others are refused; UNSURE
    several_warehouses_need_codes = True  # False: a number without a code is the main warehouse's; UNSURE
    stock_moves_updated_time = True  # whether a product counts as updated when its stock is set; UNSURE
    mega_campaign = False  # while one runs, stock and prices cannot be changed by API
    masks_buyers = True  # apps that passed Lazada's security review see buyers in the clear
    highest_transaction_limit = 500
    default_transaction_limit = 100  # UNSURE
    end_day_is_included = True  # end_time of transactions; UNSURE
    newest_rows_first = True  # UNSURE
    rows_name_units = True  # False: rows of equal pieces are equal in everything
    open_rows_name_period = True  # False: rows say nothing of a statement until it is closed
    row_delay = 0  # seconds until the list of transactions has a row, which may be on a statement before
    closing_before_payout = True  # closing_balance as recorded answers have it; False: what stays behind; UNSURE
    late_visibility = 0  # seconds until /orders/get finds a change
    limit_code = "SellerCallLimit"  # the words for the fault rate_limited; ApiCallLimit exists too
    ban_seconds = 1

    def __init__(self, clock=None, faults=None, countries=("SG",), number=0):
        PlatformApp.__init__(self, clock, faults)
        OrderBook.__init__(self, number)
        LazadaPushes.__init__(self, number)
        for part in (Canceller, LabelPrinter, Bookkeeper, Refusals, Timetable, Authoriser):
            part.__init__(self)
        self.accounts: list[Account] = []
        self.shops = {}  # by seller_id
        self.denied_paths = set()  # API paths that the app may not call
        for country in countries:
            self.add_account(f"{country.lower()}@kampung-living.example", (country,))
        for part in MODULES:
            part.register(self)

    def __call__(self, environ, start_response):
        self.tend()  # what has fallen due has happened before anybody looks
        answer = super().__call__(environ, start_response)
        self.push()
        return answer

    def add_account(self, email, countries) -> Account:
        """A new seller with a shop in each of the countries: several make a cross-border seller with one token."""
        first = len(self.shops) + 1
        shops = [
            new_shop(first + place, country, email, is_cb=len(countries) > 1) for place, country in enumerate(countries)
        ]
        for shop in shops:
            shop.shelf.clock = self.clock
            self.shops[shop.seller_id] = shop
        self.accounts.append(Account(email, shops))
        return self.accounts[-1]

    def shop(self, country):
        """The first shop in the country."""
        return next(shop for shop in self.shops.values() if shop.country.code == country)

    def account_of(self, shop) -> Account:
        """The log-in that the shop belongs to."""
        return next(account for account in self.accounts if shop in account.shops)

    def api_paths(self):
        """The paths of all API calls, without `/rest`."""
        rules = (rule.rule for rule in self._routes.iter_rules())
        return sorted(rule.removeprefix("/rest") for rule in rules if rule.startswith(self.api_prefix))

    # === HOOKS OF PlatformApp === #

    def unknown_path(self, request):
        return refuse(self, request, LazadaError("InvalidApiPath", "The specified API Path is invalid"))

    def wrong_verb(self, request):
        message = f"The specified HTTP method {request.method} is not supported by this API"
        return refuse(self, request, LazadaError("UnsupportedHTTPMethod", message))

    def fault_response(self, kind):
        if kind == "busy":
            message = "E0901: Limit service request speed in server side temporarily."
            return error_answer(LazadaError("901", message, "ISP"))
        return error_answer(self.call_limit())

    def call_limit(self) -> LazadaError:
        """The refusal of a call too many."""
        who = "Seller" if self.limit_code == "SellerCallLimit" else "Api"
        message = f"{who} access frequency exceeds the limit. this ban will last {self.ban_seconds} seconds"
        return LazadaError(self.limit_code, message)
