"""One record at least of every model, as work with two shops leaves them, and somebody of every role."""

from odoo import Command
from odoo.tests import new_test_user

from .test_flow_shipping import ShippingCase

SALES = "sales_team.group_sale_salesman_all_leads"
ROLES = {
    "employee": "base.group_user",
    "salesman": SALES,
    "packer": "stock.group_stock_user",
    "accountant": "account.group_account_invoice",
    "user": f"marketplace_connector.group_user,{SALES}",
    "manager": f"marketplace_connector.group_manager,{SALES}",
    "boss": "marketplace_connector.group_manager,sales_team.group_sale_manager,stock.group_stock_manager,"
    "account.group_account_manager,product.group_product_manager,base.group_allow_export",
    "system": "base.group_system",
}
EVERYTHING = f"{ROLES['boss']},base.group_system"


class EveryRecord(ShippingCase):
    """`self.records` is a list of record sets, each of one model; `self.people` a dict from role to user, with the
    `outsider`, who has all rights in another company."""

    def setUp(self):
        super().setUp()
        self.people = {role: new_test_user(self.env, f"role_{role}", groups) for role, groups in ROLES.items()}
        company = self.env["res.company"].create({"name": "Other"})
        elsewhere = {"company_id": company.id, "company_ids": [Command.set(company.ids)]}
        self.people["outsider"] = new_test_user(self.env, "role_outsider", EVERYTHING, **elsewhere)
        self.stock_up()
        self.open_one, self.packed = self.place_lazada([(self.sku, 1)]), self.place_lazada([(self.sku, 1)])
        self.waiting = self.place_lazada([("NOWHERE", 1, "3.00")])
        self.lazada.advance(self.packed, "packed")
        orders = self.import_now(self.open_one, self.packed)
        self.act()
        self.packed_order = self.order(self.packed.order_id)
        self.open_order = orders - self.packed_order
        self.records = [*self.of_orders(), *self.of_shop(), *self.of_payouts(), *self.of_wizards()]

    def of_orders(self):
        packed, open_one, Job = self.packed_order, self.open_order, self.env["marketplace.job"]
        sold = {"sale_line_ids": [Command.link(packed.order_line[0].id)], "price_unit": 1}
        values = {"move_type": "out_invoice", "partner_id": packed.partner_id.id}
        act = {"shop_id": self.lazada_shop.id, "order_ref": packed.marketplace_order_ref, "order_id": packed.id}
        act |= {
            "kind": "act",
            "act": "label",
            "package_id": packed.marketplace_package_ids.id,
            "message": "Not allowed",
        }
        return [
            packed,
            open_one,
            self.order(self.waiting.order_id),
            packed.picking_ids,
            open_one.picking_ids,
            packed.marketplace_package_ids,
            Job.search([("is_problem", "=", True)], limit=1),
            Job.create({**act, "reason": "label_host", "arguments": {"host": "labels.example.com"}}),
            self.env["account.move"].create({**values, "invoice_line_ids": [Command.create(sold)]}),
        ]

    def of_shop(self):
        shop = self.lazada_shop
        Listing = self.env["marketplace.listing"]
        listing = Listing.search([("product_id", "=", self.products[0].id)], limit=1)
        in_shop = {"shop_id": shop.id}
        sold = {**in_shop, "order_ref": "1", "listing_id": listing.id, "quantity": 1, "why": "unpaid"}
        plan = self.env["marketplace.catalogue.import"].create({**in_shop, "source": "listings"})
        day = self.env["marketplace.day.check"].create({**in_shop, "date": "2026-03-01"})
        group = self.env["marketplace.shop.group"].create({"name": "All", "line_ids": [Command.create(in_shop)]})
        hint = {"account_id": shop.account_id.id, **in_shop, "kind": "order"}
        missing = {"check_id": day.id, "order_ref": str(self.open_one.order_id), "kind": "missing"}
        return [
            shop.account_id,
            shop.token_id,
            shop,
            self.env["marketplace.buyer"].search([("partner_id", "=", self.open_order.partner_id.id)]),
            listing,
            Listing.search([("product_id", "=", False)], limit=1),
            listing.product_id,
            listing.product_id.product_tmpl_id,
            self.env["marketplace.call.count"].create({**in_shop, "date": "2026-03-01"}),
            self.env["marketplace.sold.unit"].create(sold),
            self.env["marketplace.stock.update"].create({"listing_id": listing.id}),
            plan,
            self.env["marketplace.catalogue.import.row"].create({"import_id": plan.id}),
            self.env["marketplace.stock.mark"].create({**in_shop, "company_id": shop.company_id.id}),
            self.env["marketplace.hint"].create(hint),
            self.env["marketplace.stock.place"].create({**in_shop, "ref": "1", "name": "Here"}),
            day,
            self.env["marketplace.order.check"].create(missing),
            group,
            group.line_ids,
        ]

    def of_payouts(self):
        shop = self.lazada_shop
        days = dict.fromkeys(("date_start", "date_end", "date"), "2026-01-31")
        of_shop = {"shop_id": shop.id, "ref": "1", "currency_id": shop.currency_id.id}
        payout = self.env["marketplace.payout"].create({**of_shop, **days})
        fee_type = self.env["marketplace.fee.type"].search([("provider", "=", shop.provider)], limit=1)
        row = {"payout_id": payout.id, "row_ref": "1", "fee_type_id": fee_type.id, "amount": 1, "order_ref": "1"}
        line = self.env["marketplace.payout.line"].create(row)
        payout._check()
        return [fee_type, payout, line, payout.settlement_ids[:1], payout.obstacle_ids[:1]]

    def of_wizards(self):
        shop, order, env = self.lazada_shop, self.open_order, self.env
        listing = self.env["marketplace.listing"].search([], limit=1)
        cancel = env["marketplace.cancel.order"].create({"order_id": order.id})
        arrange = env["marketplace.arrange.shipment"].create({"picking_id": order.picking_ids.id})
        choice = {"wizard_id": arrange.id, "kind": "way", "ref": "pickup", "name": "Pick-up"}
        days = {"date_from": "2026-03-01", "date_to": "2026-03-01"}
        preview = env["marketplace.stock.preview"].create({"shop_id": shop.id})
        one = {"preview_id": preview.id, "listing_id": listing.id}
        asked = {"shop_id": shop.id, "order_ref": str(self.open_one.order_id)}
        return [
            cancel,
            env["marketplace.privacy"].create({}),
            env["marketplace.cancel.order.line"].create(
                {"wizard_id": cancel.id, "sale_line_id": order.order_line[0].id}
            ),
            env["marketplace.cancel.reason"].create({"wizard_id": cancel.id, "ref": "1", "name": "Out of stock"}),
            arrange,
            env["marketplace.arrange.choice"].create(choice),
            env["marketplace.fetch.order"].create(asked),
            env["marketplace.check.days"].create({"shop_id": shop.id, **days}),
            *self.of_payout_wizards(),
            env["marketplace.read.payouts"].create({"shop_ids": [Command.set(shop.ids)]}),
            preview,
            env["marketplace.stock.preview.line"].create(one),
        ]

    def of_payout_wizards(self):
        """Dialogues in which payouts are grouped by hand and matched with the bank."""
        shop, payout = self.lazada_shop, self.env["marketplace.payout"].search([], limit=1)
        fee_type = self.env["marketplace.fee.type"].search([("provider", "=", shop.provider)], limit=1)
        group = self.env["marketplace.group.payout"].create({"shop_id": shop.id, "ref": "By hand"})
        fee = {"wizard_id": group.id, "fee_type_id": fee_type.id, "amount": 1}
        match = {"company_id": shop.company_id.id, "payout_ids": [Command.set(payout.ids)]}
        match = self.env["marketplace.match.bank"].create(match)
        bank = self.env["account.journal"].create({"name": "Bank", "type": "bank", "code": "RBNK"})
        came = self.env["account.bank.statement.line"].create(
            {"journal_id": bank.id, "date": "2026-03-01", "payment_ref": "Came", "amount": 1}
        )
        account = self.env["account.account"].search([("account_type", "=", "equity")], limit=1)
        opening = {"payout_id": payout.id, "account_id": account.id, "date": "2026-01-01"}
        return [
            came,
            self.env["marketplace.opening.balance"].create(opening),
            group,
            self.env["marketplace.group.payout.fee"].create(fee),
            match,
            self.env["marketplace.match.bank.line"].create({"wizard_id": match.id, "statement_line_id": came.id}),
        ]
