"""Lazada's addresses, words and limits, each with the page of Lazada's documentation it stands on."""

from datetime import timedelta
from types import MappingProxyType

# === ADDRESSES: "Developer's guide" === #

API_URLS = MappingProxyType(
    {
        "SG": "https://api.lazada.sg/rest",
        "MY": "https://api.lazada.com.my/rest",
        "PH": "https://api.lazada.com.ph/rest",
        "TH": "https://api.lazada.co.th/rest",
        "VN": "https://api.lazada.vn/rest",
        "ID": "https://api.lazada.co.id/rest",
    }
)
# Tokens are made and refreshed here for all countries (doc 108260). Lazada has no sandbox hosts: test accounts live
# on the same ones (doc 121098).
TOKEN_URL = "https://auth.lazada.com/rest"
CONSENT_URL = "https://auth.lazada.com/oauth/authorize"

# Not documented: the countries' own domains; what follows them is seen as `webLink` in samples of messages.
SELLER_CENTERS = MappingProxyType(
    {
        "SG": "https://sellercenter.lazada.sg",
        "MY": "https://sellercenter.lazada.com.my",
        "PH": "https://sellercenter.lazada.com.ph",
        "TH": "https://sellercenter.lazada.co.th",
        "VN": "https://sellercenter.lazada.vn",
        "ID": "https://sellercenter.lazada.co.id",
    }
)

TOKEN_CREATE = "/auth/token/create"
TOKEN_REFRESH = "/auth/token/refresh"
SELLER = "/seller/get"
ORDER = "/order/get"
ORDERS = "/orders/get"
ORDERS_ITEMS = "/orders/items/get"
PRODUCTS = "/products/get"
PRODUCT = "/product/item/get"
STOCK_UPDATE = "/product/stock/sellable/update"
WAREHOUSES = "/rc/warehouse/get"
WAREHOUSES_BEFORE = "/seller/warehouse/get"  # doc 121233; no longer in the list of calls
PROVIDERS = "/order/shipment/providers/get"
PACK = "/order/fulfill/pack"
DOCUMENT = "/order/package/document/get"
READY_TO_SHIP = "/order/package/rts"
REPACK = "/order/package/repack"
CANCEL_REASONS = "/order/reverse/cancel/validate"
CANCEL = "/order/reverse/cancel/create"
ANSWER_CANCELLATION = "/order/reverse/cancel/seller/decide"
STATEMENTS = "/finance/payout/status/get"
TRANSACTIONS = "/finance/transaction/details/get"
BANK_MOVEMENTS = "/finance/transaction/accountTransactions/query"
INVOICE_NUMBER = "/order/invoice_number/set"

# === LIMITS === #

# Hours east of Greenwich, for times without an offset; none of these countries changes its clocks.
UTC_OFFSETS = MappingProxyType({"SG": 8, "MY": 8, "PH": 8, "TH": 7, "VN": 7, "ID": 7})
PAGE_SIZE = 100  # API reference getorders
OFFSET_CEILING = 4500  # doc 121327 says 5000, the parameter's own description 4500: the lower is safe
ITEMS_BATCH = 50  # API reference getmultipleorderitems
PACK_BATCH = 20  # orders, API references pack and getshipmentprovider
ARRANGE_BATCH = 100  # the least that leaves no call on the way half full
PACKAGE_BATCH = 20  # API references readytoship and recreatepackage
PRODUCT_PAGE = 50  # API reference getproducts
SKU_BATCH = 100  # the same: seller SKUs that one call finds products by
PRODUCT_CEILING = 4500  # offsets; GetProducts says 10000 and advises against them: where dates cut small enough, less
PRODUCT_HIGHEST_OFFSET = 10000
PRODUCT_OVERLAP = timedelta(minutes=15)  # what changed a moment ago may be listed late, and clocks differ
STOCK_BATCH = 20  # API reference UpdateSellableQuantity: 50 at most, 20 recommended
STOCK_PAUSE = 1 / 40  # seconds from one stock call to the next: a seller may make 50 a second (doc 121234)
LABEL_BYTES = 10 * 1024 * 1024  # Lazada names no limit; a label has some hundred kilobytes
ORDER_WINDOW = timedelta(days=15)  # Lazada names no limit; keeps one listing small
TRANSACTION_PAGE = 500  # API reference QueryTransactionDetails
TRANSACTION_WINDOW = timedelta(days=179)  # the same: less than 180
TRANSACTION_ATTEMPTS = 3
LATE_ROWS = timedelta(days=14)  # how long before its statement's period a row may have happened; not documented
VERY_LATE_ROWS = timedelta(days=120)  # the same, where a statement does not add up without
BANK_PAGE = 100  # Lazada names no limit
# For tokens whose lifetime the answer does not tell: they are refreshed soon, not thrown away.
ASSUMED_ACCESS_SECONDS = 2 * 60 * 60

