"""What the analyses of sales and invoices tell by shop, marketplace and team."""

from odoo.tests import tagged

from .common import MarketplaceCase


@tagged("post_install", "-at_install")
class TestReports(MarketplaceCase):
    def setUp(self):
        super().setUp()
        (self.lazada_shop | self.shopee_shop).create_fulfilled = True
        self.lazada_shop.team_id, self.shopee_shop.team_id = self.env["crm.team"].create(
            [{"name": "Lazada SG"}, {"name": "Shopee SG"}]
        )
        lazada = self.place_lazada([(self.sku, 2)], shipping_fee="1.99")
        shopee = self.place_shopee([(self.sku, 1)], seller_voucher="1.00")
        self.lazada.advance(lazada, "shipped")
        self.shopee.arrange(shopee)
        self.orders = self.import_now(lazada, shopee)
        other = self.env["sale.order"].create({"partner_id": self.env["res.partner"].create({"name": "Walk-in"}).id})
        other.order_line = [(0, 0, {"product_id": self.products[0].id, "product_uom_qty": 1})]
        other.action_confirm()
        self.mine = [*self.orders.ids, other.id]

    def test_sales_by_shop_marketplace_and_team(self):
        """R89 R90 R91 R92: one report over all channels, told apart by team, shop and marketplace."""
        domain = [("order_reference", "in", [f"sale.order,{number}" for number in self.mine])]
        by_team = dict(self.env["sale.report"]._read_group(domain, ["team_id"], ["product_uom_qty:sum"]))
        self.assertGreaterEqual(by_team[self.lazada_shop.team_id], 2)
        totals = dict(self.env["sale.report"]._read_group(domain, ["marketplace_shop_id"], ["price_total:sum"]))
        for order in self.orders:
            self.assertAlmostEqual(totals[order.marketplace_shop_id], order.amount_total, 2)
        providers = {group for (group,) in self.env["sale.report"]._read_group(domain, ["marketplace_provider"])}
        self.assertEqual(providers, {"lazada", "shopee", False})

    def test_invoices_by_shop_and_team(self):
        """R89 R92: the same for invoices."""
        domain = [("move_id", "in", self.orders.invoice_ids.ids)]
        report = self.env["account.invoice.report"]
        totals = dict(report._read_group(domain, ["marketplace_shop_id"], ["price_total:sum"]))
        for order in self.orders:
            self.assertAlmostEqual(totals[order.marketplace_shop_id], order.amount_total, 2)
        self.assertEqual({team for (team,) in report._read_group(domain, ["team_id"])}, set(self.orders.team_id))
        self.assertEqual(
            {name for (name,) in report._read_group(domain, ["marketplace_provider"])}, {"lazada", "shopee"}
        )
