"""What orders, deliveries, packages and problems of a marketplace show alike: ship-by time and Seller Center page."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..marketplaces.types import ShopKey

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


class MarketplaceShop(models.Model):
    _inherit = "marketplace.shop"

    def _local_time(self, moment):
        """A moment (naive UTC) on the shop's clock, in the user's language: `Thu 5 Mar 23:59 (Jakarta)`."""
        self.ensure_one()
        place = self.tz.rpartition("/")[2].replace("_", " ")
        return f"{format_datetime(self.env, moment, tz=self.tz, dt_format='EEE d MMM HH:mm')} ({place})"

    def _order_page(self, order_ref):
        """The address of an order in the shop's Seller Center; empty where none is known."""
        self.ensure_one()
        return self.account_id._order_page(ShopKey(ref=self.external_ref, site=self.site), order_ref)


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "marketplace.document"]

    def _marketplace_shop(self):
        return self.marketplace_shop_id.sudo()

    def _marketplace_ref(self):
        return self.marketplace_order_ref

    @api.depends("commitment_date", "state", "marketplace_status")
    def _compute_marketplace_due(self):
        super()._compute_marketplace_due()

    def _marketplace_deadline(self):
        unshipped = ("unpaid", "on_hold", "ready_to_ship", "processed", "in_cancel", "unknown")
        return self.commitment_date, self.state == "cancel" or self.marketplace_status not in unshipped


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "marketplace.document"]

    def _marketplace_shop(self):
        return self.marketplace_shop_id.sudo()

    def _marketplace_ref(self):
        return self.marketplace_order_ref

    @api.depends("marketplace_ship_by", "state", "marketplace_status")
    def _compute_marketplace_due(self):
        super()._compute_marketplace_due()

    def _marketplace_deadline(self):
        gone = ("shipped", "delivered", "cancelled")
        over = self.state in ("done", "cancel") or self.marketplace_status in gone
        return self.marketplace_ship_by, over


class MarketplacePackage(models.Model):
    _name = "marketplace.package"
    _inherit = ["marketplace.package", "marketplace.document"]

    def _marketplace_shop(self):
        return self.shop_id.sudo()

    def _marketplace_ref(self):
        return self.order_id.sudo().marketplace_order_ref

    @api.depends("ship_by", "status")
    def _compute_marketplace_due(self):
        super()._compute_marketplace_due()

    def _marketplace_deadline(self):
        return self.ship_by, self.status in ("shipped", "delivered", "cancelled")


class MarketplaceJob(models.Model):
    _name = "marketplace.job"
    _inherit = ["marketplace.job", "marketplace.document"]

    def _marketplace_shop(self):
        return self.shop_id.sudo()

    def _marketplace_ref(self):
        return self.order_ref

    @api.depends("ship_by", "state", "order_id.marketplace_status")
    def _compute_marketplace_due(self):
        super()._compute_marketplace_due()

    def _marketplace_deadline(self):
        order = self.order_id.sudo()
        return self.ship_by, self.state == "done" or bool(order) and order.marketplace_due == "over"
