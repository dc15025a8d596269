"""What the tests of cancelling have: shops that cancel at the platform too, the dialogue, what was cancelled there."""

from ..simulator.catalogue import good_skus
from .test_flow_shipping import ShippingCase


class CancellingCase(ShippingCase):
    def setUp(self):
        super().setUp()
        (self.lazada_shop | self.shopee_shop).cancel_too = True
        self.stock_up()

    @property
    def unknown_sku(self):
        """A SKU on sale there of which Odoo has no product."""
        return next(sku for sku in good_skus() if sku not in self.products.mapped("default_code"))

    def order_of(self, lines=None, **facts):
        """A new order there, and in Odoo."""
        placed = self.place(lines or [(self.sku, 1)], **facts)
        return placed, self.import_now(placed)

    def dialogue(self, order):
        action = order.action_marketplace_cancel()
        return self.env[action["res_model"]].with_env(order.env).browse(action["res_id"])

    def cancel_items(self, order, *counts):
        """Cancel so many pieces of each line in the dialogue; what it answers."""
        wizard = self.dialogue(order)
        wizard.scope = "lines"
        for line, count in zip(wizard.line_ids, counts, strict=True):
            line.quantity = count
        return wizard.action_cancel_order()

    def later_sync(self, minutes=10):
        self.later(minutes)
        self.sync()

    def act_on(self, rounds=6, minutes=16):
        for _ in range(rounds):
            self.act()
            self.later(minutes)

    def acts(self, order, act="cancel"):
        return self.env["marketplace.job"].search(
            [("order_id", "=", order.id), ("act", "=", act), ("state", "=", "open")]
        )

    def cancelled_there(self, placed):
        """Pieces cancelled at the platform by SKU."""
        if placed in self.lazada_orders():
            gone = [unit.sku for unit in placed.units if unit.status == "canceled"]
            return {sku: gone.count(sku) for sku in gone}
        return {item.line_item_id: item.cancelled_quantity for item in placed.items if item.cancelled_quantity}

    def lazada_orders(self):
        return [order for shop in self.lazada.shops.values() for order in shop.orders.values()]
