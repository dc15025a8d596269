"""Orders that are delivered and not paid: since when, and which shop waits for how much."""

from datetime import timedelta

from odoo import api, fields, models

from .marketplace_payout import READERS

UNPAID = ("waiting", "partly")
DELIVERED_UNPAID = [
    ("marketplace_payout_state", "in", UNPAID),
    ("marketplace_delivered_at", "!=", False),
]


class SaleOrder(models.Model):
    _inherit = "sale.order"

    marketplace_delivered_at = fields.Datetime(
        string="Delivered",
        compute="_compute_marketplace_delivered_at",
        store=True,
        help="When the marketplace first said that all of it is delivered, or that the order is completed.",
    )
    marketplace_unpaid_days = fields.Integer(
        string="Days since delivery",
        compute="_compute_marketplace_unpaid",
        groups=READERS,
        help="Of orders that are delivered and not paid, or paid in part.",
    )
    marketplace_unpaid_amount = fields.Monetary(
        string="Still to be paid",
        compute="_compute_marketplace_unpaid",
        groups=READERS,
        help="Expected less paid, before the marketplace's fees.",
    )
    marketplace_payout_late = fields.Boolean(compute="_compute_marketplace_unpaid", groups=READERS)

    @api.depends("marketplace_status", "marketplace_package_ids.status")
    def _compute_marketplace_delivered_at(self):
        for order in self:
            packages = order.marketplace_package_ids.filtered(lambda package: package.status != "cancelled")
            arrived = bool(packages) and all(package.status == "delivered" for package in packages)
            if not order.marketplace_delivered_at and (arrived or order.marketplace_status == "completed"):
                order.marketplace_delivered_at = order.marketplace_updated_at or fields.Datetime.now()
            else:
                order.marketplace_delivered_at = order.marketplace_delivered_at

    @api.depends("marketplace_payout_state", "marketplace_delivered_at", "marketplace_shop_id.payout_days")
    @api.depends_context("uid")
    def _compute_marketplace_unpaid(self):
        now = fields.Datetime.now()
        for order in self:
            waits = order.marketplace_payout_state in UNPAID
            days = (now - order.marketplace_delivered_at).days if waits and order.marketplace_delivered_at else 0
            order.marketplace_unpaid_days = days
            order.marketplace_unpaid_amount = -order.marketplace_payout_difference if waits else 0
            order.marketplace_payout_late = days > order.sudo().marketplace_shop_id.payout_days if waits else False


class MarketplaceShop(models.Model):
    _inherit = "marketplace.shop"

    payout_days = fields.Integer(
        string="Paid within (days)",
        default=14,
        help="Delivered orders that are not paid after so many days are shown in red, and counted on this page.",
    )
    unpaid_count = fields.Integer(string="Delivered, not paid", compute="_compute_unpaid", groups=READERS)
    unpaid_amount = fields.Monetary(string="Not paid", compute="_compute_unpaid", groups=READERS)
    unpaid_late_count = fields.Integer(string="Not paid in time", compute="_compute_unpaid", groups=READERS)
    paid_differs_count = fields.Integer(string="Paid differs", compute="_compute_unpaid", groups=READERS)

    def _compute_unpaid(self):
        orders = self.env["sale.order"].sudo()
        ours = [("marketplace_shop_id", "in", self.ids)]
        sums = orders._read_group(
            [*ours, *DELIVERED_UNPAID],
            ["marketplace_shop_id"],
            ["__count", "marketplace_payout_difference:sum"],
        )
        unpaid = {shop: (count, amount) for shop, count, amount in sums}
        differs = [*ours, ("marketplace_payout_state", "=", "differs")]
        differing = dict(orders._read_group(differs, ["marketplace_shop_id"], ["__count"]))
        now = fields.Datetime.now()
        for shop in self:
            shop.unpaid_count, missing = unpaid.get(shop, (0, 0))
            shop.unpaid_amount = -missing
            shop.paid_differs_count = differing.get(shop, 0)
            late = [("marketplace_delivered_at", "<", now - timedelta(days=shop.payout_days + 1))]
            shop.unpaid_late_count = (
                orders.search_count([("marketplace_shop_id", "=", shop.id), *DELIVERED_UNPAID, *late])
                if shop.unpaid_count
                else 0
            )

    def action_open_unpaid(self):
        """The shop's orders that are delivered and not paid, those that wait longest first."""
        return self._open("action_orders_unpaid", "marketplace_shop_id")

    def action_open_paid_differs(self):
        """The shop's orders for which something else was paid than expected."""
        return self._open("action_orders_paid_differs", "marketplace_shop_id")
