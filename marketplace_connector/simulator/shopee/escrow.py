"""What the buyer paid and what the seller gets: Shopee's settlement of one order.

Prices of `items` are line totals here, while order details have those of one piece.
"""

from ..catalogue import spread
from ..overrides import override
from .escrow_terms import escrow_amount, escrow_terms, line_prices, line_sums
from .gateway import WRONG_PATH, ApiError, shop_api
from .orders import ZERO, number

MOST_AT_ONCE = 50
NOT_FOUND = (
    "order_not_found",
    "Order SN provided is invalid or does not belong to you. Please enter a valid Order SN.",
)

# Further amounts that are there, and say nothing here.
ALWAYS_ZERO = (
    "buyer_transaction_fee",
    "credit_card_promotion",
    "cross_border_tax",
    "drc_adjustable_refund",
    "final_escrow_shipping_gst",
    "final_product_protection",
    "final_product_vat_tax",
    "final_shipping_vat_tax",
    "fsf_seller_protection_fee_claim_amount",
    "order_chargeable_weight",
    "payment_promotion",
    "seller_lost_compensation",
    "seller_shipping_discount",
)
ZERO_PAYMENTS = (
    "credit_card_promotion",
    "icms_tax_amount",
    "import_tax_amount",
    "initial_buyer_txn_fee",
    "insurance_premium",
    "iof_tax_amount",
    "shipping_fee_sst_amount",
    "trade_in_bonus",
)


def register(app):
    """Serve the calls."""
    shop_api(app, "/api/v2/payment/get_escrow_detail", get_escrow_detail)
    shop_api(app, "/api/v2/payment/get_escrow_detail_batch", get_escrow_detail_batch, ["GET", "POST"])


# === CALLS === #


def get_escrow_detail(call):
    """The settlement of one order."""
    if not call.text("order_sn"):
        raise ApiError("error_param", "Missing order_sn. Please include a valid order_sn to get escrow details.")
    order = _settled(call, call.text("order_sn"))
    if not order:
        raise ApiError(*NOT_FOUND)
    return {"response": escrow_content(call.app, order)}


def get_escrow_detail_batch(call):
    """The settlements of up to 50 orders, as a list in `response`; what has none is left out or named."""
    found, failed = [], []
    for order_sn in _batch(call):
        order = _settled(call, order_sn)
        if order:
            found.append({"escrow_detail": escrow_content(call.app, order)})
        else:
            failed.append(
                {
                    "escrow_detail": {"order_sn": order_sn},
                    "fail_error": "order_not_found",
                    "fail_message": "The order info not found.",
                }
            )
    failures = {"escrow_detail_list": failed} if failed and call.app.escrow_batch_names_failures else {}
    return {"response": found, **failures}


def _batch(call):
    if call.request.method not in call.app.escrow_batch_verbs:
        raise ApiError("error_param", WRONG_PATH)
    numbers = call.body().get("order_sn_list") if call.request.method == "POST" else call.names("order_sn_list")
    if not isinstance(numbers, list) or not numbers or not all(isinstance(number, str) for number in numbers):
        raise ApiError("error_param", "order_sn_list is required, format should be string[]")
    if len(numbers) > MOST_AT_ONCE:
        raise ApiError("exceed_max_limit", "Your request exceeds the max limit of 50 orders.")
    return list(dict.fromkeys(numbers))


def _settled(call, order_sn):
    """The order if it is this shop's and its settlement is there already."""
    order = call.shop.orders.get(order_sn)
    if not order or not order.escrow_ready:
        return None
    return order if call.app.clock.seconds() - order.create_time >= call.app.escrow_delay else None


# === CONTENT === #


def escrow_content(app, order):
    """The settlement as the API shows it."""
    content = {
        "order_sn": order.order_sn,
        "buyer_user_name": f"user_{order.buyer.number:x}",
        "return_order_sn_list": [one.return_sn for one in order.returns],
        "order_income": _order_income(app, order),
        "buyer_payment_info": _buyer_payment_info(order),
    }
    return override(content, order.overrides.get("escrow", {}))


