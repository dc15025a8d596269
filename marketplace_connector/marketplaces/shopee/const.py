"""Shopee's addresses, words and limits, each with the page of its reference (Open Platform API v2) it stands on."""

from datetime import timedelta, timezone
from types import MappingProxyType

# === ADDRESSES === #

# Guide "API calls" and "Authorization and Authentication". The host follows where the own server stands, not the
# country of the shop; who needs another one (mainland China, Brazil) sets it on the account.
API_URLS = MappingProxyType(
    {
        "production": "https://partner.shopeemobile.com",
        "sandbox": "https://openplatform.sandbox.test-stable.shopee.sg",
    }
)
AUTH_URLS = MappingProxyType(
    {
        "production": "https://open.shopee.com/auth",
        "sandbox": "https://open.sandbox.test-stable.shopee.com/auth",
    }
)

# Not documented; the live ones only, those of the sandbox are not known.
SELLER_CENTRES = MappingProxyType(
    {
        "SG": "https://seller.shopee.sg",
        "MY": "https://seller.shopee.com.my",
        "TH": "https://seller.shopee.co.th",
        "PH": "https://seller.shopee.ph",
        "VN": "https://banhang.shopee.vn",
        "ID": "https://seller.shopee.co.id",
        "TW": "https://seller.shopee.tw",
        "BR": "https://seller.shopee.com.br",
    }
)

TOKEN_GET = "/api/v2/auth/token/get"  # v2.public.get_access_token
TOKEN_REFRESH = "/api/v2/auth/access_token/get"  # v2.public.refresh_access_token
SHOP_INFO = "/api/v2/shop/get_shop_info"
ORDER_LIST = "/api/v2/order/get_order_list"
LOST_PUSHES = "/api/v2/push/get_lost_push_message"
CONFIRM_LOST_PUSHES = "/api/v2/push/confirm_consumed_lost_push_message"
ORDER_DETAIL = "/api/v2/order/get_order_detail"
ESCROW_BATCH = "/api/v2/payment/get_escrow_detail_batch"
ESCROW_SINGLE = "/api/v2/payment/get_escrow_detail"
ESCROW_LIST = "/api/v2/payment/get_escrow_list"
WALLET = "/api/v2/payment/get_wallet_transaction_list"
PAYOUT_DETAIL = "/api/v2/payment/get_payout_detail"
PACKAGE_DETAIL = "/api/v2/order/get_package_detail"
SHIPPING_PARAMETER = "/api/v2/logistics/get_shipping_parameter"
MASS_SHIPPING_PARAMETER = "/api/v2/logistics/get_mass_shipping_parameter"
SHIP_ORDER = "/api/v2/logistics/ship_order"
MASS_SHIP_ORDER = "/api/v2/logistics/mass_ship_order"
UPDATE_SHIPPING_ORDER = "/api/v2/logistics/update_shipping_order"
MASS_TRACKING_NUMBER = "/api/v2/logistics/get_mass_tracking_number"
DOCUMENT_PARAMETER = "/api/v2/logistics/get_shipping_document_parameter"
DOCUMENT_CREATE = "/api/v2/logistics/create_shipping_document"
DOCUMENT_RESULT = "/api/v2/logistics/get_shipping_document_result"
DOCUMENT_DOWNLOAD = "/api/v2/logistics/download_shipping_document"
CANCEL_ORDER = "/api/v2/order/cancel_order"
ANSWER_CANCELLATION = "/api/v2/order/handle_buyer_cancellation"
ITEM_BASE_INFO = "/api/v2/product/get_item_base_info"
MODEL_LIST = "/api/v2/product/get_model_list"
SPLIT_ORDER = "/api/v2/order/split_order"
ITEM_LIST = "/api/v2/product/get_item_list"
ITEM_PROMOTION = "/api/v2/product/get_item_promotion"
UPDATE_STOCK = "/api/v2/product/update_stock"
WAREHOUSES = "/api/v2/shop/get_warehouse_detail"

# === LIMITS === #

