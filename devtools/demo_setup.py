"""Run in an Odoo shell by ./dev demo: set up a company, connect one shop of each marketplace, synchronise."""

import json
import os
import re
from urllib.parse import parse_qs, urlsplit

import requests
from odoo import Command
from odoo.addons.marketplace_connector.simulator.catalogue import catalogue

CONSENT = {
    "lazada": {"answer": "allow"},
    "shopee": {"decision": "allow", "days": "365"},
}


def prepare_company(env):
    """Give the database a Singaporean seller: name, currency, time zone, a chart of accounts with 9 % GST."""
    company = env.company
    company.write({"name": "Kampung Living", "country_id": env.ref("base.sg").id})
    env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    company.currency_id = env.ref("base.SGD")
    env.ref("base.SGD").active = True
    group = company.account_sale_tax_id.tax_group_id.copy({"name": "GST 9%"})
    values = {"name": "GST 9%", "amount": 9.0, "invoice_label": "GST 9%", "tax_group_id": group.id}
    gst = company.account_sale_tax_id.copy(values)
    company.account_sale_tax_id = gst
    env.ref("base.user_admin").write({"tz": "Asia/Singapore"})
    env["product.product"].search([]).taxes_id = gst
    env.cr.commit()


def create_products(env):
    """The seller's catalogue as products with variants, priced in SGD and in stock.

    SKUs that the catalogue says the ERP lacks are left out, those it has twice are made twice.
    """
    attributes = {}
    for product in catalogue():
        known = [variant for variant in product.variants if variant.erp_products]
        if not known:
            continue
        values = {"name": product.name, "is_storable": True, "list_price": float(known[0].prices["SGD"])}
        names = [name for name, _value in known[0].options]
        lines = []
        for name in names:
            attribute = attributes.setdefault(name, env["product.attribute"].create({"name": name}))
            wanted = list(dict.fromkeys(dict(variant.options)[name] for variant in known))
            choices = [_attribute_value(env, attribute, value).id for value in wanted]
            lines.append(Command.create({"attribute_id": attribute.id, "value_ids": [Command.set(choices)]}))
        template = env["product.template"].create({**values, "attribute_line_ids": lines})
        for variant in known:
            _name_variant(env, template, variant)
        template.product_variant_ids.filtered(lambda other: not other.default_code).action_archive()
    env.cr.commit()


def _attribute_value(env, attribute, name):
    found = attribute.value_ids.filtered(lambda value: value.name == name)
    return found or env["product.attribute.value"].create({"attribute_id": attribute.id, "name": name})


def _name_variant(env, template, variant):
    """Put SKU, weight and stock on the template's product with the variant's options."""
    wanted = {value for _name, value in variant.options}
    product = template.product_variant_ids.filtered(
        lambda other: set(other.product_template_attribute_value_ids.mapped("name")) == wanted
    )[:1]
    product.write({"default_code": variant.sku, "weight": float(variant.weight)})
    for number in range(1, variant.erp_products):
        template.create(
            {"name": f"{template.name} (old article {number})", "default_code": variant.sku, "is_storable": True}
        )
    warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
    env["stock.quant"]._update_available_quantity(product, warehouse.lot_stock_id, variant.stock)


def connect(env, provider, values):
    """Make an account and let its app into the seller's shop, through the platform's consent page."""
    account = env["marketplace.account"].create(
        {
            "name": f"{provider.capitalize()} (simulator)",
            "provider": provider,
            "environment": "simulator",
            **values,
        }
    )
    location = consent(account.action_connect()["url"], provider)
    query = {name: value[0] for name, value in parse_qs(urlsplit(location).query).items()}
    account = env["marketplace.account"]._account_of_state(query.pop("state"))
    connected, _elsewhere = account._finish_connection(query)
    env.cr.commit()
    return connected


def consent(url, provider):
    """Let the app in on the platform's consent page at the address; gives where the page sends the browser then."""
    page = requests.get(url, timeout=10)
    page.raise_for_status()
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    query = {name: value[0] for name, value in parse_qs(urlsplit(url).query).items()}
    form |= {name: query[name] for name in ("redirect_uri", "state") if name in form}
    form |= CONSENT[provider]
    if radio := re.search(r'name="account" value="([^"]*)" checked', page.text):
        form["account"] = radio[1]
    if option := re.search(r'<select name="login"><option value="([^"]*)"', page.text):
        form["login"] = option[1]
    return requests.post(url, data=form, timeout=10, allow_redirects=False).headers["Location"]


def connect_and_sync(env, simulator):
    """Connect a Lazada and a Shopee shop of the running simulator, read their orders and what was settled with them.

    `simulator` is what `python -m marketplace_connector.simulator` prints at its start, and `odoo_url`.
    Return the numbers of shops, of imported orders, of those that need attention, and of failed ones; and the
    addresses for pushes.
    """
    create_products(env)
    lazada, shopee = simulator["lazada"], simulator["shopee"]
    shops = connect(
        env,
        "lazada",
        {
            "app_key": lazada["app_key"],
            "app_secret": lazada["app_secret"],
            "api_url": lazada["base_url"],
            "auth_url": lazada["auth_url"],
        },
    )
    shops |= connect(
        env,
        "shopee",
        {
            "app_key": str(shopee["partner_id"]),
            "app_secret": shopee["partner_key"],
            "push_key": shopee["push_key"],
            "api_url": shopee["base_url"],
            "auth_url": shopee["auth_url"],
        },
    )
    for shop in shops:
        shop._sync_orders(lambda: env["ir.cron"]._commit_progress())
    jobs = env["marketplace.job"].search([("is_problem", "=", True)])
    imported = env["sale.order"].search_count([("marketplace_shop_id", "in", shops.ids)])
    failed = len(jobs.filtered(lambda job: not job.order_id)) + len(shops.filtered("error_message"))
    for shop in shops:
        shop._read_payouts(lambda: env["ir.cron"]._commit_progress())
    failed += len(shops.filtered("payouts_error"))
    counts = {"shops": len(shops), "imported": imported, "attention": len(jobs), "failed": failed}
    return {**counts, "push_urls": {account.provider: account.push_url for account in shops.account_id.sudo()}}


def main(env):
    """Do all of it and print the result as one line of JSON."""
    simulator = json.loads(os.environ["MARKETPLACE_DEMO"])
    parameters = env["ir.config_parameter"].sudo()
    parameters.set_param("web.base.url", simulator["odoo_url"])
    parameters.set_param("web.base.url.freeze", "True")
    env = env(user=env.ref("base.user_admin"))
    prepare_company(env)
    result = connect_and_sync(env, simulator)
    env.cr.commit()
    print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main(env)  # noqa: F821  `env` is the Odoo shell's