# === STATUSES: API reference getorders and getorderitems, docs 120167 and 121328 === #

CANCELED = "canceled"  # one L
UNIT_STATUSES = MappingProxyType(
    {
        "unpaid": "unpaid",
        "pending": "ready_to_ship",
        "repacked": "ready_to_ship",
        "topack": "ready_to_ship",
        "packed": "processed",
        "ready_to_ship_pending": "processed",
        "ready_to_ship": "processed",
        "toship": "processed",
        "shipped": "shipped",
        "shipping": "shipped",
        "delivered": "completed",
        "confirmed": "completed",
        CANCELED: "cancelled",
        "returned": "returned",
        "failed": "failed",
        "failed_delivery": "failed",
        "package_scrapped": "failed",
    }
)
# shipped_back, shipped_back_success, shipped_back_failed, lost, lost_by_3pl, damaged_by_3pl
FAILED_PREFIXES = ("shipped_back", "lost", "damaged")
# From the least to the most advanced.
ORDER_PROGRESS = ("unpaid", "ready_to_ship", "processed", "shipped", "completed")

# Our words for units that have been packed, wherever they are now.
PACKED = frozenset({"processed", "shipped", "completed", "returned", "failed"})
# A unit in these has no package, even where the id of a dissolved one still stands on it.
UNPACKED = frozenset({"unpaid", "pending", "repacked", "topack"})
PACKAGE_STATUSES = MappingProxyType(
    {
        "packed": "confirmed",
        "toship": "confirmed",
        "ready_to_ship_pending": "ready_to_ship",
        "ready_to_ship": "ready_to_ship",
        "shipped": "shipped",
        "shipping": "shipped",
        "delivered": "delivered",
        "confirmed": "delivered",
        "returned": "delivered",  # the parcel had arrived; what came back is a return
        CANCELED: "cancelled",
    }
)
# From what needs a person over the least to the most advanced.
PACKAGE_PROGRESS = ("manual", "confirmed", "ready_to_ship", "shipped", "delivered", "cancelled")
# Values of `shipping_provider_type` that Lazada's carriers do not move.
BY_HAND = MappingProxyType(
    {"digital": "digital", "pickup_in_store": "pickup_in_store", "seller_own_fleet": "own_fleet"}
)
# Why a unit with such a status needs a person.
MANUAL_REASONS = MappingProxyType(
    {
        "failed": "undelivered",
        "failed_delivery": "undelivered",
        "shipped_back": "coming_back",
        "shipped_back_success": "came_back",
        "shipped_back_failed": "lost",
        "package_scrapped": "damaged",
    }
)
MANUAL_REASON_PREFIXES = MappingProxyType({"shipped_back": "coming_back", "lost": "lost", "damaged": "damaged"})

# `cancel_return_initiator`, API reference getmultipleorderitems; other words stay as they are.
INITIATORS = MappingProxyType(
    {
        "cancellation-customer": "buyer",
        "buyer-cancel": "buyer",
        "return-customer": "buyer",
        "cancellation-seller": "seller",
        "seller-cancel": "seller",
        "system-cancel": "system",
        "cancellation-internal": "system",
        "cancellation-failed delivery": "system",
        "refund-internal": "system",
        "customer service-cancel": "platform",
        "null-null": "",
        "null": "",
    }
)

# === PRODUCTS: API references GetProducts and GetProductItem, doc 121233 === #

# Written as "Pending QC", "InActive", "Live_Reject": compared in small letters without what is between words.
LISTING_STATUSES = MappingProxyType(
    {
        "active": "active",
        "live": "active",
        "inactive": "inactive",
        "soldout": "active",
        "pending": "pending",
        "pendingqc": "pending",
        "suspended": "banned",
        "rejected": "banned",
        "deleted": "gone",
    }
)

# === ERRORS: error tables of the API reference === #

