"""What the marketplaces keep of a shop's goods, read back and shown beside Odoo's."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .test_flow_platform_shipping import PlatformCase


class StockCase(PlatformCase):
    def bring(self, shop, product, pieces):
        """Pieces of ours arrive in the warehouse at the marketplace, in Odoo."""
        place = shop.platform_warehouse_id.lot_stock_id
        self.env["stock.quant"]._update_available_quantity(product, place, pieces)

    def receive(self, product, pieces):
        """The same pieces arrive at both platforms."""
        for app in (self.lazada, self.shopee):
            app.receive(app.shop("SG"), product.default_code, pieces)

    def ordered(self, product, pieces=1):
        """An order that each platform ships, in Odoo."""
        lines = [(product.default_code, pieces)]
        return self.import_now(
            self.place_lazada(lines, fulfilled_by_lazada=True), self.place_shopee(lines, fulfilled_by_shopee=True)
        )

    def read(self):
        """Let the scheduled action read."""
        with self.environment() as env:
            env["marketplace.shop"]._cron_read_platform_stock()

    def listings(self, product):
        """The listings of the product, Lazada's first."""
        found = self.env["marketplace.listing"].search([("product_id", "=", product.id)])
        return found.sorted(lambda listing: listing.provider)

    def assert_shown(self, product, there, odoo, state):
        """What the listings of both shops show."""
        listings = self.listings(product)
        self.assertEqual(len(listings), 2)
        for listing in listings:
            shown = (listing.platform_quantity, listing.platform_odoo_quantity, listing.platform_state)
            self.assertEqual(shown, (there, odoo, state), listing.provider)
            self.assertEqual(listing.platform_difference, there - odoo)


