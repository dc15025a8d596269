"""Units that buyers have bought and that Odoo has no delivery for yet."""

from odoo import fields, models


class MarketplaceSoldUnit(models.Model):
    """Pieces of a listing in an order that is no sales order (yet): they are taken off what the shops show."""

    _name = "marketplace.sold.unit"
    _description = "Marketplace Units Sold, not in Odoo"
    _order = "id desc"
    _rec_name = "order_ref"

    shop_id = fields.Many2one("marketplace.shop", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    order_ref = fields.Char(string="Order number", required=True, readonly=True)
    listing_id = fields.Many2one("marketplace.listing", required=True, readonly=True, index=True, ondelete="cascade")
    product_id = fields.Many2one(related="listing_id.product_id", store=True, index="btree_not_null")
    quantity = fields.Integer(required=True, readonly=True)
    why = fields.Selection(
        [
            ("unpaid", "Not paid yet"),
            ("on_hold", "Held by the marketplace"),
            ("waiting", "Not a sales order yet"),
        ],
        required=True,
        readonly=True,
        help="Not a sales order yet: it has a problem, was placed before the shop's first day in Odoo, or is packed "
        "already and the shop does not create such orders.",
    )

    _order_unique = models.UniqueIndex(
        "(shop_id, order_ref, listing_id)", "The pieces of this listing in the order are already counted."
    )
