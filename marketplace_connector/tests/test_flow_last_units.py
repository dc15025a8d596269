"""The last pieces of a product that several shops sell: one listing goes on showing them."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

from .stock_case import StockCase


@tagged("post_install", "-at_install")
class TestLastUnits(StockCase):
    def setUp(self):
        super().setUp()
        self.group = self.env["marketplace.shop.group"].create(
            {
                "name": "Singapore",
                "last_units": 2,
                "line_ids": [
                    Command.create({"shop_id": shop.id, "sequence": number}) for number, shop in enumerate(self.shops)
                ],
            }
        )
        self.first, self.second = (self.listing(shop=shop) for shop in self.group.line_ids.shop_id)
        self.both = self.first | self.second

    def numbers(self):
        return self.number(self.first), self.number(self.second)

    def test_first_shop_keeps(self):
        """R73: at the threshold and below it the first shop goes on, the others show none and say for whom."""
        self.put(3)
        self.assertEqual(self.numbers(), (3, 3))
        self.demand(1)
        self.reckon(self.both)
        kept = self.second.stock_update_id
        self.assertEqual((self.first.stock_update_id.number, kept.number), (2, 0))
        self.assertEqual((kept.cause, kept.kept_for_id, kept.on_hand), ("kept_for_another", self.first, 3))
        self.demand(2)
        self.assertEqual(self.numbers(), (0, 0))
        self.assertEqual(self.terms(self.second).cause, "none_left")
        self.put(5)
        self.assertEqual(self.numbers(), (5, 5))

    def test_order_of_the_shops(self):
        """R73: dragged to the top, the other shop keeps."""
        self.put(1)
        self.assertEqual(self.numbers(), (1, 0))
        self.group.line_ids[1].sequence = -1
        self.assertEqual(self.numbers(), (0, 1))

    def test_units_sold_elsewhere_count(self):
        """R73: free are those that nobody has bought, also where Odoo has no delivery."""
        self.put(5)
        values = {"shop_id": self.shopee_shop.id, "order_ref": "1", "quantity": 3, "why": "unpaid"}
        self.env["marketplace.sold.unit"].create({**values, "listing_id": self.second.id})
        self.assertEqual(self.numbers(), (2, 0))

    def test_shop_of_the_product(self):
        """R73: a product can have its own keeper; it holds for shops of the group that sell it."""
        self.put(1)
        self.product.marketplace_keeper_shop_id = self.second.shop_id
        self.assertEqual(self.numbers(), (0, 1))
        self.second.listing_status = "banned"
        self.assertEqual(self.number(self.first), 1)

    def test_one_of_the_same_shop(self):
        """R73: of two listings of one shop only one shows the last pieces."""
        twin = self.listing(shop=self.first.shop_id)
        self.put(2)
        self.assertEqual((*self.numbers(), self.number(twin)), (2, 0, 0))

    def test_keeper_can_show_some(self):
        """R73: a shop that shows none anyway, is off sale or does not send its stock leaves them to the next."""
        self.put(2)
        self.first.shop_id.stock_buffer = 2
        self.assertEqual(self.numbers(), (0, 2))
        self.first.shop_id.stock_buffer = 0
        self.first.listing_status = "inactive"
        self.assertEqual(self.numbers(), (0, 2))
        self.first.listing_status = "active"
        self.first.shop_id.sync_stock = False
        self.assertEqual(self.number(self.second), 2)

    def test_switched_off(self):
        """R73: without threshold, outside a group or with an archived one each shop shows all."""
        self.put(1)
        self.group.last_units = 0
        self.assertEqual(self.numbers(), (1, 1))
        self.group.last_units = 2
        self.group.active = False
        self.assertEqual(self.numbers(), (1, 1))

    def test_other_listings_are_looked_at_too(self):
        """R73: what changes who keeps marks all listings that it may concern."""
        self.settle()
        for change in (
            lambda: self.group.write({"last_units": 5}),
            lambda: self.group.line_ids[1].write({"sequence": -1}),
            lambda: self.product.write({"marketplace_keeper_shop_id": self.second.shop_id.id}),
            lambda: self.first.write({"listing_status": "banned"}),
            lambda: self.group.line_ids[0].unlink(),
        ):
            change()
            self.assertEqual(self.marked(), self.both)
            self.settle()

    def test_on_the_product(self):
        """R73: a product of one variant has its keeper on its own page, in its company."""
        self.manager.group_ids += self.env.ref("product.group_product_manager")
        template = self.product.product_tmpl_id.with_user(self.manager)
        with Form(template) as form:
            form.marketplace_keeper_shop_id = self.second.shop_id
        self.assertEqual(self.product.marketplace_keeper_shop_id, self.second.shop_id)

    def test_managers_make_groups(self):
        """R73: the screen of a group."""
        self.group.unlink()
        with Form(self.env["marketplace.shop.group"].with_user(self.manager)) as form:
            form.name = "All"
            for shop in self.shops:
                with form.line_ids.new() as line:
                    line.shop_id = shop
        self.assertEqual(form.record.shop_names, ", ".join(self.shops.mapped("name")))
        with self.assertRaises(AccessError):
            form.record.with_user(self.user).last_units = 3

    def test_a_shop_in_one_group(self):
        """R73: a shop follows one order."""
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.group.copy({"line_ids": [Command.create({"shop_id": self.shops[0].id})]})
        self.group.unlink()
        company = self.env["res.company"].create({"name": "Other"})
        with self.assertRaisesRegex(UserError, "company"):
            self.env["marketplace.shop.group"].create(
                {"name": "Mixed", "company_id": company.id, "line_ids": [Command.create({"shop_id": self.shops[0].id})]}
            )
