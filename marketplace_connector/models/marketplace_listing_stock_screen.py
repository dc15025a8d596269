"""What people see of a listing's stock, and the buttons that do something about it."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class MarketplaceListing(models.Model):
    _inherit = "marketplace.listing"

    sync_stock = fields.Boolean(related="shop_id.sync_stock")
    stock_newest_ids = fields.Many2many("marketplace.stock.update", compute="_compute_stock_newest")
    stock_has_places = fields.Boolean(compute="_compute_stock_newest")
    stock_number = fields.Integer(
        string="By Odoo",
        compute="_compute_stock_newest",
        help="The pieces that buyers may buy, as Odoo has reckoned them last.",
    )
    stock_why = fields.Char(
        string="Why this stock",
        compute="_compute_stock_newest",
        help="What the number follows from, or why the marketplace shows another one.",
    )

    @api.depends("stock_update_ids.is_newest", "stock_update_ids.number", "stock_update_ids.result", "stock_skip")
    @api.depends_context("lang")
    def _compute_stock_newest(self):
        updates = self.env["marketplace.stock.update"].search(
            [("listing_id", "in", self.ids), ("is_newest", "=", True)], order="place_id, id"
        )
        newest = updates.grouped("listing_id")
        refused = self.filtered(lambda listing: listing.stock_state == "refused")
        problems = self.env["marketplace.job"].sudo()._open_stock(refused)
        for listing in self:
            listing.stock_newest_ids = newest.get(listing, updates.browse())
            listing.stock_has_places = bool(listing.stock_newest_ids.place_id)
            listing.stock_number = sum(listing.stock_newest_ids.mapped("number"))
            listing.stock_why = listing._stock_told(problems.get(listing))

    def _stock_told(self, problem):
        """Why it shows its number, or why the marketplace shows another one; nothing before it was reckoned."""
        if self.stock_skip or not self.stock_newest_ids:
            return False
        sums = " + ".join(self.stock_newest_ids.mapped("explanation"))
        reason = problem.message if problem else self._held_reason()
        return f"{sums}. {reason}" if reason else sums

    def _held_reason(self):
        if self.stock_state == "locked":
            return self._locked_sentence(self.listed_locked)
        held = self.stock_newest_ids.filtered(lambda update: update.result == "waiting" and update.message)
        return held[:1].message

    # === BUTTONS === #

    def action_send_again(self):
        """Send these listings' numbers again, changed or not."""
        self.check_access("write")
        if not self.env.user.has_group("marketplace_connector.group_manager"):
            raise UserError(self.env._("Only marketplace managers can send stock again. Ask one of them."))
        for shop in self.shop_id:
            shop._refuse_without_stock()
        self._send_again()
        return self.env["marketplace.job"]._notify(self.env._("The stock is being sent again."), "info")

    def action_open_stock_problem(self):
        """The problem that says why the marketplace does not take the listing's number."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("marketplace_connector.action_marketplace_job")
        return {**action, "domain": [("listing_id", "=", self.id), ("kind", "=", "stock")]}
