"""From orders to empty accounts, through the real clients: what the marketplace settles is what was invoiced."""

import random
from decimal import Decimal

from odoo.tests import new_test_user, tagged

from .either_platform import AtLazada, AtShopee
from .test_flow_payout_reading import PayoutCase

ORDERS = 10


class LifeCase(PayoutCase):
    def setUp(self):
        super().setUp()
        self.shop.create_fulfilled = True
        self.chance = random.Random(f"{self.shop.provider} {self.shop.site}")
        self.accountant = new_test_user(self.env, "accountant", "account.group_account_invoice")

    def money(self, *dollars):
        """One of the amounts, in units that the country's buyers pay with."""
        return str(self.chance.choice(dollars) * (1 if self.countries[0] == "SG" else 1000))

    def delivered(self):
        """An order that has arrived, of any pieces, with shipping fee and vouchers or without."""
        products = self.chance.sample(self.products[:4], self.chance.randint(1, 3))
        lines = [(product.default_code, self.chance.randint(1, 3)) for product in products]
        facts = {"shipping_fee": self.money(0, 2), "seller_voucher": self.money(0, 1, 3)}
        placed = self.place(lines, **facts, **{self.funded: self.money(0, 2)})
        self.move_there(placed, "completed")
        return placed

    def held(self, field="amount_currency"):
        items = [
            ("account_id", "=", self.shop.payout_journal_id.marketplace_account_id.id),
            ("parent_state", "=", "posted"),
        ]
        found = self.env["account.move.line"].search(items)
        return self.shop.currency_id.round(sum(found.mapped(field)))

    def arrive(self, payouts):
        """The bank has all that the marketplace sent."""
        values = {"name": "Bank there", "code": "BNKX", "type": "bank", "currency_id": self.shop.currency_id.id}
        bank = self.env["account.journal"].create(values)
        for payout in payouts.filtered("bank_open"):
            facts = {"payment_ref": payout.ref, "amount": payout.bank_open, "date": payout.date_end}
            line = self.env["account.bank.statement.line"].create({**facts, "journal_id": bank.id})
            action = payout.with_user(self.accountant).action_match_bank()
            wizard = self.env[action["res_model"]].with_user(self.accountant).browse(action["res_id"])
            for row in wizard.line_ids:
                row.chosen = row.statement_line_id == line
            wizard.action_match()
            self.assertEqual(payout.bank_state, "arrived")


class LifeTests:
    def test_life(self):
        """R82 R85 R87 R88 D2: order amounts are the invoices, all are paid, the account is what the platform holds."""
        placed = [self.delivered() for _order in range(ORDERS)]
        orders = self.import_now(*placed)
        self.assertEqual(orders.invoice_ids.mapped("state"), ["posted"] * ORDERS)
        self.settle()
        self.charge()
        self.settle()
        self.read()
        payouts = self.payouts().filtered("is_final")
        payouts.with_user(self.accountant).action_post()
        self.env.invalidate_all()
        self.assertEqual(set(payouts.mapped("state")), {"posted"}, payouts.obstacle_ids.mapped("message"))
        for each in placed:
            order = self.order(self.ref(each))
            rows = payouts.line_ids.filtered(lambda row, o=order: row.order_id == o and row.kind == "order_amount")
            self.assertAlmostEqual(sum(rows.mapped("amount")), order.invoice_ids.amount_total)
            self.assertAlmostEqual(order.invoice_ids.amount_total, self.total_there(each))
            self.assertEqual((order.invoice_ids.payment_state, order.invoice_ids.amount_residual), ("paid", 0))
        balance, sent = self.of_platform(payouts)
        self.assertTrue(sent)
        self.assertEqual(self.held(), self.shop.currency_id.round(float(balance + sent)))
        self.arrive(payouts)
        self.assertEqual(self.held(), self.shop.currency_id.round(float(balance)))
        self.assertEqual(self.held("amount_residual_currency"), self.held())


class LazadaLife(LifeTests, AtLazada):
    funded = "platform_voucher"

    def tend(self):
        self.lazada.tend()

    def charge(self):
        self.lazada.advertise(self.lazada.shop(self.countries[0]), 5)

    def of_platform(self, payouts):
        """What Lazada holds after its last statement, and what it has sent."""
        statements = self.lazada.shop(self.countries[0]).statements
        self.assertEqual(payouts.mapped("ref"), [each.number for each in statements])
        held = sum(each.deposit for each in statements) + statements[-1].carried
        return held, sum(each.payout for each in statements)


class ShopeeLife(LifeTests, AtShopee):
    funded = "platform_discount"

    def tend(self):
        self.shopee.catch_up()

    def charge(self):
        shop = self.shopee.shop(self.countries[0])
        self.shopee.add_movement(shop, "PAID_ADS_CHARGE", -5)
        self.shopee.withdraw(shop)

    def of_platform(self, payouts):
        """What is in the wallet at the end of its last day, and what was withdrawn."""
        days = self.shopee.wallet_days(self.shopee.shop(self.countries[0]))
        sent = -sum(row.moved for row in payouts.line_ids if row.kind == "bank")
        return days[payouts[-1].date_end].closing, Decimal(str(sent))


@tagged("post_install", "-at_install")
class TestLazada(LazadaLife, LifeCase):
    pass


@tagged("post_install", "-at_install")
class TestLazadaVietnam(LazadaLife, LifeCase):
    countries = ("VN",)


@tagged("post_install", "-at_install")
class TestShopee(ShopeeLife, LifeCase):
    pass


@tagged("post_install", "-at_install")
class TestShopeeIndonesia(ShopeeLife, LifeCase):
    countries = ("ID",)
