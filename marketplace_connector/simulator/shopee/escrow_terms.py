"""The terms that an order's settlement is made of, and their sum. Amounts are decimals in the shop's currency."""

from decimal import Decimal

from ..catalogue import money
from .orders import ZERO

# escrow_amount is the sum of the first less the sum of the second, for shops that are no cross-border affiliates.
ADDED = (
    "original_cost_of_goods_sold",
    "seller_return_refund",
    "shopee_discount",
    "buyer_paid_shipping_fee",
    "shopee_shipping_rebate",
    "shipping_fee_discount_from_3pl",
    "rsf_seller_protection_fee_claim_amount",
    "buyer_paid_packaging_fee",
)
TAKEN_OFF = (
    "original_shopee_discount",
    "voucher_from_seller",
    "seller_coin_cash_back",
    "actual_shipping_fee",
    "reverse_shipping_fee",
    "final_return_to_seller_shipping_fee",
    "seller_transaction_fee",
    "service_fee",
    "commission_fee",
    "campaign_fee",
    "shipping_seller_protection_fee_amount",
    "delivery_seller_protection_fee_premium_amount",
    "final_escrow_product_gst",
    "order_ams_commission_fee",
    "escrow_tax",
    "sales_tax_on_lvg",
    "reverse_shipping_fee_sst",
    "shipping_fee_sst",
    "withholding_tax",
    "overseas_return_service_fee",
    "vat_on_imported_goods",
    "withholding_vat_tax",
    "withholding_pit_tax",
    "withholding_cit_tax",
    "seller_order_processing_fee",
    "trade_in_bonus_by_seller",
    "fbs_fee",
    "ads_escrow_top_up_fee_or_technical_support_fee",
    "th_import_duty",
)

# What the marketplace withholds for the state where `withholds_tax` is on, as a part of the goods.
WITHHELD = {
    "ID": {"escrow_tax": "0.005"},
    "PH": {"withholding_tax": "0.005"},
    "VN": {"withholding_vat_tax": "0.01", "withholding_pit_tax": "0.005"},
}


def escrow_terms(app, order) -> dict[str, Decimal]:
    """Every term of the formula: an estimate until the escrow is released, then what it was. Cancelled: all zero."""
    if order.settled_terms:
        return order.settled_terms
    terms = dict.fromkeys((*ADDED, *TAKEN_OFF), ZERO)
    if order.order_status == "CANCELLED":
        return terms
    sums = line_sums(order)
    goods = sums["discounted_price"]
    if app.goods_sold_include_shopee_discount:
        goods += sums["shopee_discount"]
    given_back = sum((item.discounted_price * item.cancelled_quantity for item in order.items), ZERO)
    given_back += sum((one.refund_amount for one in order.accepted_returns), ZERO)
    terms.update(
        original_cost_of_goods_sold=goods,
        original_shopee_discount=sums["shopee_discount"],
        shopee_discount=sums["shopee_discount"],
        seller_return_refund=-given_back,
        voucher_from_seller=order.seller_voucher,
        buyer_paid_shipping_fee=order.shipping_fee,
        reverse_shipping_fee=sum((one.reverse_shipping_fee for one in order.accepted_returns), ZERO),
    )
    if order.pickup_done_time:
        terms["actual_shipping_fee"] = order.courier_cost
        terms["shopee_shipping_rebate"] = max(order.courier_cost - order.shipping_fee, ZERO)
    for name, rate in _rates(app, order).items():
        terms[name] = money(max(goods - given_back, ZERO) * Decimal(rate), order.currency)
    return terms


def escrow_amount(terms) -> Decimal:
    """What the seller gets by the formula."""
    return sum((terms[name] for name in ADDED), ZERO) - sum((terms[name] for name in TAKEN_OFF), ZERO)


def _rates(app, order):
    withheld = WITHHELD.get(order.shop.region, {}) if app.withholds_tax else {}
    return {**app.fee_rates, **withheld}


def line_sums(order) -> dict[str, Decimal]:
    """The sums of the prices of all lines, by the name that settlements have for them."""
    lines = [line_prices(item) for item in order.items]
    names = ("original_price", "selling_price", "discounted_price", "seller_discount", "shopee_discount")
    return {name: sum((line[name] for line in lines), ZERO) for name in names}


def line_prices(item) -> dict[str, Decimal]:
    """The line's prices. A bundle deal is no discount of the item: it stands between selling and discounted price."""
    seller_discount = item.seller_discount * item.quantity
    return {
        "original_price": item.original_price * item.quantity,
        "selling_price": item.subtotal + (seller_discount if item.bundle_id else ZERO),
        "discounted_price": item.subtotal,
        "seller_discount": seller_discount,
        "shopee_discount": item.shopee_discount * item.quantity,
    }
