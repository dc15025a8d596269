"""What an Odoo without the addon keeps of it: orders, stock, accounts; and whether it works without."""

from unittest import TestCase

from odoo import Command

CASE = TestCase()
TABLES = (
    "sale_order", "sale_order_line", "sale_order_line_invoice_rel", "account_tax_sale_order_line_rel",
    "stock_picking", "stock_move", "stock_move_line", "stock_quant", "stock_warehouse", "stock_location",
    "account_move", "account_move_line", "account_partial_reconcile", "account_full_reconcile",
    "account_bank_statement_line", "account_payment", "account_journal", "account_account", "account_tax",
    "account_fiscal_position", "account_fiscal_position_account_tax_rel",
    "product_product", "product_template", "product_pricelist", "crm_team",
    "res_partner", "res_users", "res_currency", "ir_attachment", "mail_activity",
)  # fmt: skip
OF_US = {"ir_attachment": "res_model", "mail_activity": "res_model"}  # rows of shops and payouts go with them
# Reckoned anew by Odoo's own rules, see uninstalling.py; `write` are Odoo's notes of who wrote last.
RECKONED = {
    "sale_order": {"invoice_status"},
    "sale_order_line": {"technical_price_unit", "qty_to_invoice", "invoice_status", "untaxed_amount_to_invoice"},
    "mail_activity": {"activity_type_id"},  # one of Odoo's own takes the place of ours
}
SCREENS = (
    "sale.order", "sale.report", "stock.picking", "stock.move", "stock.quant", "account.move", "account.move.line",
    "account.journal", "account.bank.statement.line", "account.payment", "account.invoice.report", "product.template",
    "product.product", "res.partner", "crm.team", "account.account", "stock.warehouse",
)  # fmt: skip


class Books:
    """The rows of TABLES as they were; `with_ours` the addon's own, too, and when each was written."""

    def __init__(self, env, with_ours=False):
        env.flush_all()
        tables = (*TABLES, *(self._our_tables(env) if with_ours else ()))
        self.columns = {table: self._columns(env, table, with_ours) for table in tables}
        self.rows = {table: self._rows(env, table) for table in tables}

    def _our_tables(self, env):
        env.cr.execute("SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'marketplace%'")
        return sorted(name for (name,) in env.cr.fetchall())

    def _columns(self, env, table, with_ours):
        env.cr.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
        columns = sorted(name for (name,) in env.cr.fetchall())
        if table.startswith("marketplace_"):
            return [f'"{name}"' for name in columns]
        left_out = {"write_date", "write_uid"} | (set() if with_ours else RECKONED.get(table, set()))
        return [name for name in columns if name not in left_out and (with_ours or not name.startswith("marketplace_"))]

    def _rows(self, env, table):
        own = f"WHERE COALESCE({OF_US[table]}, '') !~ '^marketplace'" if table in OF_US else ""
        env.cr.execute(f"SELECT {', '.join(self.columns[table])} FROM {table} {own}")
        return {self._key(table, row): row for row in env.cr.fetchall()}

    def _key(self, table, row):
        names = [name.strip('"') for name in self.columns[table]]
        return row[names.index("id")] if "id" in names else row

    def check(self, env):
        """Fail where a row is gone or another one."""
        for table, rows in self.rows.items():
            now = self._rows(env, table)
            CASE.assertFalse(rows.keys() - now.keys(), f"gone from {table}")
            for key, row in rows.items():
                other = {
                    name: (before, after)
                    for name, before, after in zip(self.columns[table], row, now[key], strict=True)
                    if repr(before) != repr(after)
                }
                CASE.assertEqual(other, {}, f"{table} {key}")


