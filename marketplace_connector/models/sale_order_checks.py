"""What keeps a platform's order from becoming a sales order, from being confirmed, or from being invoiced."""

from decimal import Decimal

from odoo import api, models

from .marketplace_token import naive

OVER = ("cancelled", "failed")  # nothing is left to ship or to be paid for
ABSURD_TOTAL = Decimal(10) ** 12
AMOUNT_FIELDS = {
    "marketplace_buyer_paid": "buyer_paid",
    "marketplace_platform_voucher": "platform_voucher",
    "marketplace_coins": "coins",
    "marketplace_payment_promotion": "payment_promotion",
    "marketplace_service_fee": "service_fee",
    "marketplace_buyer_tax": "buyer_tax",
    "marketplace_insurance": "insurance",
    "marketplace_seller_voucher": "seller_voucher",
    "marketplace_shipping_fee": "shipping_fee",
}


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model
    def _marketplace_trouble(self, shop, order):
        """Why no sales order can be made of the order: (reason, sentence), or None."""
        if order.currency != shop.currency_id.name:
            return "currency", self.env._(
                "The order is in %(currency)s, the shop sells in %(shop_currency)s. Ask the marketplace's support.",
                currency=order.currency,
                shop_currency=shop.currency_id.name,
            )
        if not shop.currency_id.active:
            return "currency", self.env._(
                "The currency %(currency)s is not active. Activate it under Accounting > Configuration > Currencies, "
                "then press Retry.",
                currency=order.currency,
            )
        if not any(line.live_quantity for line in order.lines):
            return "no_lines", self.env._(
                "The order has no items at the marketplace. Look at its page there, then press Retry."
            )
        if self._marketplace_is_absurd(order):
            return "amounts", self.env._(
                "The order's quantities or amounts make no sense: a quantity below one, or an amount that is negative "
                "or beyond a million millions. Look at its page at the marketplace, then press Retry."
            )
        return None

    @api.model
    def _marketplace_is_absurd(self, order):
        amounts = order.amounts
        fees = [getattr(amounts, name) for name in AMOUNT_FIELDS.values()] if amounts else []
        numbers = [number for line in order.lines for number in (line.unit_price, line.total)] + fees
        return (
            any(number < 0 for number in numbers)
            or any(line.quantity < 1 or line.live_quantity < 0 for line in order.lines)
            or any(abs(number) > ABSURD_TOTAL for number in [*numbers, order.total])
            or order.live_total < 0
        )

    @api.model
    def _marketplace_failure(self, order, reason, message, sale_order=None):
        return {
            "order_ref": order.ref,
            "reason": reason,
            "message": message,
            "ship_by": naive(order.ship_by),
            "raw": None if sale_order else order.raw,
        }

    def _marketplace_line_failure(self, order):
        """The problem of a line that cannot be picked, or None."""
        waiting = self.order_line.filtered("marketplace_waits_for_product")
        if not waiting or self.state == "cancel":
            return None
        listing = waiting[0].marketplace_listing_id
        reason = listing._trouble() or "sku_unlinked"
        sku = listing.seller_sku or listing.name
        sentences = {
            "sku_unlinked": self.env._(
                "SKU %(sku)s is not linked to a product. Link its listing, then Retry.", sku=sku
            ),
            "sku_ambiguous": self.env._(
                "SKU %(sku)s fits several products. Choose one on its listing, then Retry.", sku=sku
            ),
            "product_archived": self.env._(
                "The product of SKU %(sku)s is archived. Unarchive it or link another one, then Retry.", sku=sku
            ),
            "product_company": self.env._(
                "The product of SKU %(sku)s belongs to another company. Share it or link another one, then Retry.",
                sku=sku,
            ),
        }
        return self._marketplace_failure(order, reason, sentences[reason], self)

    def _marketplace_check_amounts(self, order):
        """Write how the amounts stand; the problem of amounts that differ, or None."""
        if self.state == "cancel" or order.status in OVER:
            return None
        currency = self.currency_id
        difference = float(order.amount_difference) + self.amount_total - float(order.live_total)
        state = "exact"
        if order.amounts is None:
            state = "provisional"
        elif not currency.is_zero(difference):
            state = "differ"
        values = {"marketplace_amount_state": state, "marketplace_amount_difference": difference}
        if any(self[name] != value for name, value in values.items()):
            self.write(values)
        if state != "differ":
            return None
        sentence = self.env._(
            "Amounts differ by %(difference)s: the order's total is %(total)s. The parcel can leave, the invoice "
            "waits. Compare with the order's page at the marketplace, then Retry.",
            difference=currency.format(difference),
            total=currency.format(self.amount_total),
        )
        return self._marketplace_failure(order, "amounts_differ", sentence, self)
