"""In an Odoo shell: the database is the first version's again, and is upgraded as by an administrator, twice."""

from odoo.addons.marketplace_connector.tests.books import CASE, Books
from odoo.addons.marketplace_connector.tests.test_upgrading import FIRST, FIRST_DOMAIN

administrator = env(user=env.ref("base.user_admin"))  # noqa: F821  `env` is the shell's
addon = administrator["ir.module.module"].search([("name", "=", "marketplace_connector")])
rules = administrator["ir.rule"].browse(
    administrator.ref(f"marketplace_connector.rule_{name}_company").id for name in ("account", "token")
)
today = rules.mapped("domain_force")
cron = administrator.ref("marketplace_connector.ir_cron_orders")
voucher = administrator.ref("marketplace_connector.product_voucher")
shipped_name, voucher.name = voucher.name, "Our voucher"
rules.domain_force = FIRST_DOMAIN
cron.interval_number = 2
addon.latest_version = FIRST
administrator.cr.commit()
books = Books(administrator, with_ours=True)
for _time in range(2):
    administrator.cr.rollback()
    addon.button_immediate_upgrade()
    CASE.assertEqual(addon.latest_version, addon.installed_version)
    CASE.assertNotEqual(addon.latest_version, FIRST)
    books.check(administrator)
    CASE.assertEqual(rules.mapped("domain_force"), today)
    CASE.assertEqual(cron.interval_number, 2)
    CASE.assertEqual(voucher.name, "Our voucher")
voucher.name = shipped_name
administrator.cr.commit()