ACCESS_SECONDS = 4 * 60 * 60  # guide "Authorization and Authentication"
# One page shows a moment in time where the seconds to live belong; nothing above a day is a duration.
LONGEST_ACCESS_SECONDS = 24 * 60 * 60
REFRESH_LIFE = timedelta(days=30)  # v2.public.refresh_access_token

# v2.order.get_order_list allows 15 days. Whether the ends belong to the window is not documented, so each listing asks
# for a second more on both sides.
PLATFORM_WINDOW = timedelta(days=15)
WINDOW_MARGIN = timedelta(seconds=1)
ORDER_WINDOW = PLATFORM_WINDOW - 2 * WINDOW_MARGIN
LIST_PAGE = 100
DETAIL_BATCH = 50  # v2.order.get_order_detail, get_package_detail, v2.product.get_item_base_info, get_item_promotion
ITEM_PAGE = 100  # v2.product.get_item_list
STOCK_BATCH = 50  # v2.product.update_stock: variations of one item
# Parcels of different couriers share no call: the more are arranged together, the fewer calls go half empty.
ARRANGE_BATCH = 200
SHIP_BATCH = 50  # v2.logistics.mass_ship_order, get_mass_shipping_parameter, get_mass_tracking_number
DOCUMENT_BATCH = 50  # v2.logistics.create_shipping_document and the calls around it
ESCROW_BATCH_SIZE = 20  # v2.payment.get_escrow_detail_batch: 50 allowed, 1 to 20 recommended
ORDER_BATCH = 100  # the least that leaves no call of either kind half full
PAYMENT_PAGE = 100  # v2.payment.get_wallet_transaction_list, get_escrow_list, get_payout_detail
# Pages of v2.payment.get_wallet_transaction_list and get_payout_detail say 15; integrators see 15 refused, 14 not.
PAYMENT_WINDOW = timedelta(days=14)
WALLET_CHANGES_FOR = timedelta(days=2)  # a day of the wallet that is over stays as it is; no page promises it
IDLE_PAGES = 3  # pages without anything new after which a list that goes on is no list

LABEL_BYTES = 10 * 1024 * 1024  # Shopee names no limit; a label has some hundred kilobytes
# The page of v2.logistics.ship_order recommends an hour, in which the buyer may cancel without asking.
EARLIEST_ARRANGE = timedelta(hours=1)
LOST_ANSWERS = 3  # calls in a row without an answer after which the rest of a batch is not tried

CALLS_PER_SECOND = 10  # of calls that are made one an item: far below what integrators report as let through
RATE_LIMIT_SECONDS = 60  # Shopee publishes neither a rate nor a waiting time
QUOTA_ZONE = timezone(timedelta(hours=8))  # the daily quota begins anew at midnight there

# === FIELDS === #

# A field that is not asked for is left out (v2.order.get_order_detail). Fees are asked of escrow, never here.
DETAIL_FIELDS = (
    "buyer_user_id",
    "buyer_username",
    "recipient_address",
    "note",
    "item_list",
    "pay_time",
    "split_up",
    "buyer_cancel_reason",
    "cancel_by",
    "cancel_reason",
    "fulfillment_flag",
    "pickup_done_time",
    "package_list",
    "shipping_carrier",
    "payment_method",
    "total_amount",
)
# What has to be known before something is changed.
LOOK_FIELDS = ("item_list", "package_list", "split_up", "fulfillment_flag", "cancel_by", "cancel_reason")
FULFILLED_BY_SHOPEE = "fulfilled_by_shopee"
BUNDLE_DEAL = "bundle_deal"

# === STATUSES === #

# Guide "V2.0 Data Definition", OrderStatus; INVOICE_PENDING is in v2.order.get_order_list only.
ORDER_STATUSES = MappingProxyType(
    {
        "UNPAID": "unpaid",
        "PENDING": "on_hold",
        "INVOICE_PENDING": "on_hold",
        "READY_TO_SHIP": "ready_to_ship",
        "RETRY_SHIP": "ready_to_ship",
        "PROCESSED": "processed",
        "SHIPPED": "shipped",
        "TO_CONFIRM_RECEIVE": "shipped",
        "COMPLETED": "completed",
        "IN_CANCEL": "in_cancel",
        "CANCELLED": "cancelled",
        "TO_RETURN": "in_return",
    }
)

