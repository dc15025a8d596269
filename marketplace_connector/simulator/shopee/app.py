"""The Shopee of the simulator: its state, and the switches for what nobody knows for sure."""

import threading

from ..web import PlatformApp
from . import auth, escrow, order_api, plans, seller_center, shops
from .gateway import WRONG_PATH, error_answer
from .order_book import OrderBook
from .tokens import TokenBook

PARTNER_ID = 2001887
PARTNER_KEY = "simulated-shopee-partner-key"


class Shopee(OrderBook, TokenBook, PlatformApp):
    """The Open Platform v2 at `/api/v2/…`, the consent page at `/auth`, the console at `/seller-center`.

    Shops have not authorised the partner at first: see `issue_tokens`, `authorise`. Orders are made by `place_order`
    and moved by `advance`, `cancel`, `split`, `fail` and their like, which raise ValueError for what Shopee refuses.
    """

    api_prefix = "/api/v2/"

    # === SWITCHES: what is not documented, or differs between shops === #

    list_newest_first = True
    # Cursors that are positions skip an order when one before it leaves the window between two pages.
    list_cursor_is_position = False
    unknown_number_fails_call = True  # else a warning, unless no number is known
    unpaid_total_amount = 0  # 0 or None
    pending_stands_as = "UNPAID"  # what PENDING looks like to callers that do not ask for it
    masked_fields = frozenset({"name", "phone"})  # of recipient_address, and buyer_username
    masks_show_ends = False  # "N******n" instead of "****"
    escrow_batch_verbs = ("GET", "POST")
    escrow_batch_names_failures = False
    escrow_delay = 0  # seconds from placing an order to its first settlement
    goods_sold_include_shopee_discount = True
    fee_rates = {"commission_fee": "0.0763", "service_fee": "0.0327", "seller_transaction_fee": "0.0218"}
    redirect_domain = ""  # as registered in the Console, empty for any

    def __init__(self, clock=None, faults=None):
        super().__init__(clock=clock, faults=faults)
        self.partner_id = PARTNER_ID
        self.partner_key = PARTNER_KEY
        self.shops = {shop.shop_id: shop for shop in shops.default_shops()}
        account = shops.MainAccount(8300042, "Kampung Living", tuple(self.shops), (1000000,))
        self.main_accounts = {account.main_account_id: account}
        self.denied_paths = set()  # API paths that the app has no permission for
        self._lock = threading.Lock()
        for module in (auth, shops, order_api, escrow, seller_center):
            module.register(self)

    def carry_out(self, shop, plan):
        """Make the order of a plan of `simulator/seed.py`, with all that happened to it. Returns the order."""
        return plans.carry_out(self, shop, plan)

    # === HOOKS OF THE HTTP SIDE === #

    def _answer(self, request):
        with self._lock:  # a refresh token must be spent once, however many ask at once
            return super()._answer(request)

    def unknown_path(self, request):
        return error_answer("error_param", WRONG_PATH)

    def wrong_verb(self, request):
        return error_answer("error_param", WRONG_PATH)

    def fault_response(self, kind):
        if kind == "rate_limited":
            message = "Too many requests. You have reached the rate limit. Please try again later."
            return error_answer("error_rate_limit", message, 429)
        return error_answer("error_system_busy", "Our system is taking some time to respond, please try later.")
