"""The Shopee of the simulator: its state, and the switches for what nobody knows for sure."""

from .. import pictures
from ..web import PlatformApp
from . import (
    auth,
    balance_console,
    document_api,
    escrow,
    income_api,
    order_api,
    order_changes_api,
    package_lists_api,
    payout_api,
    plans,
    product_api,
    product_console,
    pushes,
    return_api,
    seller_center,
    shipping_api,
    shops,
    stock_api,
    tracking_api,
    wallet_api,
    warehouses,
)
from .cancelling import Cancelling
from .cross_border import CrossBorder
from .documents import Documents
from .gateway import RATE_LIMIT, WRONG_PATH, error_answer
from .hand_over import Shipping
from .order_book import OrderBook
from .promotions import Promotions
from .pushes import ShopeePushes
from .refusals import Refusals
from .returns import Returns
from .settling import Settling
from .splitting import Splitting
from .stock import Stockroom
from .tokens import TokenBook
from .wallet import Wallet

MODULES = (
    *(auth, shops, order_api, package_lists_api, order_changes_api, shipping_api, tracking_api, document_api),
    *(escrow, wallet_api, payout_api, income_api, return_api),
    *(product_api, stock_api, warehouses, seller_center, product_console, balance_console, pictures, pushes),
)


class Shopee(
    *(Cancelling, Splitting, Shipping, Documents, Returns, Settling, Wallet, CrossBorder),
    *(OrderBook, Stockroom, Promotions, TokenBook, Refusals, ShopeePushes, PlatformApp),
):
    """The Open Platform v2 at `/api/v2/…`, the consent page at `/auth`, the console at `/seller-center`.

    One shop in each of the countries; `number` decides which order numbers are drawn. No shop has authorised the
    partner at first: see `issue_tokens` and `authorise`. Orders are made by `place_order` and moved by `advance`,
    `arrange`, `cancel`, `split`, `fail` and their like, which raise ValueError for what Shopee refuses. What happens
    by itself happens before the next request, or by `catch_up`.
    """

    api_prefix = "/api/v2/"
    file_prefix = "/pictures/"

    # === SWITCHES: what is not documented, or differs between shops === #

    list_newest_first = True
    # Cursors that are positions skip an order when one before it leaves the window between two pages.
    list_cursor_is_position = False
    unknown_number_fails_call = True  # else a warning, unless no number is known
    unknown_item_fails_call = False  # else it is left out, unless no item is known; UNSURE
    tells_gtin = True  # its pages say: only to sellers in BR and TW
    no_gtin = ""  # "00" is another way to say that an item has none
    most_item_offset = 0  # get_item_list refuses to begin further on; 0: anywhere
    shopee_stock_is_text = False  # one page says text, another one shows a number
    unpaid_total_amount = 0  # 0 or None
    pending_stands_as = "UNPAID"  # what PENDING looks like to callers that do not ask for it
    masked_fields = frozenset({"name", "phone"})  # of recipient_address, and buyer_username
    masks_show_ends = False  # "N******n" instead of "****"
    escrow_batch_verbs = ("GET", "POST")
    escrow_batch_names_failures = False
    escrow_delay = 0  # seconds from placing an order to its first settlement
    goods_sold_include_shopee_discount = True
    fee_rates = {"commission_fee": "0.0763", "service_fee": "0.0327", "seller_transaction_fee": "0.0218"}
    withholds_tax = False  # what the law of some countries has Shopee take from local sellers
    wallet_newest_first = True
    wallet_page_no_is_offset = False  # its page calls page_no "the starting entry"
    wallet_shift = 0  # so many entries come in while the first page is read: the next one begins that much earlier
    wallet_type_is_number = False  # of transaction_type; its page says text, the definitions have numbers too
    wallet_shows_transaction_id = False  # an older sample has it, the page has not
    wallet_amounts_are_positive = False  # of what goes out too: money_flow tells; no sample of one exists
    completed_withdrawals_have_amount = True  # they say again what has left the balance before
    open_withdrawals_are_pending = False  # the status of WITHDRAWAL_CREATED until the bank has answered
    escrow_list_unit = 1  # payout_amount is told in so many parts of one: sample and table of its page differ
    income_is_in_response = False  # the table of its page has it there, its sample at top level
    income_rows_have_long_name = False  # so has the table, the sample a short one
    redirect_domain = ""  # as registered in the Console, empty for any

    partner_id = 2001887
    partner_key = "7a6f53554d6c4c6b574a7a5967454e4d"

    def __init__(self, clock=None, faults=None, countries=("SG",), number=0):
        PlatformApp.__init__(self, clock, faults)
        OrderBook.__init__(self, number)
        TokenBook.__init__(self)
        ShopeePushes.__init__(self, number)
        Shipping.__init__(self)
        Promotions.__init__(self)
        Wallet.__init__(self)
        CrossBorder.__init__(self)
        Refusals.__init__(self)
        opened = [shops.new_shop(place, country, self.clock) for place, country in enumerate(countries)]
        self.shops = {shop.shop_id: shop for shop in opened}
        account = shops.MainAccount(8300042, "Kampung Living", tuple(self.shops), (1000000,))
        self.main_accounts = {account.main_account_id: account}
        self.denied_paths = set()  # API paths that the app has no permission for
        for module in MODULES:
            module.register(self)

    def __call__(self, environ, start_response):
        with self.lock:
            self.catch_up()
        answer = super().__call__(environ, start_response)
        self.push()
        return answer

    def shop(self, region):
        """The first shop in the country."""
        return next(shop for shop in self.shops.values() if shop.region == region)

    def carry_out(self, shop, plan):
        """Make the order of a plan of `simulator/seed.py`, with all that happened to it. Returns the order."""
        return plans.carry_out(self, shop, plan)

    # === HOOKS OF PlatformApp === #

    def unknown_path(self, request):
        return error_answer("error_param", WRONG_PATH)

    def wrong_verb(self, request):
        return error_answer("error_param", WRONG_PATH)

    def fault_response(self, kind):
        if kind == "rate_limited":
            return error_answer(*RATE_LIMIT, 429)
        return error_answer("error_system_busy", "Our system is taking some time to respond, please try later.")
