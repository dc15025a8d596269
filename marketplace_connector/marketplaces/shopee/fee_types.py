"""What Shopee's rows are for, each with how it is booked: the terms of an order's escrow (v2.payment.get_escrow_detail)
and the wallet's transaction types (v2.payment.get_wallet_transaction_list, guide "V2.0 Data Definition").

`order_amount` are the terms that add up to an order's total: what the buyer pays for the goods after their discounts
and for shipping, less the seller's voucher; and what is refunded of it. What Shopee adds on top (its own item
discounts) stands on no invoice of the buyer: it is revenue beside it.
"""

from dataclasses import dataclass
from types import MappingProxyType

from ..payouts import FeeType


@dataclass(frozen=True, slots=True)
class Term:
    """A field of `order_income`, and with which sign it stands in the documented formula of `escrow_amount`."""

    key: str
    sign: int
    kind: str
    name: str


TERMS = (
    Term("original_cost_of_goods_sold", 1, "order_amount", "Goods"),
    Term("original_shopee_discount", -1, "order_amount", "Item discount by Shopee, within goods"),
    Term("seller_return_refund", 1, "order_amount", "Refund to the buyer"),
    Term("voucher_from_seller", -1, "order_amount", "Seller's voucher"),
    Term("buyer_paid_shipping_fee", 1, "order_amount", "Shipping fee paid by the buyer"),
    Term("buyer_paid_packaging_fee", 1, "order_amount", "Packaging fee paid by the buyer"),
    Term("shopee_discount", 1, "revenue", "Item discount paid by Shopee"),
    Term("commission_fee", -1, "commission", "Commission fee"),
    Term("service_fee", -1, "commission", "Service fee"),
    Term("seller_order_processing_fee", -1, "commission", "Order processing fee"),
    Term("seller_transaction_fee", -1, "payment", "Transaction fee"),
    Term("actual_shipping_fee", -1, "logistics", "Actual shipping fee"),
    Term("shopee_shipping_rebate", 1, "logistics", "Shipping rebate by Shopee"),
    Term("shipping_fee_discount_from_3pl", 1, "logistics", "Shipping discount by the courier"),
    Term("reverse_shipping_fee", -1, "logistics", "Return shipping fee"),
    Term("final_return_to_seller_shipping_fee", -1, "logistics", "Shipping fee of failed delivery"),
    Term("rsf_seller_protection_fee_claim_amount", 1, "logistics", "Claim for return shipping fee"),
    Term("shipping_seller_protection_fee_amount", -1, "logistics", "Shipping fee protection"),
    Term("delivery_seller_protection_fee_premium_amount", -1, "logistics", "Delivery protection premium"),
    Term("overseas_return_service_fee", -1, "logistics", "Overseas return service fee"),
    Term("fbs_fee", -1, "logistics", "Fulfilled by Shopee fee"),
    Term("seller_coin_cash_back", -1, "marketing", "Coin cash back by the seller"),
    Term("campaign_fee", -1, "marketing", "Campaign fee"),
    Term("order_ams_commission_fee", -1, "marketing", "Affiliate commission"),
    Term("trade_in_bonus_by_seller", -1, "marketing", "Trade-in bonus by the seller"),
    Term("ads_escrow_top_up_fee_or_technical_support_fee", -1, "marketing", "Ads top-up or technical support fee"),
    Term("final_escrow_product_gst", -1, "tax", "GST on imported goods"),
    Term("escrow_tax", -1, "tax", "Cross-border tax"),
    Term("sales_tax_on_lvg", -1, "tax", "Sales tax on low value goods"),
    Term("shipping_fee_sst", -1, "tax", "Service tax on shipping fee"),
    Term("reverse_shipping_fee_sst", -1, "tax", "Service tax on return shipping fee"),
    Term("vat_on_imported_goods", -1, "tax", "VAT on imported goods"),
    Term("th_import_duty", -1, "tax", "Import duty"),
    Term("withholding_tax", -1, "tax", "Withholding tax"),
    Term("withholding_vat_tax", -1, "tax", "Withheld VAT"),
    Term("withholding_pit_tax", -1, "tax", "Withheld personal income tax"),
    Term("withholding_cit_tax", -1, "tax", "Withheld corporate income tax"),
)

DIFFERENCE = "escrow_difference"  # what an order's terms leave unexplained of what was released
WITHDRAWAL_FEE = "withdrawal_fee"
TRANSACTION_FEE = "transaction_fee"  # taken off the balance beside another movement
ROUNDING = "balance_rounding"  # of balances that are told finer than money is
OFFLINE_ADJUSTMENT = "offline_adjustment"  # of a cross-border shop's payout, with the module that it is for
UNNAMED = "wallet_movement"  # one whose type Shopee leaves empty, which is seen in Brazil

