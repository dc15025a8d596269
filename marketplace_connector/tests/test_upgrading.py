"""Upgrading from the first version: what it shipped as `noupdate` becomes what it is today, unless somebody changed it.

Odoo's own part of an upgrade, with a whole database, is tried in test_lifecycle.py.
"""

from odoo.modules.module import get_module_path, load_script
from odoo.tests import tagged

from .common import MarketplaceCase

FIRST = "19.0.1.0.0"
FIRST_DOMAIN = "['|', ('company_ids', '=', False), ('company_ids', 'in', company_ids)]"


@tagged("post_install", "-at_install")
class TestUpgrading(MarketplaceCase):
    def setUp(self):
        super().setUp()
        self.account_rule = self.env.ref("marketplace_connector.rule_account_company")
        self.token_rule = self.env.ref("marketplace_connector.rule_token_company")
        self.products_of_ours = self.env["product.product"].concat(
            *(self.env.ref(f"marketplace_connector.product_{name}") for name in ("shipping", "voucher", "unlinked"))
        )

    def upgrade(self):
        path = f"{get_module_path('marketplace_connector')}/migrations/19.0.1.1.0/end-migrate.py"
        self.env.flush_all()
        load_script(path, "migration_of_marketplace_connector").migrate(self.env.cr, FIRST)
        self.env.invalidate_all()

    def test_rules(self):
        """D22: accounts and tokens without a shop are no longer seen by every company."""
        today = (self.account_rule | self.token_rule).mapped("domain_force")
        (self.account_rule | self.token_rule).domain_force = FIRST_DOMAIN
        self.upgrade()
        self.assertEqual((self.account_rule | self.token_rule).mapped("domain_force"), today)
        self.assertNotIn(FIRST_DOMAIN, today)

    def test_rule_changed_by_hand(self):
        """A rule that an administrator has written stays."""
        own = "[('company_ids', 'in', company_ids)]"
        self.account_rule.domain_force = own
        self.upgrade()
        self.assertEqual(self.account_rule.domain_force, own)

    def test_products(self):
        self.products_of_ours.invoice_policy = "delivery"
        self.products_of_ours[0].name = "Postage"
        self.upgrade()
        self.assertEqual(self.products_of_ours.mapped("invoice_policy"), ["order"] * 3)
        self.assertEqual(self.products_of_ours[0].name, "Postage")

    def test_product_deleted(self):
        """What somebody has deleted is not made again, and stops nothing."""
        self.env.ref("marketplace_connector.product_unlinked").unlink()
        self.account_rule.unlink()
        self.upgrade()
        self.assertFalse(self.env.ref("marketplace_connector.product_unlinked", raise_if_not_found=False))

    def test_payouts(self):
        """Shops of the first version get the journal and the accounts that new ones have, once."""
        shop = self.lazada_shop
        shop.write({"payouts_from": False, "payout_journal_id": False, "payout_partner_id": False})
        self.upgrade()
        self.assertTrue(shop.payout_journal_id.marketplace_account_id)
        self.assertEqual(shop.payouts_from, shop._day_of(shop.import_from))
        self.assertFalse(shop.payouts_missing)
        journal, count = shop.payout_journal_id, self.env["account.account"].search_count([])
        self.upgrade()
        self.assertEqual(shop.payout_journal_id, journal)
        self.assertEqual(self.env["account.account"].search_count([]), count)
