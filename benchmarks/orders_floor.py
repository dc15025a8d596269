"""The floor: the marketplace's orders made by hand, as somebody would who knows Odoo and nothing of the addon's import.

What stands on the orders is read from the marketplace, with the addon's client; how it becomes an Odoo order is written
here anew, with every value that Odoo would otherwise have to compute.
"""

from datetime import timedelta, timezone
from unittest.mock import patch


def read_orders(shop, start, end):
    """All orders that changed in the time, as the marketplace tells them."""
    client = shop._client()
    stubs = client.list_orders(start, end + timedelta(seconds=1)).stubs
    return client.add_amounts(client.fetch_orders(sorted(stubs, key=lambda stub: stub.ref)))


class Floor:
    """Orders of one shop to be made by hand, each batch in a transaction; `made` are the ids of those that were."""

    def __init__(self, shop, orders):
        self.shop = shop._as_system()
        self.env = self.shop.env
        position = self.shop.fiscal_position_id
        self.products = {
            product.default_code: (product, position.map_tax(product.taxes_id).ids)
            for product in self.env["product.product"].search([("default_code", "!=", False)], order="id desc")
        }
        self.shipping = (self.shop.shipping_product_id, position.map_tax(self.shop.shipping_product_id.taxes_id).ids)
        self.voucher = self.shop.voucher_product_id
        self.kept_there = {order.ref for order in orders if order.lines[0].fulfilled_by_platform}
        self.waiting = [(order.buyer_key, self._order(order)) for order in orders]
        self.partners = {}
        self.made = []

    def make(self, size):
        """Make the next `size` orders and the customers that are new."""
        batch, self.waiting = self.waiting[:size], self.waiting[size:]
        self._make_partners([buyer for buyer, _values in batch])
        for buyer, values in batch:
            for field in ("partner_id", "partner_invoice_id", "partner_shipping_id"):
                values[field] = self.partners[buyer]
        self.made += self._make_batch([values for _buyer, values in batch])

    def make_all(self, size):
        """Make all orders, `size` at a time."""
        while self.waiting:
            self.make(size)

    def _make_batch(self, values):
        orders = self.env["sale.order"].create(values)
        orders.filtered(lambda order: order.client_order_ref in self.kept_there).order_line.filtered(
            lambda line: line.product_id.is_storable
        ).warehouse_id = self.shop.platform_warehouse_id
        # The date of the order stays the marketplace's: what any such project overrides.
        with patch.object(type(orders), "_prepare_confirmation_values", lambda orders: {"state": "sale"}):
            orders.action_confirm()
        self.env.cr.commit()
        return orders.ids

    def _make_partners(self, buyers):
        new = [buyer for buyer in dict.fromkeys(buyers) if buyer not in self.partners]
        country = self.env["res.country"].search([("code", "=", self.shop.site)])
        values = {"company_id": self.shop.company_id.id, "user_id": False, "country_id": country.id}
        created = self.env["res.partner"].create([{"name": f"Buyer {buyer}", **values} for buyer in new])
        self.partners.update(zip(new, created.ids, strict=True))

    def _order(self, order):
        shop = self.shop
        return {
            "company_id": shop.company_id.id,
            "client_order_ref": order.ref,
            "origin": shop.name,
            "date_order": order.created_at.astimezone(timezone.utc).replace(tzinfo=None),
            "commitment_date": order.ship_by.astimezone(timezone.utc).replace(tzinfo=None),
            "pricelist_id": shop.pricelist_id.id,
            "fiscal_position_id": shop.fiscal_position_id.id,
            "warehouse_id": shop.warehouse_id.id,
            "team_id": shop.team_id.id,
            "user_id": False,
            "payment_term_id": False,
            "require_signature": False,
            "require_payment": False,
            "validity_date": False,
            "note": False,
            "order_line": [(0, 0, values) for values in self._lines(order)],
        }

    def _lines(self, order):
        lines = [self._goods(line) for line in order.lines]
        if order.amounts.shipping_fee:
            product, taxes = self.shipping
            name = f"{product.name}: {order.courier}" if order.courier else product.name
            lines.append(_line(product, taxes, 1, order.amounts.shipping_fee, name))
        if order.amounts.seller_voucher:
            taxes = lines[0]["tax_ids"][0][2]
            lines.append(_line(self.voucher, taxes, 1, -order.amounts.seller_voucher, self.voucher.name))
        return lines

    def _goods(self, line):
        product, taxes = self.products[line.seller_sku]
        name = f"{line.name}\n{line.variation}" if line.variation else line.name
        return _line(product, taxes, line.quantity, line.unit_price, name)


def _line(product, tax_ids, quantity, price, name):
    return {
        "product_id": product.id,
        "product_uom_qty": quantity,
        "product_uom_id": product.uom_id.id,
        "price_unit": float(price),
        "technical_price_unit": float(price),
        "discount": 0.0,
        "tax_ids": [(6, 0, tax_ids)],
        "name": name,
    }