# The cases that v2.payment.get_escrow_detail names for `adjustment_reason`, by a word of each.
ORDER_ADJUSTMENT = "order_adjustment"
ADJUSTMENT_WORDS = MappingProxyType(
    {
        "return": "order_adjustment_return",
        "refund": "order_adjustment_return",
        "logistic": "order_adjustment_logistics",
        "shipping": "order_adjustment_logistics",
        "marketing": "order_adjustment_marketing",
        "payment": "order_adjustment_payment",
    }
)
_OWN_TYPES = (
    FeeType(key=ORDER_ADJUSTMENT, name="Order adjustment", kind="adjustment"),
    FeeType(key="order_adjustment_return", name="Order adjustment: return and refund", kind="adjustment"),
    FeeType(key="order_adjustment_logistics", name="Order adjustment: logistics", kind="adjustment"),
    FeeType(key="order_adjustment_marketing", name="Order adjustment: marketing", kind="adjustment"),
    FeeType(key="order_adjustment_payment", name="Order adjustment: payment", kind="adjustment"),
    FeeType(key=WITHDRAWAL_FEE, name="Withdrawal fee", kind="payment"),
    FeeType(key=TRANSACTION_FEE, name="Transaction fee beside a wallet movement", kind="payment"),
    FeeType(key=ROUNDING, name="Rounding of the wallet's balances", kind="adjustment"),
    FeeType(key=DIFFERENCE, name="Part of an order's income that Shopee does not explain", kind="unknown"),
    FeeType(key=OFFLINE_ADJUSTMENT, name="Offline adjustment", kind="adjustment"),
    FeeType(key="offline_adjustment:commission_fee", name="Offline adjustment: commission fee", kind="commission"),
    FeeType(key=UNNAMED, name="Wallet movement without a type", kind="unknown"),
)


@dataclass(frozen=True, slots=True)
class TransactionType:
    """A type of wallet movement; `direction` is 1 for what comes in, -1 for what goes out, 0 where that varies."""

    key: str
    number: int
    direction: int
    kind: str
    name: str


ESCROW_ADD, ESCROW_MINUS = "ESCROW_VERIFIED_ADD", "ESCROW_VERIFIED_MINUS"
FAST_ESCROW, FAST_ESCROW_REST = "FAST_ESCROW_DISBURSE", "FAST_ESCROW_DISBURSE_REMAIN"
FAST_ESCROW_DEDUCT = "FAST_ESCROW_DEDUCT"
WITHDRAWAL_CREATED, WITHDRAWAL_COMPLETED = "WITHDRAWAL_CREATED", "WITHDRAWAL_COMPLETED"
WITHDRAWAL_CANCELLED = "WITHDRAWAL_CANCELLED"

