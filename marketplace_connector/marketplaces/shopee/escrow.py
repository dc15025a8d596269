"""Adds what v2.payment.get_escrow_detail tells to an order: what the buyer paid, who paid the rest, and the prices of
bundle deals. Amounts are in the shop's currency, tax included; item amounts are totals of the line, not per unit.

The order's own amounts come from `buyer_payment_info` only, a snapshot of the checkout: `order_income` changes with
every return. Its `items` are read for how prices and discounts divide over the lines.
"""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

from ..money import spread
from ..types import ZERO, Amounts
from . import const, parsing, reading

_ITEM_FIELDS = ("discounted_price", "seller_discount", "shopee_discount", "discount_from_voucher_seller")


def details(content):
    """The escrow details of a batch answer, by order number; None for an order that Shopee has none for.

    v2.payment.get_escrow_detail_batch shows a list under `response`, and in its error sample one at the top.
    """
    response = content.get("response")
    if isinstance(response, dict):
        response = response.get("escrow_detail_list")
    found = [entry for entry in (response, content.get("escrow_detail_list")) if isinstance(entry, list)]
    if not found:
        raise reading.unexpected("response")
    result = {}
    for entry in (entry for entries in found for entry in entries if isinstance(entry, dict)):
        detail = entry.get("escrow_detail")
        if isinstance(detail, dict):
            failed = reading.text(entry, "fail_error") not in ("", "-")
            result[reading.text(detail, "order_sn")] = None if failed else detail
    return result


def with_amounts(order, detail):
    """The order with its amounts, prices of bundle deals, and each line's share in discounts and vouchers.

    Raises UnexpectedResponse that names a missing amount.
    """
    amounts = _amounts(reading.section(detail, "buyer_payment_info"))
    items, digits = order.raw["item_list"], parsing.price_digits(order.currency)
    shares = _shares(items, detail, digits)
    lines = [_priced(*each, digits) for each in zip(order.lines, items, shares, strict=True)]
    vouchers = _voucher_shares(lines, shares, amounts.seller_voucher, digits)
    lines = [_with_voucher(line, voucher, digits) for line, voucher in zip(lines, vouchers, strict=True)]
    return replace(order, lines=tuple(lines), amounts=amounts)


def _amounts(info):
    """What stands on the order besides its lines.

    The buyer's total is the goods, shipping and charges without vouchers, coins and promotions. `merchant_subtotal` is
    not needed for a term, but is the goods in that sum: lines that add up to something else are a difference between
    `Order.total` and `Amounts.total`.
    """
    read = {key: reading.amount(info, key, f"buyer_payment_info.{key}") for key in const.REQUIRED_AMOUNTS}
    for key in ("buyer_total_amount", "merchant_subtotal", "shipping_fee"):
        if read[key] < 0:
            raise reading.unexpected(f"buyer_payment_info.{key}")
    terms = {term: _sum(info, term) for term in const.OPTIONAL_AMOUNTS}
    terms["shipping_fee"] += read["shipping_fee"]
    return Amounts(
        buyer_paid=read["buyer_total_amount"],
        # What lowers the buyer's total is negative in Shopee's samples, and positive in its words.
        seller_voucher=abs(read["seller_voucher"]),
        platform_voucher=abs(read["shopee_voucher"]),
        coins=abs(read["shopee_coins_redeemed"]),
        **terms,
    )


def _sum(info, term):
    """The sum of the term's fields; a field that is not there does not exist in this country."""
    total = ZERO
    for key in const.OPTIONAL_AMOUNTS[term]:
        if info.get(key) is None:
            continue
        value = reading.amount(info, key, f"buyer_payment_info.{key}")
        if term == "payment_promotion":
            value = abs(value)
        if value < 0:
            raise reading.unexpected(f"buyer_payment_info.{key}")
        total += value
    return total


# === LINES === #


def _line_id(raw):
    return reading.ref(raw, "line_item_id") or None


def _product(raw):
    return reading.ref(raw, "item_id"), reading.ref(raw, "model_id")


def _product_in_bundle(raw):
    return *_product(raw), parsing.is_bundle(raw)


def _shares(items, detail, digits):
    """For each item what escrow's items say of it: line totals by field, None where it says nothing.

    An item can stand on an order more than once, in a bundle and outside, and escrow names lines by their own id in
    some answers only. Entries that cannot be told apart are added up and spread over the lines they can mean.
    """
    income = detail.get("order_income")
    entries = income.get("items") if isinstance(income, dict) else None
    entries = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    shares = [dict.fromkeys(_ITEM_FIELDS) for _item in items]
    indexes = list(range(len(items)))
    for key in (_line_id, _product_in_bundle, _product):
        groups = defaultdict(list)
        for entry in entries:
            groups[key(entry)].append(entry)
        groups.pop(None, None)
        for name, group in groups.items():
            found = [index for index in indexes if key(items[index]) == name]
            if found:
                _divide(group, found, items, shares, digits)
                indexes = [index for index in indexes if index not in found]
                entries = [entry for entry in entries if not any(entry is used for used in group)]
    return shares


def _divide(group, indexes, items, shares, digits):
    weights = [Decimal(reading.quantity(items[index], "model_quantity_purchased")) for index in indexes]
    for name in _ITEM_FIELDS:
        if any(entry.get(name) is None for entry in group):
            continue
        total = sum((abs(reading.amount(entry, name, f"order_income.items.{name}")) for entry in group), ZERO)
        parts = spread(total, weights, digits) if len(indexes) > 1 else [total]
        for index, part in zip(indexes, parts, strict=True):
            shares[index][name] = part


def _priced(line, item, share, digits):
    """The line with who pays its discount, and with its price where the order's own detail tells none."""
    if parsing.is_priceless(item) and share["discounted_price"] is not None:
        total = share["discounted_price"]
        line = replace(
            line,
            total=total,
            unit_price=total / line.quantity,
            cancelled_total=_part(total, line.cancelled_quantity, line.quantity, digits),
        )
    platform = share["shopee_discount"] or ZERO
    seller = share["seller_discount"]
    if seller is None:
        seller = max(line.list_price * line.quantity - line.total - platform, ZERO)
    return replace(line, seller_discount=seller, platform_discount=platform)


def _voucher_shares(lines, shares, voucher, digits):
    """Each line's share in the seller's voucher: Shopee's own where they add up to it, else by the lines' totals."""
    own = [share["discount_from_voucher_seller"] for share in shares]
    if None not in own and sum(own, ZERO) == voucher:
        return own
    weights = [line.total for line in lines]
    return spread(voucher, weights if any(weights) else [Decimal(line.quantity) for line in lines], digits)


def _with_voucher(line, voucher, digits):
    cancelled = _part(voucher, line.cancelled_quantity, line.quantity, digits)
    return replace(line, seller_voucher=voucher, cancelled_seller_voucher=cancelled)


def _part(total, pieces, quantity, digits):
    """The part of the total that belongs to some of the pieces; all of it to all of them."""
    return spread(total, [Decimal(pieces), Decimal(quantity - pieces)], digits)[0]