@tagged("post_install", "-at_install")
class TestReading(StockCase):
    def test_a_life(self):
        """Sent in, ordered, shipped: both sides count the same all the time, once Odoo knows what was sent in."""
        product = self.products[0]
        self.receive(product, 50)
        orders = self.ordered(product, 3)
        self.assertEqual(self.listings(product).mapped("platform_state"), ["unknown", "unknown"])
        self.read()
        self.assert_shown(product, 47, -3, "more")
        for shop in (self.lazada_shop, self.shopee_shop):
            self.bring(shop, product, 50)
        self.env.invalidate_all()
        self.assert_shown(product, 47, 47, "equal")
        self.lazada.advance(next(iter(self.lazada.shop("SG").orders.values())), "ready_to_ship")
        self.read()
        self.assert_shown(product, 47, 47, "equal")
        for app in (self.lazada, self.shopee):
            for order in app.shop("SG").orders.values():
                app.advance(order, "shipped" if app == self.lazada else "SHIPPED")
        self.later(5)
        self.sync()
        self.read()
        self.assertEqual(set(orders.picking_ids.mapped("state")), {"done"})
        self.assert_shown(product, 47, 47, "equal")
        self.receive(product, 7)
        self.read()
        self.assert_shown(product, 54, 47, "more")
        self.assertIn("Record what you sent there", self.listings(product)[0].platform_advice)
        self.assertEqual(self.own_stock(product), 100)

    def test_negative_is_listed_not_refused(self):
        """More left than was brought in: the delivery is done, the SKU stands in the list under its filter."""
        product, other = self.products[:2]
        self.receive(product, 10)
        self.bring(self.lazada_shop, other, 5)
        placed = self.place_lazada([(product.default_code, 2), (other.default_code, 1)], fulfilled_by_lazada=True)
        order = self.import_now(placed)
        self.lazada.advance(placed, "shipped")
        self.later(1)
        self.sync()
        self.assertEqual(order.picking_ids.state, "done")
        negative = self.env["marketplace.listing"].search([("platform_state", "=", "negative")])
        self.assertEqual(negative.product_id, product)
        self.assertEqual((negative.platform_on_hand, negative.platform_differs), (-2, True))
        self.assertIn("Transfer", negative.platform_advice)
        self.read()
        fewer = self.env["marketplace.listing"].search([("platform_state", "in", ("negative", "fewer", "more"))])
        self.assertEqual(fewer.product_id, product | other)

    def test_calls(self):
        """One call for all SKUs of a Lazada shop; one for each item with variations at Shopee; none without need."""
        self.read()
        self.assertFalse([path for path in (*self.lazada.calls, *self.shopee.calls) if "product" in path])
        for product in self.products:
            self.receive(product, 5)
        self.import_now(
            self.place_lazada([(one.default_code, 1) for one in self.products], fulfilled_by_lazada=True),
            self.place_shopee([(one.default_code, 1) for one in self.products], fulfilled_by_shopee=True),
        )
        self.read()
        self.assertEqual(self.lazada.calls["/rest/products/get"], 1)
        items = set(self.env["marketplace.listing"].search([("provider", "=", "shopee")]).mapped("item_ref"))
        self.assertEqual(self.shopee.calls["/api/v2/product/get_model_list"], len(items))
        self.assertEqual(self.shopee.calls["/api/v2/product/get_item_base_info"], 0)

    def test_only_what_is_kept_there(self):
        """Listings that we ship are not asked for; a sibling that the answer names as kept there joins the list."""
        product, sibling, ours = self.products[:3]
        self.receive(product, 5)
        self.receive(sibling, 8)
        self.import_now(*(self.place_lazada([(one.default_code, 1)]) for one in (sibling, ours)))
        self.ordered(product)
        self.read()
        kept = self.env["marketplace.listing"].search([("by_platform", "=", True), ("provider", "=", "lazada")])
        self.assertEqual(kept.product_id, product | sibling)
        self.assertEqual(self.listings(sibling).platform_quantity, 8)

    def test_not_told_any_more(self):
        """A SKU that the marketplace has no more is not compared, instead of with what was read long ago."""
        product, other = self.products[:2]
        for one in (product, other):
            self.receive(one, 5)
            self.ordered(one)
        self.read()
        self.assertNotIn("unknown", self.listings(product).mapped("platform_state"))
        listing = self.listings(product)[1]
        listing.write({"item_ref": "1", "sku_ref": "1", "external_key": "sku:1"})
        self.read()
        self.assertFalse(self.shopee_shop.platform_stock_error)
        self.assertEqual((listing.platform_state, listing.platform_read_at), ("unknown", False))
        self.assertTrue(all(self.listings(other).mapped("platform_read_at")))

    def test_known_from_the_transfer(self):
        """Goods that Odoo has there are asked for before the first order of them."""
        product = self.products[0]
        self.import_now(self.place_lazada([(product.default_code, 1)]))
        self.bring(self.lazada_shop, product, 5)
        self.read()
        listing = self.listings(product)
        self.assertTrue(listing.by_platform)
        self.assertEqual((listing.platform_quantity, listing.platform_state), (0, "fewer"))

    def test_two_skus_of_one_product(self):
        """Both SKUs of a product are counted together against what Odoo has of it."""
        product, other = self.products[:2]
        self.receive(product, 10)
        self.receive(other, 4)
        self.ordered(product)
        self.ordered(other)
        listings = self.listings(other)
        listings.product_id = product
        for shop in (self.lazada_shop, self.shopee_shop):
            self.bring(shop, product, 14)
        self.read()
        self.assertEqual(set(self.listings(product).mapped("platform_quantity")), {9, 3})
        for listing in self.listings(product):
            # Of the two open orders one was made for the other product.
            self.assertEqual((listing.platform_odoo_quantity, listing.platform_difference), (13, 9 + 3 - 13))

    def test_unlinked(self):
        """A SKU without a product says what to do, and stops nothing."""
        self.import_now(self.place_lazada([("MOONCAKE-2026", 1)], fulfilled_by_lazada=True))
        self.read()
        listing = self.env["marketplace.listing"].search([("seller_sku", "=", "MOONCAKE-2026")])
        self.assertEqual(listing.platform_state, "unknown")
        self.assertIn("Link the SKU", listing.platform_advice)
        with self.assertRaisesRegex(UserError, "Link the SKU"):
            listing.action_platform_transfer()