# Guide "V2.0 Data Definition", LogisticsStatus and PackageFulfillmentStatus. READY and REQUEST_CREATED need a second
# look, see `parsing.package_status`.
PACKAGE_STATUSES = MappingProxyType(
    {
        "LOGISTICS_NOT_START": "pending",
        "LOGISTICS_PENDING_ARRANGE": "pending",
        "LOGISTICS_READY": "pending",
        "LOGISTICS_REQUEST_CREATED": "confirmed",
        "LOGISTICS_PICKUP_DONE": "shipped",
        "LOGISTICS_DELIVERY_DONE": "delivered",
        "LOGISTICS_INVALID": "cancelled",
        "LOGISTICS_REQUEST_CANCELED": "cancelled",
        "LOGISTICS_PICKUP_RETRY": "manual",
        "LOGISTICS_PICKUP_FAILED": "manual",
        "LOGISTICS_DELIVERY_FAILED": "manual",
        "LOGISTICS_LOST": "manual",
        "LOGISTICS_COD_REJECTED": "manual",
    }
)
# Why a package with such a status needs a person.
MANUAL_REASONS = MappingProxyType(
    {
        "LOGISTICS_PICKUP_RETRY": "not_collected",
        "LOGISTICS_PICKUP_FAILED": "collection_failed",
        "LOGISTICS_DELIVERY_FAILED": "undelivered",
        "LOGISTICS_LOST": "lost",
        "LOGISTICS_COD_REJECTED": "refused_at_door",
    }
)
PICKUP_FAILED = "LOGISTICS_PICKUP_RETRY"  # the courier comes again once that is arranged
# Arranged, whoever did it.
ARRANGED = frozenset({"LOGISTICS_REQUEST_CREATED", "LOGISTICS_PICKUP_DONE", "LOGISTICS_DELIVERY_DONE"})
# Packages that can have a tracking number; READY ones, if v2.order.get_package_detail says that they are arranged.
TRACKED = ARRANGED | {
    "LOGISTICS_READY",
    "LOGISTICS_PICKUP_RETRY",
    "LOGISTICS_PICKUP_FAILED",
    "LOGISTICS_DELIVERY_FAILED",
    "LOGISTICS_LOST",
}
# An order that is CANCELLED with such a package was on its way already.
FAILED_PACKAGE_STATUSES = frozenset({"LOGISTICS_LOST", "LOGISTICS_DELIVERY_FAILED"})

# v2.product.get_item_list, item_status. Whatever else comes is off sale for a reason that is not known.
ITEM_STATUSES = MappingProxyType(
    {
        "NORMAL": "active",
        "UNLIST": "inactive",
        "REVIEWING": "pending",
        "BANNED": "banned",
        "SELLER_DELETE": "gone",
        "SHOPEE_DELETE": "gone",
    }
)
MODEL_OFF_SALE = "MODEL_UNAVAILABLE"  # v2.product.get_model_list, model_status

# Guide "Stock & Price Management": `original_price` is without tax for sellers in Indonesia, Colombia and Poland.
CURRENCIES_WITHOUT_TAX = frozenset({"IDR", "COP", "PLN"})

# v2.shop.get_warehouse_detail: the shop has one stock, or is in a country without this function.
NO_PLACES = frozenset({"error_not_in_whitelist", "error_can_not_find_warehouse", "error_region_not_valid"})

# === AMOUNTS: v2.payment.get_escrow_detail, buyer_payment_info === #