TOKEN_EXPIRED = frozenset({"IllegalAccessToken"})
# The sentence a person gets who has to put it right.
NOT_AUTHORIZED = MappingProxyType(
    {
        "InvalidAppKey": "Lazada does not know this App Key.",
        "IncompleteSignature": "Lazada refuses the signature: the App Secret does not belong to this App Key.",
        "InvalidCode": "Lazada does not accept the authorisation code, which works once and for 30 minutes: "
        "connect again.",
        "IllegalRefreshToken": "Lazada does not accept the refresh token any more: the seller has to connect again.",
        "AUTH_TYPE_UNSUPPORTED": "This app is authorised through Lazada's Service Marketplace, where access ends with "
        "the subscription and cannot be refreshed.",
    }
)
# Refusals that a person ends at Lazada or on this server, while the authorisation stays good.
REJECTED = MappingProxyType(
    {
        "AppWhiteIpLimit": "Lazada refuses this server's address: add it to the app's IP whitelist.",
        "InsufficientPermission": "The app lacks Lazada's permission for this call.",
        "IllegalTimestamp": "Lazada refused the call because this server's clock is wrong: set the clock.",
        "SellerNotVerified": "Lazada has not verified the seller yet: see the Seller Center.",
        "Mp3SellerApiLimit": "Lazada does not offer this call to this kind of seller.",
    }
)
APP_LIMIT = "AppCallLimit"
# Seconds to wait where the answer does not tell.
RATE_LIMITS = MappingProxyType(
    {
        "ApiCallLimit": 1,
        "SellerCallLimit": 1,
        "901": 1,
        APP_LIMIT: 3600,  # the app's daily quota
        "998": 1800,  # switched off during a mega campaign
    }
)
SWITCHED_OFF = "998"
TOO_MANY_REQUESTS_SECONDS = 60  # HTTP 429 without a word on how long
SERVER_ERRORS = frozenset({"ServiceTimeout", "15", "6", "506", "513", "1000", "1002", "40011", "700024", "E0106"})
# Those that say that nothing was done: "system is busy now, pls try later", "failed get lock, pls try later".
NOT_DONE = frozenset({"6", "40011", "700024"})
# Refusals of what was asked about, API references pack, readytoship, recreatepackage, getdocument and of the reverse
# orders; those write their codes as E0131. Those of products stand as code or as message, of the call or of one SKU.
REFUSED = MappingProxyType(
    {
        "1003": "Lazada has found no courier for the parcel.",
        "700000": "The state of the package at Lazada does not allow this.",
        "700001": "Lazada does not know the carrier.",
        "700013": "Lazada does not offer this for the order.",
        "700016": "Lazada has no carrier for this seller's cross-border parcels: ask Lazada for one.",
        "700021": "Lazada does not know the order.",
        "700023": "The buyer fetches this at the store: there is nothing to pack.",
        "700025": "Lazada does not know a unit of the order.",
        "700026": "The state of a unit at Lazada does not allow packing.",
        "700027": "Lazada ships this from its own warehouse.",
        "700028": "The buyer fetches this at the store: there is nothing to pack.",
        "700029": "What goes into one parcel has to lie in one warehouse.",
        "700030": "This is digital or a service: there is nothing to pack.",
        "700031": "Lazada does not have the order ready for packing yet.",
        "700033": "Lazada does not know the warehouse that cross-border parcels go through.",
        "700040": "Lazada has no label for the package: it is not packed, cancelled, or goes with the own fleet.",
        "30012": "Lazada has no label for the package: it is not packed or has left.",
        "50008": "Lazada has no label for the package: it goes with the own fleet.",
        "600001": "Lazada does not know the package any more.",
        "600002": "The package is cancelled at Lazada.",
        "E0102": "Lazada does not know a unit of the order.",
        "E0104": "Lazada does not accept this reason.",
        "E0122": "Lazada does not know the order.",
        "E0123": "Lazada cannot cancel these units.",
        "E0124": "A unit belongs to another seller.",
        "E0131": "There is nothing (any more) to decide on this cancellation.",
        "207": "Lazada does not know the SKU (any more).",
        "208": "Lazada does not know the item (any more).",
        "212": "Lazada lets nothing be set that orders or campaigns hold.",
        "4170": "A campaign at Lazada lets the number only be raised.",
        "EDIT_ITEM_NOT_BELONG_SELLER": "The item belongs to another shop.",
        "INV_NEGATIVE_SELLABLE": "Lazada lets nothing be set that orders or campaigns hold.",
        "ITEM_NOT_FOUND": "Lazada does not know the item (any more).",
        "SKU_NOT_FOUND": "Lazada does not know the SKU (any more).",
        "SELLER_SKU_INVALID": "Lazada does not know the seller SKU (any more).",
    }
)
UNREADABLE_SKUS = "70"  # API reference getproducts: "corrupt data in your sku seller list"
NOT_OURS = "EDIT_ITEM_NOT_BELONG_SELLER"  # API reference getproductitem
# Said of packages without a label, also of those that only have no tracking number yet.
NO_LABEL = frozenset({"700040", "30012"})
# Refusals that may pass where Lazada says so with them.
MAY_PASS = frozenset({"1003", "700031"})
# Refusals that would be the same for each order or package of a call.
WHOLE_CALL = frozenset({"700013", "700016", "700022", "700032", "700033"})
# What a cross-border shop may be told that packs without naming the way its parcels go; which, is not documented.
NEEDS_PROVIDER = frozenset({"700004", "700016", "700017", "700033"})
# Refusals of a stock update, API references UpdateSellableQuantity and AdjustSellableQuantity, doc 121234.
TOO_MANY_SKUS = frozenset({"204", "4171"})
OVERBURDENED = "513"  # "internal call exception": fewer SKUs in a call avoid it
UPDATE_FAILED = "501"  # for whatever reason
ONLY_RAISED = "4170"
NEGATIVE = "212"
NEGATIVE_WORD = "INV_NEGATIVE_SELLABLE"
