"""The books of payouts are ready when a shop is connected."""

from .common import MarketplaceCase


class TestPayoutSetUp(MarketplaceCase):
    def test_connected_shop_has_journal_and_accounts(self):
        """R80, R81: a dedicated journal with an intermediary account, and an account for each kind of fee."""
        for shop in self.env["marketplace.shop"].search([]):
            journal = shop.payout_journal_id
            self.assertEqual(journal.type, "general")
            self.assertEqual(journal.company_id, shop.company_id)
            held = journal.marketplace_account_id
            self.assertEqual((held.account_type, held.reconcile), ("asset_current", True))
            fee_types = self.env["marketplace.fee.type"].search([("provider", "=", shop.provider)])
            known = fee_types.filtered(lambda fee_type: fee_type.kind != "unknown")
            self.assertFalse(known.with_company(shop.company_id).filtered("needs_account"))
