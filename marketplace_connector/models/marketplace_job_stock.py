"""Numbers that a marketplace does not take: a problem for each listing, solved by itself once a number is taken."""

from odoo import api, fields, models


class MarketplaceJob(models.Model):
    _inherit = "marketplace.job"

    kind = fields.Selection(selection_add=[("stock", "Stock")], ondelete={"stock": "cascade"})
    order_ref = fields.Char(required=False)
    listing_id = fields.Many2one("marketplace.listing", readonly=True, ondelete="cascade", index="btree_not_null")
    reason = fields.Selection(selection_add=[("stock_refused", "Stock refused")], ondelete={"stock_refused": "cascade"})

    refused_number = fields.Integer(string="Pieces refused", readonly=True)

    _order_named = models.Constraint(
        "CHECK (kind = 'stock' OR order_ref IS NOT NULL)", "A problem of an order needs the order's number."
    )
    _stock_unique = models.UniqueIndex(
        "(listing_id) WHERE state = 'open' AND kind = 'stock'", "This listing's stock problem is already listed."
    )

    @api.model
    def _record_stock(self, shop, refusals):
        """Keep one open problem a listing. `refusals` are (listing, number, why it was not taken)."""
        if not refusals:
            return
        known = self._open_stock(self.env["marketplace.listing"].union(*(listing for listing, *_why in refusals)))
        fresh = []
        for listing, number, why in refusals:
            message = self.env._(
                "%(sku)s: the stock of %(number)s was refused: %(reason)s",
                sku=listing.seller_sku or listing.name,
                number=number,
                reason=why,
            )
            values = {"message": message, "refused_number": number, "last_try": fields.Datetime.now()}
            if job := known.get(listing):
                job.write({**values, "attempts": job.attempts + 1})
            else:
                fresh.append(
                    {**values, "kind": "stock", "reason": "stock_refused", "shop_id": shop.id, "listing_id": listing.id}
                )
        if self.create(fresh):
            shop._announce_problems()

    @api.model
    def _solve_stock(self, listings):
        """Close the problems of listings whose number was taken, or is not to be sent any more."""
        self.union(*self._open_stock(listings).values())._close()

    @api.model
    def _solve_settled_stock(self, shop):
        """Close the problems of the shop's listings that are not sent any more, or show what they should."""
        jobs = self.search([("kind", "=", "stock"), ("state", "=", "open"), ("shop_id", "=", shop.id)])
        settled = ("accepted", "unchanged", "locked")
        over = jobs.filtered(
            lambda job: not shop.sync_stock or job.listing_id.stock_skip or job.listing_id.stock_state in settled
        )
        over._close()

    @api.model
    def _open_stock(self, listings):
        jobs = self.search([("kind", "=", "stock"), ("state", "=", "open"), ("listing_id", "in", listings.ids)])
        return {job.listing_id: job for job in jobs}

    def action_retry(self):
        """Send refused numbers again, and do what the other problems need; say what came of it."""
        refused = self.filtered(lambda job: job.kind == "stock" and job.state == "open")
        if not refused:
            return super().action_retry()
        self.check_access("read")
        self._check_user()
        refused.sudo().listing_id._send_again()
        if self - refused:
            return super(MarketplaceJob, self - refused).action_retry()
        return self._notify(self.env._("The stock is being sent again."), "info")

    def action_open_listing(self):
        """The listing whose number was not taken."""
        self.ensure_one()
        return self.listing_id.get_formview_action()
