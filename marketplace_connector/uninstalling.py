"""Uninstalling: orders, deliveries, invoices and entries stay, and go on as any others of Odoo."""

AT_ONCE = 1000  # orders that are handed over together
OURS = "marketplace_"  # how the fields begin that other models have from us


def uninstall_hook(env):
    """What Odoo calls before it takes our fields and models away."""
    _keep_prices(env)
    _invoice_as_odoo_does(env)
    _drop_saved_searches(env)
    _drop_settings(env)


def _keep_prices(env):
    """Have Odoo take the marketplaces' prices for ones set by hand, which it leaves alone when quantities change."""
    env.flush_all()
    env.cr.execute(
        """
        UPDATE sale_order_line SET technical_price_unit = CASE WHEN price_unit = 0 THEN 1 ELSE 0 END
         WHERE marketplace_kind IS NOT NULL
        """
    )


def _invoice_as_odoo_does(env):
    """Reckon anew what is to be invoiced: what waited for the rest of its order would never be looked at again."""
    orders = env["sale.order"].search([("marketplace_shop_id", "!=", False), ("state", "=", "sale")])
    env.cr.execute("UPDATE sale_order_line SET marketplace_kind = NULL WHERE marketplace_kind IS NOT NULL")
    env.invalidate_all()
    for first in range(0, len(orders), AT_ONCE):
        lines = orders[first : first + AT_ONCE].order_line
        env.add_to_compute(lines._fields["qty_to_invoice"], lines)
        env.flush_all()
        env.invalidate_all()


def _drop_saved_searches(env):
    """A favourite that looks for one of our fields would keep its list from opening."""
    found = env["ir.filters"].with_context(active_test=False).search([])
    found.filtered(lambda saved: OURS in f"{saved.domain} {saved.context} {saved.sort}").unlink()
    env["ir.exports.line"].search([]).filtered(lambda line: OURS in (line.name or "")).unlink()


def _drop_settings(env):
    """The key of the buyers' hashes above all; those that came as data go by themselves."""
    own = env["ir.config_parameter"].search([("key", "=like", "marketplace\\_connector.%")])
    (own - own.filtered(lambda parameter: parameter.get_external_id()[parameter.id])).unlink()