# What every answer holds, whatever the country.
REQUIRED_AMOUNTS = (
    "buyer_total_amount",
    "merchant_subtotal",
    "shipping_fee",
    "seller_voucher",
    "shopee_voucher",
    "shopee_coins_redeemed",
)
# What exists in some countries or since some year, by the term of `types.Amounts` it belongs to.
OPTIONAL_AMOUNTS = MappingProxyType(
    {
        # Paid by the buyer and passed on to the seller: escrow_amount has it with a plus, like the shipping fee.
        "shipping_fee": ("buyer_paid_packaging_fee",),
        # Paid for by a bank, Shopee or a partner. A part of the trade-in bonus may be the seller's; no field of this
        # snapshot tells it, the settlement takes it as a charge of its own.
        "payment_promotion": ("credit_card_promotion", "trade_in_bonus", "trade_in_discount"),
        "service_fee": (
            "buyer_service_fee",
            "initial_buyer_txn_fee",
            "bulky_handling_fee",
            "import_processing_charge",
            "buyer_paid_installation_fee",
        ),
        "buyer_tax": (
            "buyer_tax_amount",
            "icms_tax_amount",
            "import_tax_amount",
            "iof_tax_amount",
            "shipping_fee_sst_amount",
            "footwear_tax",
            "vat",
        ),
        "insurance": ("insurance_premium", "buyer_paid_extended_warranty"),
    }
)

# === ERRORS: `common_error_list` of every page; token errors: v2.public.refresh_access_token === #

TOKEN_EXPIRED = frozenset({"invalid_acceess_token", "invalid_access_token"})  # the first is Shopee's own spelling
SERVER_ERRORS = frozenset(
    {
        "error_server",
        "error_network",
        "error_inner",
        "error_data",
        "error_other",
        "error_system_busy",
        "error_busy",
        "system_busy",
        "system_error",
    }
)
RATE_LIMITED = "error_rate_limit"
QUOTA_SPENT = "error_limit"  # without a module; `order.error_limit` refuses a cancellation
# Codes of a call of which something failed, and where in the `response` it says what.
FAILURE_LISTS = MappingProxyType(
    {"batch_api_all_failed": "result_list", "error_busi_update_stock_failed": "failure_list"}
)
NOT_FOUND = frozenset({"error_not_found", "order_not_found"})
NO_PERMISSION = frozenset(
    {
        "error_api_permission",
        "error_ashop_api_permission",
        "error_permission",
        "error_api_call_restricted",
    }
)
NO_SUCH_CALL = NO_PERMISSION | {"error_auth", "404", "405"}
# The sentence a person gets who has to put it right.
NOT_AUTHORIZED = MappingProxyType(
    {
        "error_sign": "Shopee refuses the signature: the Partner Key does not belong to this Partner ID, or it belongs "
        "to another environment.",
        "invalid_partner_id": "Shopee does not know this Partner ID in this environment.",
        "error_partner_key_expired": "The Partner Key has expired: make a new one in the Shopee Open Platform Console.",
        "partner_shop_no_link": "The shop has not authorised this app, or has withdrawn it.",
        "shop_no_linked": "The shop has not authorised this app, or has withdrawn it.",
        "merchant_no_linked": "The merchant has not authorised this app, or has withdrawn it.",
        "shop_banned": "Shopee has banned the shop.",
        "shop_access_expired": "The shop's authorisation has ended.",
        "merchant_access_expired": "The merchant's authorisation has ended.",
        "refresh_token_expired": "The authorisation has ended: its refresh token was not used for 30 days.",
        "error_shop_refresh_token": "Shopee refuses the refresh token: it was used before or belongs to another shop.",
        "error_merchant_refresh_token": "Shopee refuses the refresh token: it was used before or belongs to another "
        "merchant.",
        "invalid_code": "The authorisation code has expired or was used before: authorise again.",
        "invalid_shop_id": "The authorisation code does not belong to this shop: authorise again.",
        "invalid_main_acount_id": "The authorisation code does not belong to this main account: authorise again.",
        "invalid_main_account_id": "The authorisation code does not belong to this main account: authorise again.",
        "error_shop": "Shopee does not know this shop.",
        "error_api_permission": "The app may not use this function of Shopee.",
        "error_ashop_api_permission": "The app may not use this function of Shopee for this kind of shop.",
        "error_permission": "The app may not use this function of Shopee.",
        "error_api_call_restricted": "Shopee has restricted the app's calls.",
        "error_kyc_auth": "Shopee wants the identity of the app's owner verified first.",
        "source_ip_undeclared": "This server's address is not on the list of allowed addresses in the Shopee Open "
        "Platform Console.",
    }
)
