"""What an order costs in Odoo: the platform's figures to the cent, whatever the taxes, and nobody's afterwards."""

from decimal import Decimal

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..simulator.catalogue import COUNTRIES, money
from ..simulator.overrides import ABSENT
from .common import MarketplaceCase

FEW = settings(
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=4,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)

# One order: (product, quantity, cents of one piece) a line, then shipping, seller's and platform's voucher in percent.
ORDERS = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(0, 3), st.integers(1, 7), st.integers(100, 99999)), min_size=1, max_size=4),
        st.integers(0, 20),
        st.integers(0, 30),
        st.integers(0, 30),
    ),
    min_size=2,
    max_size=4,
)


class TaxedCase(MarketplaceCase):
    """The first four products are taxed in four ways: excluded, included, a group of excluded taxes, not at all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        tax = cls.env["account.tax"]
        values = {"type_tax_use": "sale", "company_id": cls.company.id}
        cls.excluded = tax.create({**values, "name": "9", "amount": 9, "price_include_override": "tax_excluded"})
        cls.included = tax.create({**values, "name": "7i", "amount": 7, "price_include_override": "tax_included"})
        parts = tax.create(
            [
                {**values, "name": name, "amount": amount, "price_include_override": "tax_excluded"}
                for name, amount in (("5", 5), ("3.3", 3.3))
            ]
        )
        cls.group = tax.create(
            {**values, "name": "5+3.3", "amount_type": "group", "children_tax_ids": [Command.set(parts.ids)]}
        )
        for product, taxes in zip(cls.products, (cls.excluded, cls.included, cls.group, tax), strict=False):
            product.taxes_id = taxes


class ExactTotals:
    """R106 R107 R108 R109: Odoo's total is the platform's, tax included, and so is the invoice's."""

    @FEW
    @given(ORDERS, st.sampled_from(["round_per_line", "round_globally"]), st.sampled_from(["product", "tax"]))
    def test_totals(self, orders, rounding, policy):
        self.company.tax_calculation_rounding_method = rounding
        shops = self.lazada_shop | self.shopee_shop
        shops.write({"tax_policy": policy, "tax_id": self.excluded.id})
        expected = {}
        for content in orders:
            for place in (self.place_lazada, self.place_shopee):
                ref, total = self.place(place, content)
                expected[ref] = total
        self.later(1)
        counts = self.sync()
        self.assertEqual(counts["failed"], 0)
        found = self.env["sale.order"].search([("marketplace_order_ref", "in", list(expected))])
        self.assertEqual(len(found), len(expected))
        for order in found:
            total = expected[order.marketplace_order_ref]
            self.assertEqual(order.currency_id.compare_amounts(order.amount_total, float(total)), 0, (order, total))
            self.assertEqual(order.marketplace_amount_state, "exact")

    def place(self, place, content):
        lines, shipping, seller_percent, platform_percent = content
        country = COUNTRIES[self.countries[0]]
        unit = Decimal(1) if not country.decimals else Decimal("0.01")
        scale = 100 if not country.decimals else 1
        bought = [(self.products[i].default_code, count, cents * scale * unit) for i, count, cents in lines]
        goods = sum(count * price for _sku, count, price in bought)
        seller_voucher, platform_voucher = (
            money(goods * percent / 100, country.currency) for percent in (seller_percent, platform_percent)
        )
        fee = money(country.shipping_fee * shipping / 10, country.currency)
        order = place(bought, shipping_fee=fee, seller_voucher=seller_voucher, platform_voucher=platform_voucher)
        return str(getattr(order, "order_sn", None) or order.order_id), goods + fee - seller_voucher


@tagged("post_install", "-at_install")
class TestTotalsSingapore(ExactTotals, TaxedCase):
    countries = ("SG",)


@tagged("post_install", "-at_install")
class TestTotalsVietnam(ExactTotals, TaxedCase):
    countries = ("VN",)


@tagged("post_install", "-at_install")
class TestTotalsIndonesia(ExactTotals, TaxedCase):
    countries = ("ID",)


