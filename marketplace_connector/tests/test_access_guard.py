"""What people with rights of their own try to write and to link, by RPC, where no screen stands between."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .every_record import EveryRecord

# Who has the right to change the record, and what only code may write on it.
CODE_WRITES = """
marketplace.account manager push_verify_until push_accepted push_refused company_ids
marketplace.shop manager state authorized_until currency_id pricelist_id fiscal_position_id wait_until environment
marketplace.buyer manager company_id site
marketplace.listing user external_key item_ref shop_id name listed_quantity
marketplace.stock.place manager ref shop_id
marketplace.catalogue.import manager state user_id row_ids
marketplace.payout accountant state paid_out shop_id move_id
marketplace.payout.line accountant amount order_id payout_id
marketplace.payout.settlement accountant accepted order_id
marketplace.fee.type accountant key provider
sale.order salesman marketplace_shop_id marketplace_order_ref marketplace_status marketplace_amount_state
sale.order.line salesman marketplace_kind marketplace_listing_id marketplace_unit_refs
stock.picking packer marketplace_shop_id marketplace_handled marketplace_status
account.move accountant marketplace_shop_id marketplace_order_ref
"""


@tagged("post_install", "-at_install")
class TestGuard(EveryRecord):
    def of(self, name):
        found = [record for record in self.records if record._name == name]
        return found[0] if found else self.open_order.order_line[:1]

    def test_every_model_is_guarded(self):
        """A model of ours that is new is guarded too."""
        for model in self.env.values():
            if model._name.startswith("marketplace.") and not model._abstract:
                self.assertIn("_check_links", dir(model), f"{model._name} does not inherit marketplace.access.guard")

    def test_what_only_code_writes(self):
        """R51: states, ids and counters are no matter of rights, and the screens say so, too."""
        for line in CODE_WRITES.strip().splitlines():
            name, role, *names = line.split()
            record = self.of(name).with_user(self.people[role])
            for field in names:
                value = self.of(name)[field]
                value = value.id if hasattr(value, "_name") else value
                with self.assertRaises(AccessError, msg=f"{name} {field} {role}"), self.env.cr.savepoint():
                    call_kw(record.browse(), "write", [record.ids, {field: value}], {})
                self.assertTrue(record.fields_get([field])[field]["readonly"], f"{name} {field}")

    def test_nobody_hangs_an_order_on_a_foreign_shop(self):
        """An order, a transfer or an invoice of another company is never taken for one of the shop's."""
        env = self.env(user=self.people["outsider"])
        partner = env["res.partner"].create({"name": "X"})
        shop = self.lazada_shop.id
        for values in ({"marketplace_shop_id": shop}, {"marketplace_order_ref": "1"}):
            with self.assertRaises(AccessError):
                env["sale.order"].create({"partner_id": partner.id, **values})
        with self.assertRaises(AccessError):
            env["sale.order"].with_context(default_marketplace_shop_id=shop).create({"partner_id": partner.id})
        picking = self.open_order.picking_ids.copy({"move_ids": False})
        picking.picking_type_id = env["stock.picking.type"].search([("code", "=", "outgoing")], limit=1).sudo()
        picking.sale_id = self.open_order
        self.assertNotEqual(picking.company_id, self.open_order.company_id)
        self.assertFalse(picking.marketplace_shop_id)

    def test_credit_notes_are_of_the_shop(self):
        """Made by an accountant, without sudo."""
        invoice = self.of("account.move")
        invoice.write({"marketplace_shop_id": self.lazada_shop.id, "marketplace_order_ref": "7"})
        invoice.action_post()
        credit_note = invoice.with_user(self.people["accountant"])._reverse_moves()
        self.assertEqual(credit_note.marketplace_shop_id.id, self.lazada_shop.id)
        self.assertEqual(credit_note.marketplace_order_ref, "7")
        self.assertFalse(invoice.copy().marketplace_shop_id)

    def test_companies_of_accounts(self):
        """A manager connects shops to their own companies only."""
        elsewhere = self.people["outsider"].company_id
        manager = self.people["manager"]
        with self.assertRaises(AccessError):
            self.lazada_account.with_user(manager).company_id = elsewhere
        new = {"name": "New", "provider": "lazada", "app_key": "1", "company_id": elsewhere.id}
        with self.assertRaises(AccessError):
            self.env["marketplace.account"].with_user(manager).create(new)

    # === CONTEXT === #

    def test_keys_of_the_context(self):
        """What code tells itself in the context is not believed when it comes from outside."""
        order, picking = self.open_order, self.open_order.picking_ids
        self.lazada_shop.write({"process_orders": True, "cancel_too": True})
        salesman, packer = self.people["salesman"], self.people["packer"]
        keys = {"marketplace_cancellation": True, "marketplace_follows": True, "marketplace_payout_decides": True}
        call_kw(order.with_user(salesman).browse(), "action_cancel", [order.ids], {"context": keys})
        self.assertTrue(order.marketplace_cancelling)
        self.assertEqual(order.state, "sale")

        order.marketplace_cancelling = False
        self.env["marketplace.job"].search([("act", "=", "cancel")]).unlink()
        picking.move_ids.write({"quantity": 1, "picked": True})
        picking.with_user(packer).with_context(**keys)._action_done()
        self.assertIn("arrange", picking.marketplace_act_ids.mapped("act"))

        payout = self.of("marketplace.payout")
        entry = self.env["account.move"].create({"move_type": "entry"})
        payout.write({"state": "posted", "move_id": entry.id})
        with self.assertRaisesRegex(UserError, "Cancel the payout instead"):
            call_kw(
                entry.with_user(self.people["accountant"]).browse(), "button_cancel", [entry.ids], {"context": keys}
            )

    # === LINKS === #

    def links(self):
        """(model, values that link to records of the first company, fields that would tell of them)."""
        shop, order, payout = self.lazada_shop, self.open_order, self.of("marketplace.payout")
        line = self.of("account.bank.statement.line")
        move, fee_type = self.of("account.move"), self.of("marketplace.fee.type")
        return [
            ("marketplace.opening.balance", {"payout_id": payout.id}, ["amount", "currency_id"]),
            ("marketplace.match.bank", {"payout_ids": [Command.set(payout.ids)]}, ["open_amount"]),
            ("marketplace.match.bank", {"line_ids": [Command.create({"statement_line_id": line.id})]}, ["difference"]),
            ("marketplace.match.bank.line", {"statement_line_id": line.id}, ["amount", "label", "partner_id"]),
            ("marketplace.group.payout", {"shop_id": shop.id}, ["partner_id", "provider"]),
            ("marketplace.group.payout", {"document_ids": [Command.link(move.id)]}, ["ref"]),
            ("marketplace.group.payout.fee", {"wizard_id": self.of("marketplace.group.payout").id}, ["currency_id"]),
            ("marketplace.arrange.shipment", {"picking_id": order.picking_ids.id}, ["sender_name"]),
            ("marketplace.cancel.order", {"order_id": order.id}, ["odoo_only"]),
            ("marketplace.cancel.order.line", {"sale_line_id": order.order_line[0].id}, ["name"]),
            ("marketplace.check.days", {"shop_id": shop.id}, ["date_from"]),
            ("marketplace.fetch.order", {"shop_id": shop.id}, ["warning"]),
            ("marketplace.read.payouts", {"shop_ids": [Command.set(shop.ids)]}, ["start"]),
            ("marketplace.catalogue.import", {"shop_id": shop.id}, ["provider", "name"]),
            ("marketplace.shop.group", {"line_ids": [Command.create({"shop_id": shop.id})]}, ["name"]),
            ("sale.order", {"marketplace_shop_id": shop.id}, ["marketplace_provider", "marketplace_sends"]),
        ] + [("marketplace.fee.type", {"account_id": self.foreign_account().id}, ["kind"])] * bool(fee_type)

    def foreign_account(self):
        return self.env["account.account"].search([("company_ids", "=", self.lazada_shop.company_id.id)], limit=1)

    def test_links_to_another_company(self):
        """R51: whoever names a record must be able to see it: creating, changing, filling in, by value and context."""
        outsider = self.people["outsider"]
        for name, values, shown in self.links():
            model = self.env[name].with_user(outsider)
            given = {f"default_{field}": value for field, value in values.items()}
            spec = dict.fromkeys([*values, *shown], {})
            for method, args, context in (
                ("create", [values], {}),
                ("create", [{}], given),
                ("onchange", [[], values, list(values), spec], {}),
                ("onchange", [[], {}, [], spec], given),
                ("onchange", [[], values, [], spec], {}),
            ):
                label = f"{name} {method} {values} {context}"
                with self.assertRaises(AccessError, msg=label), self.env.cr.savepoint():
                    call_kw(model, method, args, {"context": context})
                self.env.invalidate_all()

    def test_links_of_one_s_own(self):
        """The same is open to who may see the records."""
        boss = self.people["boss"]
        for name, values, shown in self.links():
            if name in ("marketplace.match.bank", "marketplace.group.payout.fee", "sale.order", "marketplace.fee.type"):
                continue  # of another opener's dialogue, or nothing that one sets
            spec = dict.fromkeys([*values, *shown], {})
            call_kw(self.env[name].with_user(boss), "onchange", [[], values, list(values), spec], {})