def leftovers(env):
    """Fail where something of the addon is still in the database, apart from what the books need."""
    for what, query in {
        "tables": "SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'marketplace%'",
        "columns": "SELECT table_name, column_name FROM information_schema.columns WHERE column_name ~ '^marketplace'",
        "indices": "SELECT indexname FROM pg_indexes WHERE indexdef ~ 'marketplace'",
        "constraints": "SELECT conname FROM pg_constraint WHERE conname ~ 'marketplace'",
        "triggers": "SELECT tgname FROM pg_trigger WHERE tgname ~ 'marketplace'",
        "functions": "SELECT proname FROM pg_proc WHERE proname ~ 'marketplace'",
        "models": "SELECT model FROM ir_model WHERE model ~ '^marketplace'",
        "fields": "SELECT model, name FROM ir_model_fields WHERE name ~ '^marketplace'",
        "scheduled actions": "SELECT id FROM ir_act_server WHERE code ~ '_cron_sync_orders|marketplace'",
        "rules": "SELECT name FROM ir_rule WHERE name ~ '(?i)marketplace'",
        "menus": "SELECT name->>'en_US' FROM ir_ui_menu WHERE name->>'en_US' ~ '(?i)marketplace'",
        "views": "SELECT name FROM ir_ui_view WHERE arch_db::text ~ 'marketplace_'",
        "settings": "SELECT key FROM ir_config_parameter WHERE key ~ 'marketplace'",
        "favourites": "SELECT name FROM ir_filters WHERE domain ~ 'marketplace_'",
        "files": "SELECT name FROM ir_attachment WHERE res_model ~ '^marketplace'",
        "messages": "SELECT id FROM mail_message WHERE model ~ '^marketplace'",
        "records": "SELECT name FROM ir_model_data WHERE module = 'marketplace_connector'"
        " AND model NOT IN ('product.product', 'product.template', 'mail.activity.type')",
    }.items():
        env.cr.execute(query)
        CASE.assertEqual(env.cr.fetchall(), [], what)


def open_screens(env):
    """Open every action of sales, stock and accounting, and read its newest records whole."""
    actions = env["ir.actions.act_window"].search([("res_model", "in", SCREENS)])
    CASE.assertGreater(len(actions), 30)
    for action in actions:
        env[action.res_model].get_views([(view, kind) for view, kind in action.views], {"toolbar": True})
    for model in SCREENS:
        env[model].search([], limit=3).read()


def work_on(env):
    """Change, deliver, invoice and cancel the orders that were open; take an entry back and post it again."""
    orders = env["sale.order"].search([("state", "=", "sale")])
    for order in orders.filtered(lambda order: order.invoice_status == "invoiced"):
        CASE.assertFalse(any(order.order_line.mapped("qty_to_invoice")), order.name)
    still_open = orders.filtered(lambda order: "assigned" in order.picking_ids.mapped("state"))
    CASE.assertGreater(len(still_open), 3)
    for order in still_open:
        change_and_finish(order)
    draft = env["sale.order"].search([("state", "=", "draft")], limit=1)
    draft.order_line[0].product_id = env["product.product"].search([("is_storable", "=", True)], limit=1)
    draft.action_confirm()
    draft.with_context(disable_cancel_warning=True).action_cancel()
    CASE.assertEqual(draft.state, "cancel")
    paid_out = env["account.move"].search([("journal_id.type", "=", "general"), ("state", "=", "posted")])
    CASE.assertTrue(paid_out)
    balances = sorted(paid_out.line_ids.mapped("balance"))
    paid_out.button_draft()
    paid_out.action_post()
    CASE.assertEqual(sorted(paid_out.line_ids.mapped("balance")), balances)
    invoice = orders.invoice_ids.filtered(lambda move: move.payment_state == "not_paid")[:1]
    wizard = env["account.move.reversal"].with_context(active_model="account.move", active_ids=invoice.ids)
    wizard.create({"journal_id": invoice.journal_id.id}).reverse_moves()


def change_and_finish(order):
    """One piece more at the marketplace's price; shipping and voucher are invoiced with the goods."""
    line = order.order_line[0]
    prices, total = order.order_line.mapped("price_unit"), order.amount_total
    line.product_uom_qty += 1
    CASE.assertEqual(order.order_line.mapped("price_unit"), prices)
    CASE.assertAlmostEqual(order.amount_total, total + line.price_unit)
    order.write({"order_line": [Command.update(line.id, {"name": "Another text"})]})
    for move in order.picking_ids.move_ids:
        move.write({"quantity": move.product_uom_qty, "picked": True})
    order.picking_ids.button_validate()
    CASE.assertEqual(set(order.picking_ids.mapped("state")), {"done"})
    invoice = order._create_invoices()
    invoice.action_post()
    CASE.assertAlmostEqual(invoice.amount_total, order.amount_total)
    CASE.assertEqual(order.invoice_status, "invoiced")
