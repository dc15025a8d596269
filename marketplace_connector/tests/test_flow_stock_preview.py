"""Nothing is sent before somebody has looked at the preview and pressed Start; a sudden fall to 0 waits."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..simulator.catalogue import good_skus
from .sending_case import SendingCase, StockAtLazada, StockAtShopee

ALARM = "marketplace_connector.mail_activity_type_stock"


class Previewing:
    def preview(self, user=None):
        """Press Preview Stock; the preview that opens."""
        self.mark()
        with self.environment() as env:
            action = env(user=(user or self.manager).id)["marketplace.shop"].browse(self.shop.id).action_preview_stock()
        return self.env[action["res_model"]].browse(action["res_id"])

    def test_first_connection(self):
        """Nothing is sent before Start; the preview tells what would change, and what is not touched and why."""
        product, other, kept, unlinked, same = self.products[:5]
        self.put(product, 5)
        self.put(other, 1000)
        self.put(same, self.there(same))
        self.of(kept).by_platform = True
        self.of(unlinked).product_id = False
        self.send_stock()
        self.assertFalse(self.update_calls())
        preview = self.preview()
        self.assertFalse(self.update_calls())
        lines = {line.seller_sku: line for line in preview.line_ids}
        self.assertEqual(lines[product.default_code].there, self.there(product))
        told = {sku: (line.number, line.change) for sku, line in lines.items()}
        self.assertEqual(told[product.default_code], (5, "down"))
        self.assertEqual(told[other.default_code], (1000, "up"))
        self.assertEqual(told[same.default_code][1], "same")
        self.assertIn("5 = 5 on hand", lines[product.default_code].why)
        self.assertEqual(lines[kept.default_code].why, "Kept by the marketplace")
        self.assertEqual(lines[unlinked.default_code].why, "Not linked to a product")
        self.assertIn(
            "2 listings would change, 0 of them to zero. 1 stay as they are, 2 are not touched", preview.summary
        )
        preview.with_user(self.manager).action_start()
        self.send_stock()
        self.assertEqual((self.there(product), self.there(other)), (5, 1000))
        self.assertEqual(self.of(same).stock_state, "unchanged")

    def test_to_zero(self):
        """Start sends what the preview has shown, also where most falls to 0."""
        preview = self.preview()
        self.assertEqual(preview.zero_count, self.sold)
        action = preview.with_context(change="zero").action_open_lines()
        self.assertEqual(action["context"], {"search_default_zero": 1})
        preview.with_user(self.manager).action_start()
        self.send_stock()
        self.assertEqual({self.there(product) for product in self.products[: self.sold]}, {0})

    def test_reads_what_is_there_once_a_day(self):
        self.preview()
        calls = sum(count for path, count in self.platform.calls.items() if "product" in path)
        self.preview()
        self.assertEqual(sum(count for path, count in self.platform.calls.items() if "product" in path), calls)
        self.later(25 * 60)
        self.preview()
        self.assertGreater(sum(count for path, count in self.platform.calls.items() if "product" in path), calls)

    def test_who_may(self):
        """Users look, managers start and send again; nobody switches it on past the preview, by RPC either."""
        preview = self.preview(self.user)
        with self.assertRaises(UserError):
            preview.with_user(self.user).action_start()
        with self.assertRaisesRegex(UserError, "Press Preview Stock"):
            self.shop.with_user(self.manager).sync_stock = True
        with self.assertRaises(AccessError):
            self.env["marketplace.stock.preview"].with_user(self.manager).create({"shop_id": self.shop.id})
        packer = new_test_user(self.env, "stock_packer", "stock.group_stock_user")
        with self.assertRaises(UserError):
            self.shop.with_user(packer).action_preview_stock()
        self.start()
        for user in (self.user, packer):
            for method in ("action_send_all_stock", "action_sync_stock", "action_stop_stock", "action_read_places"):
                with self.assertRaises(UserError):
                    getattr(self.shop.with_user(user), method)()
            with self.assertRaises(UserError):
                self.listings.with_user(user).action_send_again()
        self.assertTrue(self.listings.with_user(packer).mapped("stock_why"))
        self.shop.with_user(self.manager).action_stop_stock()
        self.assertFalse(self.shop.sync_stock)
        calls = self.update_calls()
        self.put(self.products[0], 3)
        self.send_stock()
        self.assertEqual(self.update_calls(), calls)

    def test_old_preview(self):
        preview = self.preview()
        self.later(25 * 60)
        with self.assertRaisesRegex(UserError, "a day old"):
            preview.with_user(self.manager).action_start()
        self.assertFalse(self.shop.sync_stock)

    def test_no_warehouse(self):
        self.shop.stock_warehouse_ids = False
        with self.assertRaisesRegex(UserError, "Choose the warehouses"):
            self.shop.with_user(self.manager).action_preview_stock()

    def test_down(self):
        self.platform.faults.order("server_error", "product", times=100)
        with self.assertRaises(UserError):
            self.preview()
        self.assertFalse(self.update_calls())

    def test_sync_inventory(self):
        """R46: Sync Inventory sends at once what has changed."""
        self.start()
        self.put(self.products[0], 4)
        with self.environment() as env:
            shop = env(user=self.manager.id)["marketplace.shop"].browse(self.shop.id)
            answer = shop.action_sync_stock()["params"]
        self.assertEqual(self.there(self.products[0]), 4)
        self.assertIn("1 numbers sent", answer["message"])


class Falling:
    sold = 12

    @classmethod
    def ordered_skus(cls):
        return good_skus()[:12]

    def test_a_sudden_fall_waits(self):
        """D16: other warehouses would empty most of the shop: it waits for a manager, the rest goes on."""
        for product in self.products[:11]:
            self.put(product, 5)
        self.start()
        elsewhere = self.env["stock.warehouse"].create({"name": "Empty", "code": "EMP"})
        self.put(self.products[0], 2, elsewhere)
        self.shop.stock_warehouse_ids = [Command.set(elsewhere.ids)]
        self.send_stock()
        self.assertEqual(self.there(self.products[0]), 2)
        self.assertEqual({self.there(product) for product in self.products[1:11]}, {5})
        self.assertEqual(self.shop.stock_fall_count, 10)
        self.assertTrue(self.shop.activity_search([ALARM]))
        self.assertIn("waits until a manager", self.of(self.products[1]).stock_why)
        self.later(15)
        self.send_stock()
        self.assertEqual({self.there(product) for product in self.products[1:11]}, {5})
        with self.assertRaises(UserError):
            self.shop.with_user(self.user).action_allow_fall()
        self.shop.with_user(self.manager).action_allow_fall()
        self.send_stock()
        self.assertEqual({self.there(product) for product in self.products[1:11]}, {0})
        self.assertFalse(self.shop.stock_fall_count or self.shop.activity_search([ALARM]))

    def test_put_right_again(self):
        for product in self.products[:11]:
            self.put(product, 5)
        self.start()
        elsewhere = self.env["stock.warehouse"].create({"name": "Empty", "code": "EMP"})
        self.shop.stock_warehouse_ids = [Command.set(elsewhere.ids)]
        self.send_stock()
        self.assertEqual(self.shop.stock_fall_count, 11)
        self.shop.stock_warehouse_ids = [Command.set(self.warehouse.ids)]
        self.later(15)
        self.send_stock()
        self.assertFalse(self.shop.stock_fall_count or self.shop.activity_search([ALARM]))
        self.assertEqual({self.there(product) for product in self.products[:11]}, {5})
        self.assertFalse(self.env["marketplace.listing"].search([("stock_state", "=", "waiting")]))


@tagged("post_install", "-at_install")
class TestLazadaPreview(Previewing, StockAtLazada, SendingCase):
    pass


@tagged("post_install", "-at_install")
class TestShopeePreview(Previewing, StockAtShopee, SendingCase):
    pass


@tagged("post_install", "-at_install")
class TestLazadaFall(Falling, StockAtLazada, SendingCase):
    pass