@tagged("post_install", "-at_install")
class TestTrouble(StockCase):
    def test_one_shop_never_stops_another(self):
        """What is wrong stands on its shop; the other one is read, whatever comes."""
        product = self.products[0]
        self.receive(product, 5)
        self.ordered(product)
        for fault in ("html", "server_error", "no_connection", "truncated", "rate_limited", "busy"):
            self.lazada.faults.order(fault, "/rest/products/get", 9)
            self.listings(product).platform_read_at = False
            self.read()
            self.assertTrue(self.lazada_shop.platform_stock_error, fault)
            self.assertFalse(self.shopee_shop.platform_stock_error, fault)
            lazada, shopee = self.listings(product)
            self.assertFalse(lazada.platform_read_at, fault)
            self.assertTrue(shopee.platform_read_at, fault)
            self.lazada.faults.ordered.clear()
            self.lazada_shop.wait_until = False
        self.read()
        self.assertFalse(self.lazada_shop.platform_stock_error)

    def test_refused(self):
        """An app that may not read products is told so on the button; the shop stays connected."""
        self.ordered(self.products[0])
        self.shopee.denied_paths.add("/api/v2/product/get_model_list")
        self.lazada.denied_paths.add("/products/get")
        action = (self.lazada_shop | self.shopee_shop).with_user(self.user).action_read_platform_stock()
        self.assertEqual(action["params"]["type"], "warning")
        for shop in (self.lazada_shop, self.shopee_shop):
            self.assertIn(shop.name, action["params"]["message"])
            self.assertIn("refused", shop.platform_stock_error)
            self.assertEqual(shop.state, "connected")

    def test_button(self):
        """Marketplace users read; others are refused, and so is a shop that is not connected."""
        product = self.products[0]
        self.receive(product, 5)
        self.ordered(product)
        action = self.shopee_shop.with_user(self.user).action_read_platform_stock()
        self.assertIn("1 SKUs are kept by the marketplace, 1 of them need a look", action["params"]["message"])
        self.assertEqual(self.listings(product)[1].platform_quantity, 4)
        salesman = new_test_user(self.env, "seller", "sales_team.group_sale_salesman_all_leads")
        with self.assertRaisesRegex(UserError, "Only marketplace users"):
            self.shopee_shop.with_user(salesman).action_read_platform_stock()
        self.shopee_shop.state = "disconnected"
        with self.assertRaisesRegex(UserError, "not connected"):
            self.shopee_shop.with_user(self.user).action_read_platform_stock()

    def test_who_sees_it(self):
        """Marketplace users, sellers and packers see the same numbers, without rights to stock or sales."""
        product = self.products[0]
        self.receive(product, 5)
        self.ordered(product)
        self.bring(self.shopee_shop, product, 2)
        self.read()
        groups = ("marketplace_connector.group_user", "sales_team.group_sale_salesman", "stock.group_stock_user")
        for number, group in enumerate(groups):
            reader = new_test_user(self.env, f"reader{number}", group)
            listing = self.listings(product)[1].with_user(reader)
            self.env.invalidate_all()
            self.assertEqual((listing.platform_quantity, listing.platform_odoo_quantity), (4, 1), group)
            self.assertTrue(listing.search([("platform_state", "=", "more")]), group)


@tagged("post_install", "-at_install")
class TestPuttingRight(StockCase):
    def test_transfer(self):
        """*Transfer* opens a transfer to the marketplace, filled in; nothing moves before it is validated."""
        product = self.products[0]
        self.receive(product, 12)
        self.ordered(product)
        self.read()
        listing = self.listings(product)[0].with_user(self.manager)
        action = listing.action_platform_transfer()
        self.assertFalse(self.env["stock.picking"].search([("origin", "=", self.lazada_shop.name)]) - self.sent())
        with Form(self.env["stock.picking"].with_user(self.manager).with_context(**action["context"])) as form:
            self.assertEqual(form.location_dest_id, self.lazada_shop.platform_warehouse_id.lot_stock_id)
        transfer = form.record
        self.assertEqual(transfer.move_ids.product_uom_qty, 12)
        transfer.action_confirm()
        transfer.button_validate()
        self.assertEqual(self.own_stock(product), 88)
        self.env.invalidate_all()
        self.assertEqual(listing.platform_state, "equal")

    def sent(self):
        return self.env["stock.picking"].search([("sale_id", "!=", False)])

    def test_adjust(self):
        """*Adjust* opens Odoo's count of the product in the warehouse at the marketplace, and of nothing else."""
        product = self.products[0]
        self.bring(self.lazada_shop, product, 3)
        self.receive(product, 5)
        self.ordered(product)
        self.read()
        listing = self.listings(product)[0].with_user(self.manager)
        action = listing.action_platform_adjust()
        quants = self.env["stock.quant"].with_context(**action["context"]).search(action["domain"])
        self.assertEqual((quants.product_id, quants.quantity), (product, 3))
        quants.inventory_quantity = 5
        quants.action_apply_inventory()
        self.env.invalidate_all()
        self.assertEqual(listing.platform_state, "equal")
        with self.assertRaises(AccessError):
            listing.with_user(self.user).action_platform_adjust()
