"""Fees that are out of line with what the shop usually pays: commission, and shipping at the seller's cost."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .marketplace_payout import READERS

FEWEST = 5  # orders that make something usual
USUAL_OVER = timedelta(days=180)
POINTS = 1.0  # a rate this many percentage points off is unusual
TIMES = 1.5  # as is shipping that costs so many times what it usually does


class SaleOrder(models.Model):
    _inherit = "sale.order"

    marketplace_usual_rate = fields.Float(
        string="Usual commission %",
        compute="_compute_marketplace_usual_fees",
        digits=(6, 2),
        groups=READERS,
        help="The median of the shop's paid orders of the last 180 days; 0 while there are fewer than five.",
    )
    marketplace_excess_fee = fields.Monetary(
        string="Commission above usual",
        compute="_compute_marketplace_usual_fees",
        groups=READERS,
        help="What was taken above the usual rate; negative: below it. Some categories of products and campaigns have "
        "rates of their own: it is a reason to look, not a proof.",
    )
    marketplace_excess_shipping = fields.Monetary(
        string="Shipping above usual",
        compute="_compute_marketplace_usual_fees",
        groups=READERS,
        help="What shipping cost you above the median of the shop's paid orders of the last 180 days, where that is "
        "more than half as much again. Compare the charged weight with the parcel's.",
    )
    marketplace_unusual_fees = fields.Boolean(
        compute="_compute_marketplace_usual_fees", search="_search_marketplace_unusual_fees", groups=READERS
    )
    marketplace_charged_on = fields.Date(
        string="Charged on",
        compute="_compute_marketplace_charged_on",
        groups=READERS,
        help="The day of the last fee of the order: the marketplace's time to object runs from about then.",
    )

    @api.depends("marketplace_commission_rate", "marketplace_shipping_cost", "marketplace_paid", "marketplace_shop_id")
    def _compute_marketplace_usual_fees(self):
        usual = self.env["sale.order"]._marketplace_usual_fees()
        for order in self:
            rate, shipping = usual.get(order.marketplace_shop_id.id, (0, None))
            off = order.marketplace_commission_rate - rate if rate and order.marketplace_paid > 0 else 0
            cost = order.marketplace_shipping_cost
            overcharged = shipping is not None and order.marketplace_paid > 0 and cost > TIMES * shipping
            order.marketplace_usual_rate = rate
            order.marketplace_excess_fee = order.currency_id.round(order.marketplace_paid * off / 100)
            order.marketplace_excess_shipping = order.currency_id.round(cost - shipping) if overcharged else 0
            order.marketplace_unusual_fees = abs(off) > POINTS or overcharged

    @api.depends("marketplace_payout_line_ids.date")
    def _compute_marketplace_charged_on(self):
        for order in self:
            fees = order.marketplace_payout_line_ids.filtered(lambda row: row.kind != "order_amount" and row.date)
            order.marketplace_charged_on = max(fees.mapped("date"), default=False)

    def _search_marketplace_unusual_fees(self, operator, value):
        if operator != "in":
            return NotImplemented
        unusual = [
            Domain("marketplace_shop_id", "=", shop_id)
            & Domain("marketplace_paid", ">", 0)
            & Domain.OR(
                [
                    Domain("marketplace_commission_rate", ">", rate + POINTS) if rate else Domain.FALSE,
                    Domain("marketplace_commission_rate", "<", rate - POINTS) if rate else Domain.FALSE,
                    Domain("marketplace_shipping_cost", ">", TIMES * shipping),
                ]
            )
            for shop_id, (rate, shipping) in self._marketplace_usual_fees().items()
        ]
        domain = Domain.OR(unusual)
        return domain if True in value else ~domain

    @api.model
    def _marketplace_usual_fees(self):
        """{shop id: (median commission rate, median shipping at the seller's cost)} of the shops with enough paid
        orders."""
        self.flush_model(
            [
                "marketplace_commission_rate",
                "marketplace_shipping_cost",
                "marketplace_paid",
                "marketplace_shop_id",
                "date_order",
            ]
        )
        found = self.env.execute_query(
            SQL(
                """SELECT marketplace_shop_id,
                          percentile_cont(0.5) WITHIN GROUP (ORDER BY marketplace_commission_rate),
                          percentile_cont(0.5) WITHIN GROUP (ORDER BY marketplace_shipping_cost)
                     FROM sale_order
                    WHERE marketplace_shop_id IS NOT NULL AND marketplace_paid > 0
                      AND date_order > %s
                    GROUP BY marketplace_shop_id
                   HAVING count(*) >= %s""",
                fields.Datetime.now() - USUAL_OVER,
                FEWEST,
            )
        )
        return {shop_id: (float(rate or 0), float(shipping or 0)) for shop_id, rate, shipping in found}