# ShopeePay (SPM, APM) pays for anything from the wallet, and lends: what a payment was for no page tells.
TRANSACTION_TYPES = (
    TransactionType(ESCROW_ADD, 101, 1, "unknown", "Order income, more than its release"),
    TransactionType(ESCROW_MINUS, 102, -1, "adjustment", "Order income taken back"),
    TransactionType(WITHDRAWAL_CREATED, 201, -1, "bank", "Withdrawal"),
    TransactionType(WITHDRAWAL_COMPLETED, 202, 0, "bank", "Withdrawal completed"),
    TransactionType(WITHDRAWAL_CANCELLED, 203, 1, "bank", "Withdrawal cancelled"),
    TransactionType("REFUND_VERIFIED_ADD", 301, 1, "adjustment", "Refund of an order"),
    TransactionType("AUTO_REFUND_ADD", 302, 1, "adjustment", "Automatic refund of an order"),
    TransactionType("ADJUSTMENT_ADD", 401, 1, "adjustment", "Adjustment paid"),
    TransactionType("ADJUSTMENT_MINUS", 402, -1, "adjustment", "Adjustment charged"),
    TransactionType("FBS_ADJUSTMENT_ADD", 404, 1, "logistics", "Fulfilled by Shopee adjustment paid"),
    TransactionType("FBS_ADJUSTMENT_MINUS", 405, -1, "logistics", "Fulfilled by Shopee adjustment charged"),
    TransactionType("ADJUSTMENT_CENTER_ADD", 406, 1, "adjustment", "Adjustment centre, paid"),
    TransactionType("ADJUSTMENT_CENTER_DEDUCT", 407, -1, "adjustment", "Adjustment centre, charged"),
    TransactionType("FSF_COST_PASSING_DEDUCT", 408, -1, "logistics", "Shipping fee of cancelled or invalid orders"),
    TransactionType("PERCEPTION_VAT_TAX_DEDUCT", 409, -1, "tax", "Perception VAT"),
    TransactionType("PERCEPTION_TURNOVER_TAX_DEDUCT", 410, -1, "tax", "Perception turnover tax"),
    TransactionType(
        "ADJUSTMENT_FOR_RR_AFTER_ESCROW_VERIFIED", 411, -1, "order_amount", "Refund to the buyer after the release"
    ),
    TransactionType("AFFILIATE_COMMISSION_FEE_ADD", 412, 1, "revenue", "Affiliate commission earned"),
    TransactionType("CROSS_MERCHANT_ADJUSTMENT_ADD", 413, 1, "adjustment", "Cross-listing adjustment paid"),
    TransactionType("CROSS_MERCHANT_ADJUSTMENT_DEDUCT", 414, -1, "adjustment", "Cross-listing adjustment charged"),
    TransactionType("SELLER_COMPENSATE_ADD", 415, 1, "revenue", "Compensation to the seller"),
    TransactionType("CAMPAIGN_PACKAGE_ADD", 416, 1, "marketing", "Campaign fee returned"),
    TransactionType("CAMPAIGN_PACKAGE_MINUS", 417, -1, "marketing", "Campaign fee charged later"),
    TransactionType("PAID_ADS_CHARGE", 450, -1, "marketing", "Paid ads"),
    TransactionType("PAID_ADS_REFUND", 451, 1, "marketing", "Paid ads refunded"),
    TransactionType(FAST_ESCROW, 452, 1, "adjustment", "Fast escrow, first part"),
    TransactionType("AFFILIATE_ADS_SELLER_FEE", 455, -1, "marketing", "Affiliate ads fee"),
    TransactionType("AFFILIATE_ADS_SELLER_FEE_REFUND", 456, 1, "marketing", "Affiliate ads fee refunded"),
    TransactionType(FAST_ESCROW_DEDUCT, 458, -1, "adjustment", "Fast escrow taken back"),
    TransactionType(FAST_ESCROW_REST, 459, 1, "unknown", "Fast escrow, second part, more than its order's terms"),
    TransactionType("AFFILIATE_FEE_DEDUCT", 460, -1, "marketing", "Affiliate marketing fee"),
    TransactionType("SHOPEE_WALLET_PAY", 501, -1, "unknown", "Paid from the wallet"),
    TransactionType("SPM_DEDUCT", 502, -1, "unknown", "Paid from the wallet with ShopeePay"),
    TransactionType("APM_DEDUCT", 503, -1, "unknown", "Paid from the wallet with AirPay"),
    TransactionType("SPM_REFUND_ADD", 504, 1, "unknown", "Payment with ShopeePay refunded"),
    TransactionType("APM_REFUND_ADD", 505, 1, "unknown", "Payment with AirPay refunded"),
    TransactionType("DP_REFUND_VERIFIED_ADD", 701, 1, "unknown", "Purchase of a digital product refunded"),
    TransactionType("SPM_DEDUCT_DIRECT", 801, -1, "unknown", "Seller loan repaid"),
    TransactionType("SPM_DISBURSE_ADD", 802, 1, "unknown", "Seller loan paid out"),
)
# Other names of the same: the data definitions have the first for 408, integrators see the second for 450.
_ALIASES = {"ESCROW_ADJUSTMENT_FOR_FD_DEDUCT": "FSF_COST_PASSING_DEDUCT", "PAID_ADS": "PAID_ADS_CHARGE"}

BY_KEY = MappingProxyType({known.key: known for known in TRANSACTION_TYPES})
_KEYS = {str(known.number): known.key for known in TRANSACTION_TYPES} | _ALIASES

# Of the way to the buyer: v2.payment.get_escrow_detail calls what they leave the shipping fee that the seller bears.
_DELIVERY = frozenset(
    {"actual_shipping_fee", "buyer_paid_shipping_fee", "shopee_shipping_rebate", "shipping_fee_discount_from_3pl"}
)

FEE_TYPES = (
    *(FeeType(key=term.key, name=term.name, kind=term.kind, is_delivery=term.key in _DELIVERY) for term in TERMS),
    *(FeeType(key=known.key, name=known.name, kind=known.kind) for known in TRANSACTION_TYPES),
    *_OWN_TYPES,
)
FEE_NAMES = MappingProxyType({fee_type.key: fee_type.name for fee_type in FEE_TYPES})


def transaction_key(told: str) -> str:
    """The type's name, whether Shopee tells the name or the number; `UNNAMED` where it tells none."""
    told = told.strip().upper()
    return _KEYS.get(told, told) or UNNAMED


def adjustment_key(reason: str) -> str:
    """The fee type of an order adjustment, by its reason, which is free text."""
    return next((key for word, key in ADJUSTMENT_WORDS.items() if word in reason.lower()), ORDER_ADJUSTMENT)


def offline_adjustment_key(module: str) -> str:
    """The fee type of a payout's offline adjustment, by its module, which is free text or a wallet's type."""
    known = transaction_key(module)
    if known in BY_KEY:
        return known
    words = "_".join(module.lower().split())
    return f"{OFFLINE_ADJUSTMENT}:{words}" if words else OFFLINE_ADJUSTMENT
