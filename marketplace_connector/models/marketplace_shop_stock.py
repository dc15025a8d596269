"""What a shop shows of its stock: which warehouses count, and how much of what is free there."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

WATCHED = {
    "active",
    "sync_stock",
    "stock_warehouse_ids",
    "stock_place_ids",
    "stock_share",
    "stock_buffer",
    "stock_has_cap",
    "stock_cap",
    "stock_count_incoming",
}


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
    stock_group_line_ids = fields.One2many("marketplace.shop.group.line", "shop_id")
    stock_error = fields.Char(readonly=True, copy=False)
    stock_sent_at = fields.Datetime(string="Stock sent", readonly=True, copy=False)

    _stock_share_sane = models.Constraint(
        "CHECK (stock_share >= 0 AND stock_share <= 100)", "The share of the stock is between 0 and 100 %."
    )
    _stock_buffer_sane = models.Constraint("CHECK (stock_buffer >= 0)", "The pieces kept back cannot be below 0.")
    _stock_cap_sane = models.Constraint("CHECK (stock_cap >= 0)", "The upper limit cannot be below 0.")

    @api.constrains("stock_warehouse_ids", "platform_warehouse_id")
    def _check_stock_warehouses(self):
        """What lies at a marketplace is shown by that marketplace only."""
        there = self.platform_warehouse_id
        counting = self | self.search([("stock_warehouse_ids", "in", there.ids)])
        there |= self.search([("platform_warehouse_id", "in", self.stock_warehouse_ids.ids)]).platform_warehouse_id
        if taken := counting.stock_warehouse_ids & there:
            raise ValidationError(
                self.env._(
                    "%(warehouse)s stands for goods that a marketplace keeps. They are sold there only: take the "
                    "warehouse out of the list.",
                    warehouse=taken[0].display_name,
                )
            )

    def write(self, vals):
        if WATCHED & vals.keys():
            self.env["marketplace.stock.mark"]._note(shops=self)
        return super().write(vals)

    def _stock_places(self):
        """The warehouses that count, by place; one without name where the marketplace knows one stock of the shop.

        A place without warehouses is not in it: its numbers are not touched.
        """
        self.ensure_one()
        places = self.stock_place_ids.filtered("active")
        if places:
            return {place: place.warehouse_ids for place in places.sorted() if place.warehouse_ids}
        return {places: self.stock_warehouse_ids} if self.stock_warehouse_ids else {}

    def _stock_group(self):
        """The groups within which the shops leave the last pieces to each other."""
        return self.stock_group_line_ids.group_id.filtered("active")

    def _has_unread_orders(self):
        """Whether the shops have orders that could not be read at all, so that what they sold is not known."""
        jobs = self.env["marketplace.job"].search_fetch(
            [
                ("shop_id", "in", self.ids),
                ("state", "=", "open"),
                ("reason", "in", ("unreadable", "unreachable")),
                ("kind", "=", "failure"),
                ("order_id", "=", False),
            ],
            ["shop_id", "order_ref"],
        )
        refs = set(jobs.mapped("order_ref"))
        counted = self.env["marketplace.sold.unit"].search([("shop_id", "in", self.ids), ("order_ref", "in", [*refs])])
        known = {(row.shop_id, row.order_ref) for row in counted}
        return any((job.shop_id, job.order_ref) not in known for job in jobs)