def _buyer_payment_info(order):
    """What the buyer paid at checkout; nothing that happens later changes it. Reductions are negative."""
    return {
        **dict.fromkeys(ZERO_PAYMENTS, 0),
        "buyer_payment_method": order.payment_method,
        "is_paid_by_credit_card": False,
        "merchant_subtotal": number(order.merchant_subtotal),
        "shipping_fee": number(order.shipping_fee),
        "seller_voucher": number(-order.seller_voucher),
        "shopee_voucher": number(-order.platform_voucher),
        "shopee_coins_redeemed": number(-order.coins),
        "buyer_service_fee": number(order.buyer_service_fee),
        "buyer_tax_amount": number(order.buyer_tax_amount),
        "buyer_total_amount": number(order.buyer_total_amount),
    }


def _order_income(app, order):
    sums = line_sums(order)
    terms = escrow_terms(app, order)
    adjusted = sum((one.amount for one in order.adjustments), ZERO)
    rest = {
        "escrow_amount": escrow_amount(terms),
        "total_adjustment_amount": adjusted,
        "escrow_amount_after_adjustment": escrow_amount(terms) + adjusted,
        "buyer_total_amount": order.buyer_total_amount,
        "order_original_price": sums["original_price"],
        "original_price": sums["original_price"],
        "order_selling_price": sums["selling_price"],
        "order_discounted_price": sums["discounted_price"],
        "order_seller_discount": sums["seller_discount"],
        "seller_discount": sums["seller_discount"],
        "cost_of_goods_sold": terms["original_cost_of_goods_sold"] + terms["seller_return_refund"],
        "voucher_from_shopee": order.platform_voucher,
        "coins": order.coins,
        "credit_card_transaction_fee": terms["seller_transaction_fee"],
        "estimated_shipping_fee": order.courier_cost * 3,
        "final_shipping_fee": terms["buyer_paid_shipping_fee"]
        + terms["shopee_shipping_rebate"]
        - terms["actual_shipping_fee"],
    }
    return {
        **dict.fromkeys(ALWAYS_ZERO, 0),
        **{name: number(amount) for name, amount in {**terms, **rest}.items()},
        "buyer_payment_method": order.payment_method,
        "instalment_plan": "N/A",
        "seller_voucher_code": ["SELLER"] if order.seller_voucher else [],
        **_adjustments(order),
        "items": [_item(item, shares) for item, shares in zip(order.items, _shares(order), strict=True)],
    }


def _adjustments(order):
    """What came after the release; an order without adjustments does not have the field."""
    if not order.adjustments:
        return {}
    return {
        "order_adjustment": [
            {
                "amount": number(one.amount),
                "date": one.time,
                "currency": order.currency,
                "adjustment_reason": one.reason,
            }
            for one in order.adjustments
        ]
    }


def _shares(order):
    """The part of each line in vouchers and coins, by value."""
    totals = {
        "discount_from_voucher_seller": order.seller_voucher,
        "discount_from_voucher_shopee": order.platform_voucher,
        "discount_from_coin": order.coins,
    }
    weights = [item.subtotal for item in order.items]
    parts = [spread(total, weights, order.currency) for total in totals.values()]
    return [dict(zip(totals, amounts, strict=True)) for amounts in zip(*parts, strict=True)]


def _item(item, shares):
    amounts = {**line_prices(item), **shares}
    if item.bundle_id:
        amounts["discount_from_coin"] = ZERO
    return {
        "item_id": item.item_id,
        "item_name": item.item_name,
        "item_sku": item.item_sku,
        "model_id": item.model_id,
        "model_name": item.model_name,
        "model_sku": item.model_sku,
        "line_item_id": item.line_item_id,
        "quantity_purchased": item.quantity,
        **{name: number(amount) for name, amount in amounts.items()},
        "activity_type": "bundle_deal" if item.bundle_id else "",
        "activity_id": item.bundle_id,
        "is_main_item": False,
        "is_b2c_shop_item": False,
        "ams_commission_fee": 0,
        "seller_order_processing_fee": 0,
        "promotion_list": [],
    }
