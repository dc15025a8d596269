"""Orders that Odoo has from before the shop was connected, as after reinstalling: they are found again, not doubled."""

from odoo import api, models

from .marketplace_token import naive


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model
    def _marketplace_of_no_shop(self, shop, orders):
        """Sales orders of no shop that have the numbers of these orders as customer reference: a dict by number.

        Only orders placed before the shop was connected are looked for, so that day-to-day polls cost nothing.
        """
        refs = [order.ref for order in orders if naive(order.created_at) < shop.create_date]
        if not refs:
            return {}
        found = self.search(
            [
                ("client_order_ref", "in", refs),
                ("company_id", "=", shop.company_id.id),
                ("marketplace_shop_id", "=", False),
                ("state", "!=", "cancel"),
            ]
        )
        return {order.client_order_ref: order for order in found}

    @api.model
    def _marketplace_adopt(self, shop, orders, listings):
        """Let sales orders that are equal to these orders be the shop's from now on.

        Gives them as a dict by number, and for the numbers of those that differ the problem, or None where nothing is
        left to be done.
        """
        left = self._marketplace_of_no_shop(shop, orders)
        adopted, others = {}, {}
        for order in orders:
            if sale_order := left.get(order.ref):
                if pairs := sale_order._marketplace_equal_lines(shop, order, listings):
                    sale_order._marketplace_become(shop, order, pairs)
                    adopted[order.ref] = sale_order
                else:
                    others[order.ref] = sale_order._marketplace_other_problem(shop, order)
        return adopted, others

    def _marketplace_equal_lines(self, shop, order, listings):
        """Each line with the values of the one at the marketplace that has its product, quantity and price; empty
        unless all lines fit."""
        lines = self.order_line.filtered(lambda line: not line.display_type)
        wanted = self._marketplace_lines(shop, order, listings)
        if self.currency_id != shop.currency_id or len(lines) != len(wanted):
            return []
        pairs = []
        for values in wanted:
            line = lines.filtered(lambda line, values=values: line._marketplace_is(values))[:1]
            if not line:
                return []
            pairs.append((line, values))
            lines -= line
        return pairs

    def _marketplace_become(self, shop, order, pairs):
        """Be this order of the shop. Nothing of it changes but what the connector notes; what the marketplace says
        now is taken over afterwards, as of any order that is known."""
        with self._marketplace_unlocked():
            header = self._marketplace_header(shop, order)
            self.write({name: value for name, value in header.items() if name.startswith("marketplace_")})
            for line, values in pairs:
                noted = {name: value for name, value in values.items() if name.startswith("marketplace_")}
                line.write({**noted, "technical_price_unit": line.price_unit})
        self.invoice_ids.write({"marketplace_shop_id": shop.id, "marketplace_order_ref": order.ref})

    def _marketplace_other_problem(self, shop, order):
        """The problem of an order that has another one's number in Odoo, or None where all of that one is done."""
        is_open = any(picking.state not in ("done", "cancel") for picking in self.picking_ids)
        if not is_open and not self._marketplace_is_importable(shop, order):
            return None
        return self._marketplace_failure(
            order,
            "known_otherwise",
            self.env._(
                "%(order)s has this number as customer reference already, with other products, quantities or prices. "
                "Correct or cancel it, or take the reference away to have the order made anew; then press Retry.",
                order=self.name,
            ),
        )


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _marketplace_is(self, values):
        """Whether the line has the product, the quantity and the price of the values."""
        return (
            self.product_id.id == values["product_id"]
            and not self.product_uom_id.compare(self.product_uom_qty, values["product_uom_qty"])
            and not self.currency_id.compare_amounts(self.price_unit, values["price_unit"])
        )
