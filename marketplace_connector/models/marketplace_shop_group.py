"""Shops that sell the same pieces, and which of them keeps the last ones."""

from odoo import api, fields, models


class MarketplaceShopGroup(models.Model):
    """Shops of a company, in the order in which they keep the last pieces of a product."""

    _name = "marketplace.shop.group"
    _inherit = ["marketplace.access.guard"]
    _description = "Marketplace Shop Group"
    _order = "company_id, name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    last_units = fields.Integer(
        string="Last pieces",
        default=1,
        required=True,
        help="When no more free pieces of a product are left than this, only one listing goes on showing them and the "
        "others show 0: that of the first shop in the list that sells the product, or of the shop chosen on the "
        "product. 0: all shops show all pieces until none is left.",
    )
    line_ids = fields.One2many("marketplace.shop.group.line", "group_id", string="Shops")

    shop_names = fields.Char(compute="_compute_shop_names")

    _last_units_sane = models.Constraint("CHECK (last_units >= 0)", "The last pieces cannot be below 0.")

    @api.depends("line_ids.sequence", "line_ids.shop_id.name")
    def _compute_shop_names(self):
        for group in self:
            group.shop_names = ", ".join(group.line_ids.sorted().mapped("shop_id.name"))

    def write(self, vals):
        self.line_ids._mark_stock()
        result = super().write(vals)
        self.line_ids._mark_stock()
        return result

    def unlink(self):
        self.line_ids._mark_stock()
        return super().unlink()

    def _keeper_among(self, listings, product, shown):
        """The listing that goes on showing the last pieces of the product; `shown` are the numbers of each by itself.

        That of the product's own shop, else of the first shop in order, among those on sale that can show any.
        """
        self.ensure_one()
        order = {line.shop_id: number for number, line in enumerate(self.line_ids.sorted())}
        chosen = product.marketplace_keeper_shop_id

        def turn(listing):
            is_off_sale = listing.listing_status not in (False, "active")
            place_in_order = order[listing.shop_id]
            return is_off_sale, shown[listing] <= 0, listing.shop_id != chosen, place_in_order, listing.id

        return listings.sorted(turn)[0]


class MarketplaceShopGroupLine(models.Model):
    """A shop of a group; the first one keeps the last pieces."""

    _name = "marketplace.shop.group.line"
    _inherit = ["marketplace.access.guard"]
    _description = "Shop of a Marketplace Shop Group"
    _order = "sequence, id"
    _rec_name = "shop_id"
    _check_company_auto = True

    group_id = fields.Many2one("marketplace.shop.group", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="group_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    shop_id = fields.Many2one("marketplace.shop", required=True, ondelete="cascade", check_company=True, index=True)

    sync_stock = fields.Boolean(related="shop_id.sync_stock")

    _shop_unique = models.UniqueIndex("(shop_id)", "A shop can be in one group only.")

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._mark_stock()
        return lines

    def write(self, vals):
        self._mark_stock()
        result = super().write(vals)
        self._mark_stock()
        return result

    def unlink(self):
        self._mark_stock()
        return super().unlink()

    def _mark_stock(self):
        """All shops of the groups: who keeps the last pieces may be another one."""
        self.env["marketplace.stock.mark"]._note(shops=self.group_id.line_ids.shop_id | self.shop_id)
