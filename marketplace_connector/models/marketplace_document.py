"""What orders, deliveries, packages and problems of a marketplace show alike: ship-by time and Seller Center page."""

from odoo import api, fields, models
from odoo.exceptions import UserError

DUE = [("open", "In time"), ("late", "Late"), ("over", "Over")]


class MarketplaceDocument(models.AbstractModel):
    """A record that belongs to an order of a shop."""

    _name = "marketplace.document"
    _description = "Document of a Marketplace Order"

    marketplace_ship_by_text = fields.Char(
        string="Ship by (shop's time)",
        compute="_compute_marketplace_due",
        help="The marketplace counts the parcel as late after this moment, told in the shop's own time zone.",
    )
    marketplace_due = fields.Selection(DUE, string="In time", compute="_compute_marketplace_due")
    marketplace_page = fields.Char(string="Seller Center", compute="_compute_marketplace_page")

    def _marketplace_shop(self):
        """The shop of the record, readable for all who see the record."""
        raise NotImplementedError

    def _marketplace_ref(self):
        """The order's number at the marketplace."""
        raise NotImplementedError

    def _marketplace_deadline(self):
        """When the parcel must have left (naive UTC), and whether that does not matter any more."""
        raise NotImplementedError

    @api.depends_context("lang")
    def _compute_marketplace_due(self):
        now = fields.Datetime.now()
        for record in self:
            moment, over = record._marketplace_deadline() if record._marketplace_shop() else (False, True)
            record.marketplace_ship_by_text = record._marketplace_shop()._local_time(moment) if moment else False
            record.marketplace_due = "over" if over else "late" if moment and moment < now else "open"

    def _compute_marketplace_page(self):
        for record in self:
            shop, ref = record._marketplace_shop(), record._marketplace_ref()
            record.marketplace_page = shop._order_page(ref) if shop and ref else False

    def action_marketplace_open_page(self):
        """Open the order in the marketplace's Seller Center, in a new tab."""
        self.ensure_one()
        self.check_access("read")
        if not self.marketplace_page:
            raise UserError(
                self.env._(
                    "The address of this order in Seller Center is not known. A marketplace manager can enter it on "
                    "the account, under Seller Center address."
                )
            )
        return {"type": "ir.actions.act_url", "url": self.marketplace_page, "target": "new"}