@tagged("post_install", "-at_install")
class TestAmounts(TaxedCase):
    def buy(self, place=None, **facts):
        """An order of two pieces of the first product and one of the second, with shipping and a voucher."""
        lines = [(self.products[0].default_code, 2), (self.products[1].default_code, 1)]
        place = place or self.place_shopee
        return place(lines, **{"shipping_fee": "1.99", "seller_voucher": "3.00", **facts})

    # === LINES === #

    def test_shipping_and_vouchers_stand_apart(self):
        """R105 R114 R115: the fee on a line of its own with the courier's name, the seller's voucher by tax."""
        order = self.import_now(self.buy(courier="Ninja Van", platform_voucher="2.00"))
        shipping = self.lines(order, "shipping")
        self.assertEqual(shipping.price_total, 1.99)
        self.assertIn("Ninja Van", shipping.name)
        self.assertFalse(shipping.is_delivery)
        vouchers = self.lines(order, "voucher")
        self.assertEqual(len(vouchers), 2, "one for each tax of the goods")
        self.assertAlmostEqual(sum(vouchers.mapped("price_total")), -3.00)
        self.assertEqual(order.marketplace_courier, "Ninja Van")
        self.assertEqual(order.marketplace_platform_voucher, 2.00)
        self.assertAlmostEqual(order.marketplace_buyer_paid, order.amount_total - 2.00)

    def test_discounted_prices(self):
        """R112 R113: the price after the item's discount reaches the right line, as price and not as percentage."""
        dear, cheap = self.products[0].default_code, self.products[1].default_code
        order = self.import_now(self.place_shopee([(dear, 2, "7.77"), (cheap, 3, "1.11")]))
        prices = {line.product_id.default_code: line.price_unit for line in self.lines(order)}
        self.assertEqual(prices, {dear: 7.77, cheap: 1.11})
        self.assertEqual(set(self.lines(order).mapped("discount")), {0.0})
        line = self.lines(order)[0]
        self.assertAlmostEqual(line.marketplace_list_price * 2 - line.marketplace_seller_discount, 15.54)

    def test_lazada_units_are_grouped(self):
        """R38: pieces of one SKU and price become one line that knows every unit."""
        platform_order = self.place_lazada([(self.sku, 3, Decimal("5.00")), (self.sku, 2, Decimal("4.00"))])
        order = self.import_now(platform_order)
        by_price = {line.price_unit: line for line in self.lines(order)}
        self.assertEqual({price: line.product_uom_qty for price, line in by_price.items()}, {5.0: 3, 4.0: 2})
        units = [ref for line in self.lines(order) for ref in line.marketplace_unit_refs]
        self.assertEqual(sorted(units), sorted(str(unit.order_item_id) for unit in platform_order.units))

    def test_bundle_deal(self):
        """Order details price bundles at 0: the settlement tells."""
        platform_order = self.buy(bundle=True)
        order = self.import_now(platform_order)
        self.assertAlmostEqual(order.amount_total, float(platform_order.merchant_subtotal) + 1.99 - 3)
        self.assertTrue(all(self.lines(order).mapped("price_unit")))

    def test_cash_on_delivery(self):
        order = self.import_now(self.buy(cash_on_delivery=True))
        self.assertTrue(order.marketplace_cash_on_delivery)
        self.assertEqual((order.state, order.marketplace_amount_state), ("sale", "exact"))

    # === TAX, CURRENCY === #

    def test_taxes_are_included_twins(self):
        """R109: each tax is replaced by its price-included twin, made once for all shops of the company."""
        orders = self.import_now(
            self.buy(), self.buy(self.place_lazada), self.place_shopee([(self.products[2].default_code, 1)])
        )
        taxes = orders.order_line.tax_ids
        self.assertTrue(all(tax.price_include for tax in taxes if tax.amount_type != "group"))
        self.assertTrue(all(taxes.children_tax_ids.mapped("price_include")))
        self.assertIn(self.included, taxes)
        self.assertEqual(len(self.excluded.replacing_tax_ids), 1)
        self.assertEqual(
            orders.fiscal_position_id, self.lazada_shop.fiscal_position_id | self.shopee_shop.fiscal_position_id
        )

    def test_twin_of_a_group_stays_out_of_other_positions(self):
        """The copies inside a group's twin replace no tax of anybody, in no fiscal position."""
        position = self.env["account.fiscal.position"].create({"name": "Export", "company_id": self.company.id})
        self.group.children_tax_ids[0].fiscal_position_ids = position
        self.import_now(self.place_shopee([(self.products[2].default_code, 1)]))
        twin = self.group.replacing_tax_ids
        self.assertEqual(len(twin), 1)
        self.assertFalse(twin.children_tax_ids.original_tax_ids)
        self.assertFalse(twin.children_tax_ids.fiscal_position_ids)

    def test_fiscal_position_is_the_shops(self):
        """A position that applies to the buyer's country by itself is passed over, at import and afterwards."""
        singapore = self.env.ref("base.sg")
        self.env["account.fiscal.position"].create(
            {"name": "By country", "auto_apply": True, "country_id": singapore.id, "company_id": self.company.id}
        )
        order = self.import_now(self.buy())
        self.assertEqual(order.partner_id.country_id, singapore)
        order.partner_shipping_id = self.env["res.partner"].create({"name": "Other", "country_id": singapore.id})
        self.assertEqual(order.fiscal_position_id, self.shopee_shop.fiscal_position_id)

    def test_currency_is_the_pricelists(self):
        """R107: amounts are never converted."""
        order = self.import_now(self.buy())
        self.assertEqual(order.currency_id.name, "SGD")
        self.assertEqual(order.pricelist_id, self.shopee_shop.pricelist_id)
        self.assertFalse(order.pricelist_id.active)
        customer = self.env["res.partner"].create({"name": "With a list"})
        customer.property_product_pricelist = self.env["product.pricelist"].create({"name": "Own"})
        order.partner_id = customer
        self.assertEqual((order.pricelist_id, order.currency_id.name), (self.shopee_shop.pricelist_id, "SGD"))

    # === ODOO MUST NOT REPRICE === #

    def amounts_of(self, order):
        return [
            (line.price_unit, line.discount, line.tax_ids.ids, line.name, line.technical_price_unit)
            for line in order.order_line
        ]

    def test_odoo_reprices_nothing(self):
        """R107: quantity, product, partner, list price, Update Prices and Update Taxes change no price or tax."""
        self.shopee_shop.confirm_automatically = False
        draft = self.import_now(self.buy())
        self.shopee_shop.confirm_automatically = True
        confirmed = self.import_now(self.buy())
        self.assertEqual((draft.state, confirmed.state), ("draft", "sale"))
        for order in draft | confirmed:
            before, total = self.amounts_of(order), order.amount_total
            self.products.list_price = 123.0
            line = self.lines(order)[0]
            for quantity in (5, 2):
                line.product_uom_qty = quantity
            order.partner_id = self.env["res.partner"].create(
                {"name": "Someone", "country_id": self.env.ref("base.us").id}
            )
            order.action_update_prices()
            order.action_update_taxes()
            self.assertEqual(self.amounts_of(order), before)
            self.assertEqual(order.amount_total, total)
        line = self.lines(draft)[0]
        before = self.amounts_of(draft)
        line.product_id = self.products[5]
        self.assertEqual(self.amounts_of(draft), before)

    def test_form_reprices_nothing(self):
        """The same through the form, where every onchange runs."""
        self.shopee_shop.confirm_automatically = False
        order = self.import_now(self.buy())
        before, total = self.amounts_of(order), order.amount_total
        with Form(order) as form, form.order_line.edit(0) as line:
            line.product_uom_qty = 4
        with Form(order) as form, form.order_line.edit(0) as line:
            line.product_uom_qty = 2
        self.assertEqual(self.amounts_of(order), before)
        self.assertEqual(order.amount_total, total)

    # === DOUBT ABOUT MONEY === #

    def test_provisional_until_settled(self):
        """Without a settlement the order ships but is not invoiced; the amounts come by themselves later."""
        self.shopee.escrow_delay = 3600
        order = self.import_now(self.buy())
        self.assertEqual((order.state, order.marketplace_amount_state), ("sale", "provisional"))
        self.assertTrue(order.picking_ids)
        self.assertFalse(self.lines(order, "shipping"))
        self.later(30)
        self.sync()
        with self.assertRaisesRegex(UserError, "has not told all amounts"):
            order._create_invoices()
        self.later(120)
        self.sync()
        self.assertEqual(order.marketplace_amount_state, "exact")
        self.assertEqual(self.lines(order, "shipping").price_total, 1.99)
        self.assertAlmostEqual(sum(self.lines(order, "voucher").mapped("price_total")), -3.00)
        self.assertEqual(len(order.picking_ids), 1)

    def test_provisional_bundle(self):
        """A bundle's prices are not known before the settlement either."""
        self.shopee.escrow_delay = 3600
        platform_order = self.buy(bundle=True)
        order = self.import_now(platform_order)
        self.assertEqual((order.state, order.marketplace_amount_state), ("sale", "provisional"))
        self.later(30)
        self.sync()
        self.later(120)
        self.sync()
        self.assertEqual(order.marketplace_amount_state, "exact")
        self.assertAlmostEqual(order.amount_total, float(platform_order.merchant_subtotal) + 1.99 - 3)

    def test_amounts_that_cannot_be_read_ship_all_the_same(self):
        """A settlement that is not understood is a problem of the invoice, never of the parcel."""
        broken = {"escrow": {"buyer_payment_info": {"shipping_fee": "a lot"}}}
        platform_order = self.buy(overrides=broken)
        order = self.import_now(platform_order, self.buy())
        order = self.order(platform_order.order_sn)
        self.assertEqual((order.state, order.marketplace_amount_state), ("sale", "provisional"))
        problem = self.problem(platform_order.order_sn)
        self.assertEqual((problem.reason, problem.order_id), ("unreadable", order))
        self.assertIn("shipping_fee", problem.message)
        platform_order.overrides = {}
        problem.action_retry()
        self.env.invalidate_all()
        self.assertEqual((problem.state, order.marketplace_amount_state), ("done", "exact"))

    def test_amounts_that_differ_block_the_invoice_only(self):
        """Figures that contradict each other: the delivery is there, the invoice waits, the difference is shown."""
        wrong = {"escrow": {"buyer_payment_info": {"buyer_total_amount": lambda amount: amount + 5}}}
        platform_order = self.buy(overrides=wrong)
        order = self.import_now(platform_order)
        self.assertEqual((order.state, order.marketplace_amount_state), ("sale", "differ"))
        self.assertAlmostEqual(order.marketplace_amount_difference, -5)
        self.assertTrue(order.picking_ids)
        self.assertIn("Amounts differ by", self.problem(platform_order.order_sn).message)
        with self.assertRaisesRegex(UserError, "its amounts differ by"):
            order._create_invoices()
        platform_order.overrides = {}
        order.action_marketplace_retry()
        self.env.invalidate_all()
        self.assertEqual(order.marketplace_amount_state, "exact")
        self.assertFalse(self.problem(platform_order.order_sn))

    def test_lazada_total_that_does_not_add_up(self):
        platform_order = self.buy(self.place_lazada, overrides={"price": lambda price: f"{float(price) + 5:.2f}"})
        order = self.import_now(platform_order)
        self.assertEqual((order.state, order.marketplace_amount_state), ("sale", "differ"))

    def test_invoice_equals_order(self):
        """R107: delivered whole and invoiced, the invoice is the order's total to the cent."""
        order = self.import_now(self.buy(self.place_lazada, platform_voucher="1.00"))
        order.picking_ids.move_ids.write({"quantity": 0})
        for move in order.picking_ids.move_ids:
            move.quantity = move.product_uom_qty
        order.picking_ids.button_validate()
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(invoice.currency_id.compare_amounts(invoice.amount_total, order.amount_total), 0)
        self.assertEqual(invoice.team_id, self.lazada_shop.team_id)

    def test_no_amount_missing_by_default(self):
        """A figure that Shopee leaves out of the settlement is never guessed."""
        absent = {"escrow": {"buyer_payment_info": {"buyer_total_amount": ABSENT}}}
        order = self.import_now(self.buy(overrides=absent))
        self.assertEqual(order.marketplace_amount_state, "provisional")
