"""From the first version: what was shipped as `noupdate` and has changed since, and books that new shops begin with."""

from odoo import SUPERUSER_ID, api

FIRST_DOMAIN = "['|', ('company_ids', '=', False), ('company_ids', 'in', company_ids)]"
SHOP_LESS = "['|', ('company_ids', 'in', company_ids), '&', ('company_ids', '=', False), ('%s', 'in', company_ids)]"
DOMAINS = {"rule_account_company": SHOP_LESS % "company_id", "rule_token_company": SHOP_LESS % "account_id.company_id"}
PRODUCTS = ("product_shipping", "product_voucher", "product_unlinked")


def migrate(cr, version):
    """Called by Odoo once every module is loaded: books are made with the fields of all of them."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    _narrow_rules(env)
    _guard_schedules(env)
    _invoice_as_ordered(env)
    _prepare_payouts(env)


def _shipped(env, name):
    return env.ref(f"marketplace_connector.{name}", raise_if_not_found=False)


def _narrow_rules(env):
    """Accounts and tokens without a shop are their own company's only; rules that somebody has changed stay."""
    for name, domain in DOMAINS.items():
        rule = _shipped(env, name)
        if rule and rule.domain_force == FIRST_DOMAIN:
            rule.domain_force = domain


def _guard_schedules(env):
    """Without groups, Odoo lets everybody who is logged in run a scheduled action by RPC."""
    ours = env["ir.model.data"].search([("module", "=", "marketplace_connector"), ("model", "=", "ir.cron")])
    for cron in env["ir.cron"].with_context(active_test=False).browse(ours.mapped("res_id")).exists():
        if not cron.group_ids:
            cron.group_ids = env.ref("base.group_system")


def _invoice_as_ordered(env):
    """Nobody delivers a shipping fee or a voucher: invoiced by delivery, they would never be."""
    for product in filter(None, (_shipped(env, name) for name in PRODUCTS)):
        if product.invoice_policy == "delivery":
            product.invoice_policy = "order"


def _prepare_payouts(env):
    """Shops from before there were payouts get what shops get when they are connected."""
    env["marketplace.shop"].search([("payouts_from", "=", False)])._set_up()
