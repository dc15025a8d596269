"""Shops that keep stock at several places, shops of several companies, and answers that nobody understands."""

from odoo import Command
from odoo.tests import tagged

from .sending_case import SendingCase, StockAtLazada, StockAtShopee


class Places:
    def test_each_place_has_its_warehouses(self):
        """D16: places are read; each shows its own warehouses; one without warehouses is not touched."""
        product = self.products[0]
        self.open_places("North", "South", "East")
        self.shop.with_user(self.manager).action_read_places()
        first, second, third = self.shop.stock_place_ids
        other = self.env["stock.warehouse"].create({"name": "Other", "code": "OTH"})
        first.warehouse_ids = [Command.set(self.warehouse.ids)]
        second.warehouse_ids = [Command.set(other.ids)]
        self.put(product, 4)
        self.put(product, 3, other)
        self.there_at(product, third.ref)
        self.start()
        shown = [self.there_at(product, place.ref) for place in (first, second, third)]
        self.assertEqual(shown[:2], [4, 3])
        listing = self.of(product)
        self.assertEqual((listing.listed_quantity, listing.stock_number, listing.stock_state), (7, 7, "accepted"))
        self.assertIn(f"{second.name}: 3 = 3 on hand", listing.stock_why)
        calls = self.update_calls()
        self.put(product, 1, other)
        self.send_stock()
        self.assertEqual((self.there_at(product, second.ref), self.update_calls()), (4, calls + 1))
        self.compare()
        self.send_stock()
        self.assertEqual(self.update_calls(), calls + 1, "both agree, whatever lies at the third place")
        self.assertFalse(listing.stock_drift_at)

    def test_places_again(self):
        """Read again, a place that is gone is archived, and comes back with its warehouses."""
        self.open_places("North", "South")
        manager = self.shop.with_user(self.manager)
        manager.action_read_places()
        first, second = self.shop.stock_place_ids
        second.warehouse_ids = [Command.set(self.warehouse.ids)]
        self.open_places("North")
        manager.action_read_places()
        self.assertFalse(self.shop.stock_place_ids.filtered("active") & second)
        self.open_places("North", "South")
        manager.action_read_places()
        self.assertEqual(self.shop.stock_place_ids, first | second)
        self.assertEqual(second.warehouse_ids, self.warehouse)

    def test_answer_not_understood(self):
        """Nobody knows what the call did: it is tried again later, and the others come first."""
        for product in self.products[: self.sold]:
            self.put(product, 3)
        self.platform.faults.order("html", self.update_path, times=20)
        self.start()
        self.platform.faults.ordered.clear()
        for _ in range(3):
            self.later(20)
            self.send_stock()
        self.assertEqual({self.there(product) for product in self.products[: self.sold]}, {3})
        self.assertFalse(self.shop.stock_error)


@tagged("post_install", "-at_install")
class TestLazada(Places, StockAtLazada, SendingCase):
    def open_places(self, *names):
        shop = self.lazada.shop("SG")
        del shop.warehouses[1:]
        for name in names[1:]:
            self.lazada.open_warehouse(shop, f"SG-{name}", name)

    def there_at(self, product, place):
        return self.lazada.stock(self.lazada.shop("SG"), product.default_code, place).sellable


@tagged("post_install", "-at_install")
class TestShopee(Places, StockAtShopee, SendingCase):
    def open_places(self, *names):
        self.shopee.shop("SG").open_warehouses(*names)

    def there_at(self, product, place):
        return self.shopee.by_location(self.shopee.shop("SG"), self.number(product)).get(place, 0)


@tagged("post_install", "-at_install")
class TestCompanies(StockAtLazada, SendingCase):
    def test_another_company(self):
        """Each shop shows its own company's stock, and is not held back by the other's orders."""
        company, shop, seller = self.another_company()
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        product = self.products[0]
        listing = self.env["marketplace.listing"].create(
            {**self.listing_values(self.shop, product), "shop_id": shop.id}
        )
        there = seller.shops["SG"] if isinstance(seller.shops, dict) else seller.shops[0]
        listing.write(self.refs_at(there, product))
        shop.stock_warehouse_ids = [Command.set(warehouse.ids)]
        self.put(product, 8)
        self.put(product, 2, warehouse)
        self.listings |= listing
        self.start(self.shop, shop)
        self.assertEqual((self.there(product), self.lazada.sellable(there, product.default_code)), (8, 2))
        self.shop.wait_until = self.in_hours(1)
        self.put(product, 5, warehouse)
        self.send_stock()
        self.assertEqual(self.lazada.sellable(there, product.default_code), 7)
