"""One run of sending stock."""

from datetime import timedelta

from odoo import fields

FRESH = timedelta(minutes=1)


class StockRun:
    """Keeps the orders of all connected shops fresh while numbers are sent, and knows whose are not all in Odoo.

    `commit()` ends the transaction and gives the seconds left. The numbers of shops in `unread`, and of what they sell
    too, are never raised: pieces may have been sold there that Odoo does not know of.
    """

    def __init__(self, shops, commit):
        """For sending the stock of these `shops`: of all that belong to their companies the orders are read."""
        self.commit = commit
        self.shops = shops.search([("state", "=", "connected"), ("company_id", "in", shops.company_id.ids)])
        self.unread = self.shops.browse()
        self.answers = 0
        self._read_at = None

    def read_orders(self, at_once=False):
        """Fetch what was ordered, unless that was done a moment ago, and find the listings that are touched by it."""
        now = fields.Datetime.now()
        if not at_once and self._read_at and now - self._read_at < FRESH:
            return
        self.unread = self.shops.filtered(lambda shop: not shop._orders_are_read(self.commit))
        self._read_at = now
        self.shops.env["marketplace.stock.mark"]._consume()
        self.commit()

    def unread_sharing(self, listings):
        """Those of the listings whose pieces are also sold in a shop whose orders are not all in Odoo."""
        unread = self.unread.filtered(lambda shop: shop.company_id in listings.company_id)
        if not unread:
            return listings.browse()
        there = listings.sudo().search([("shop_id", "in", unread.ids), ("product_id", "!=", False)])
        sold = there.product_id._marketplace_kits_with()
        return listings.filtered(lambda listing: listing.shop_id in self.unread or listing.product_id in sold)
