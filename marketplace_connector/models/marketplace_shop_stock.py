"""What a shop shows of its stock: which warehouses count, and how much of what is free there."""

from odoo import api, fields, models


class MarketplaceShop(models.Model):
    _inherit = "marketplace.shop"

    sync_stock = fields.Boolean(
        string="Send stock",
        readonly=True,
        copy=False,
        help="The marketplace shows the stock that Odoo has. It is started after a look at the preview.",
    )
    stock_warehouse_ids = fields.Many2many(
        "stock.warehouse",
        "marketplace_shop_stock_warehouse",
        string="Warehouses that count",
        check_company=True,
        copy=False,
        help="What these warehouses have can be sold in the shop. A warehouse that is not listed is never counted. "
        "None: the stock at the marketplace is not touched.",
    )
    stock_place_ids = fields.One2many("marketplace.stock.place", "shop_id", string="Places at the marketplace")
    stock_share = fields.Float(
        string="Share (%)",
        default=100,
        help="How much of the free stock the shop shows. Less than 100 leaves some for your other channels.",
    )
    stock_buffer = fields.Integer(
        string="Keep back",
        help="Pieces of each product that the shop never shows, against miscounts and sales at the same moment.",
    )
    stock_has_cap = fields.Boolean(
        string="Upper limit", help="Never show more than a number of pieces, however many there are."
    )
    stock_cap = fields.Integer(string="At most", help="The most pieces that the shop shows of a product.")
    stock_count_incoming = fields.Boolean(
        string="Count what is to come",
        help="Goods on confirmed receipts can be sold before they have arrived. Off: only what is there is sold.",
    )
    stock_error = fields.Char(readonly=True, copy=False)
    stock_sent_at = fields.Datetime(string="Stock sent", readonly=True, copy=False)

    _stock_share_sane = models.Constraint(
        "CHECK (stock_share >= 0 AND stock_share <= 100)", "The share of the stock is between 0 and 100 %."
    )
    _stock_buffer_sane = models.Constraint("CHECK (stock_buffer >= 0)", "The pieces kept back cannot be below 0.")
    _stock_cap_sane = models.Constraint("CHECK (stock_cap >= 0)", "The upper limit cannot be below 0.")

    def _has_unread_orders(self):
        """Whether the shops have orders that could not be read at all, so that what they sold is not known."""
        return False

    @api.model
    def _cron_send_stock(self):
        """Reckon the numbers of what has changed, and send those that differ."""
        self.env["marketplace.stock.mark"]._consume()
        listings = self.env["marketplace.listing"].search([("stock_marked_at", "!=", False)])
        listings._reckon_stock()
