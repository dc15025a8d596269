"""What Lazada's rows are for: the documented numbers of `fee_type` (doc 120956), each with how it is booked.

`order_amount` are the rows that add up to an order's total: the price that its items carry, what the buyer paid for
shipping, and what the seller gives (vouchers, bundles, flexi combos), which Lazada takes off with rows of their own;
and the reversal of each. What Lazada adds on top of the price (subsidies) stands on no order: it is revenue beside it.
So is 59, though no page tells whether the price on the order contains it: where it does, the order shows a difference.
"""

from types import MappingProxyType

from ..payouts import FeeType

_NAMES = {
    "order_amount": {
        "13": "Item Price Credit",
        "14": "Reversal Item Price",
        "8": "Shipping Fee (Paid By Customer)",
        "142": "Reversal Shipping Fee (Paid by Customer)",
        "118": "Promotional Charges Vouchers",
        "121": "Reversal Promotional Charges Vouchers",
        "117": "Promotional Charges Bundles",
        "120": "Reversal Promotional Charges Bundles",
        "209": "Promotional Charges Flexi-Combo",
        "210": "Reversal Promotional Charges Flexi-Combo",
        "202": "Seller Funded Marketing Voucher",
        "203": "Reversal Seller Funded Marketing Voucher",
    },
    "revenue": {
        "59": "Item Price Subsidy",
        "44": "Subsidy",
        "45": "Subsidy Refund",
        "85": "Lost Claim",
        "206": "Damaged Claim",
    },
    "commission": {"16": "Commission", "15": "Reversal Commission"},
    "payment": {"3": "Payment Fee", "4": "Payment Fee Credit"},
    "logistics": {
        "7": "Shipping Fee Paid by Seller",
        "143": "Reversal Shipping Fee (Paid by Seller)",
        "28": "Shipping Cost",
        "211": "Shipping Fee Voucher (by Lazada)",
        "157": "Auto. Shipping Fee Subsidy (by Lazada)",
        "158": "Reversal Auto. Shipping Fee Subsidy (by Lazada)",
        "1028": "Shipping Fee Subsidy (By Seller)",
        "21": "Shipping Fee (Charged By 3P)",
        "22": "FBL Handling Fee",
        "130": "FBL Handling Fee (3P)",
        "254": "FBL Storage Fee",
        "26": "Return To Seller Fee",
        "200": "Return Shipping Fees",
    },
    "marketing": {
        "112": "Sponsored Product Fee",
        "239": "Sponsored Affiliates",
        "298": "Free Shipping Max Fee",
        "304": "LCP Fee",
    },
    "penalty": {
        "23": "Cancellation Fee",
        "54": "Penalty",
        "80": "Penalty Charges",
        "87": "Cancellation: Out of Stock",
        "88": "Cancellation: Wrong Price",
        "93": "Late Fulfilment",
    },
    "adjustment": {
        "19": "Seller Credit",
        "36": "Seller Credit Item",
        "37": "Seller Debit Item",
        "20": "Other Fee",
        "235": "Seller Balance Adjustment (Debit)",
        "236": "Seller Balance Adjustment (Credit)",
    },
}

# Of the way to the buyer. What the seller gives by choice (1028), returns and their reversals are no part of it.
_DELIVERY = frozenset({"7", "8", "21", "28", "157", "211"})

FEE_TYPES = tuple(
    FeeType(key=key, name=name, kind=kind, is_delivery=key in _DELIVERY)
    for kind, names in _NAMES.items()
    for key, name in names.items()
)
FEE_NAMES = MappingProxyType({fee_type.key: fee_type.name for fee_type in FEE_TYPES})
