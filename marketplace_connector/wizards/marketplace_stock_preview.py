from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

GOOD_FOR = timedelta(days=1)
CHANGES = [
    ("zero", "To zero"),
    ("down", "Down"),
    ("up", "Up"),
    ("same", "Stays"),
    ("skipped", "Not touched"),
]


class MarketplaceStockPreview(models.TransientModel):
    """What would change at the marketplace if stock were sent now; Start sends it."""

    _name = "marketplace.stock.preview"
    _inherit = ["marketplace.access.guard"]
    _description = "Marketplace Stock Preview"

    shop_id = fields.Many2one("marketplace.shop", required=True, readonly=True, ondelete="cascade")
    made_at = fields.Datetime(readonly=True, default=fields.Datetime.now)
    sync_stock = fields.Boolean(related="shop_id.sync_stock")
    line_ids = fields.One2many("marketplace.stock.preview.line", "preview_id", readonly=True)
    summary = fields.Char(compute="_compute_counts")
    zero_count = fields.Integer(compute="_compute_counts")
    down_count = fields.Integer(compute="_compute_counts")
    up_count = fields.Integer(compute="_compute_counts")
    same_count = fields.Integer(compute="_compute_counts")
    skipped_count = fields.Integer(compute="_compute_counts")

    def _compute_display_name(self):
        self.display_name = self.env._("Stock Preview")

    @api.depends("line_ids.change")
    def _compute_counts(self):
        found = self.env["marketplace.stock.preview.line"]._read_group(
            [("preview_id", "in", self.ids)], ["preview_id", "change"], ["__count"]
        )
        counts = {(preview, change): count for preview, change, count in found}
        for preview in self:
            for change, _label in CHANGES:
                preview[f"{change}_count"] = counts.get((preview, change), 0)
            preview.summary = preview._told()

    def _told(self):
        changing = self.zero_count + self.down_count + self.up_count
        return self.env._(
            "%(changing)s listings would change, %(zero)s of them to zero. %(same)s stay as they are, %(skipped)s are "
            "not touched. Nothing is sent before Start.",
            changing=changing,
            zero=self.zero_count,
            same=self.same_count,
            skipped=self.skipped_count,
        )

    # === MAKING === #

    @api.model
    def _of_shop(self, shop):
        """A preview of what would be sent to the shop now."""
        listings = shop._as_system().env["marketplace.listing"].search([("shop_id", "=", shop.id)])
        reckoned = {}
        for (listing, _place), one in listings._stock_reckoned().items():
            reckoned.setdefault(listing, []).append(one)
        lines = [listing._preview_values(reckoned.get(listing)) for listing in listings]
        return self.sudo().create({"shop_id": shop.id, "line_ids": [Command.create(line) for line in lines]})

    # === BUTTONS === #

    def action_start(self):
        """*Start*: stock is sent from now on."""
        self.ensure_one()
        self.check_access("read")
        shop = self.shop_id
        shop.account_id._check_manager()
        shop.check_access("write")
        if fields.Datetime.now() - self.sudo().made_at > GOOD_FOR:
            raise UserError(self.env._("This preview is a day old: press Preview Stock again and look at the new one."))
        shop._refuse_without_warehouses()
        shop._start_stock()
        return {
            **self.env["marketplace.job"]._notify(
                self.env._("Stock of %(shop)s is sent from now on.", shop=shop.name), "success"
            )
        }

    def action_again(self):
        """A new preview, of what Odoo and the marketplace have now."""
        self.ensure_one()
        return self.shop_id.action_preview_stock()

    def action_open_lines(self):
        """The listings of which the button tells the number, in a list with filters."""
        self.ensure_one()
        change = self.env.context.get("change")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "marketplace_connector.action_marketplace_stock_preview_line"
        )
        context = {f"search_default_{change}": 1} if change in dict(CHANGES) else {}
        return {**action, "domain": [("preview_id", "=", self.id)], "context": context}


class MarketplaceStockPreviewLine(models.TransientModel):
    """What would become of one listing's number."""

    _name = "marketplace.stock.preview.line"
    _inherit = ["marketplace.access.guard"]
    _description = "Line of a Marketplace Stock Preview"
    _order = "rank, id"
    _rec_name = "listing_id"

    preview_id = fields.Many2one(
        "marketplace.stock.preview", required=True, readonly=True, ondelete="cascade", index=True
    )
    listing_id = fields.Many2one("marketplace.listing", required=True, readonly=True, ondelete="cascade")
    seller_sku = fields.Char(related="listing_id.seller_sku")
    product_id = fields.Many2one("product.product", readonly=True)
    there = fields.Integer(string="There now", readonly=True)
    is_known = fields.Boolean(readonly=True)
    number = fields.Integer(string="Would become", readonly=True)
    change = fields.Selection(CHANGES, readonly=True)
    rank = fields.Integer(readonly=True)
    why = fields.Char(readonly=True)

    def action_open_listing(self):
        """The listing of the line."""
        self.ensure_one()
        self.listing_id.check_access("read")
        return self.listing_id.get_formview_action()
