"""Commission that is out of line with what the shop usually pays."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .marketplace_payout import READERS

FEWEST = 5  # orders that make a rate usual
USUAL_OVER = timedelta(days=180)
POINTS = 1.0  # a rate this many percentage points off is unusual


class SaleOrder(models.Model):
    _inherit = "sale.order"

    marketplace_usual_rate = fields.Float(
        string="Usual commission %",
        compute="_compute_marketplace_usual_rate",
        digits=(6, 2),
        groups=READERS,
        help="The median of the shop's paid orders of the last 180 days; 0 while there are fewer than five.",
    )
    marketplace_excess_fee = fields.Monetary(
        string="Commission above usual",
        compute="_compute_marketplace_usual_rate",
        groups=READERS,
        help="What was taken above the usual rate; negative: below it. Some categories of products and campaigns have "
        "rates of their own: it is a reason to look, not a proof.",
    )
    marketplace_unusual_fees = fields.Boolean(
        compute="_compute_marketplace_usual_rate", search="_search_marketplace_unusual_fees", groups=READERS
    )

    @api.depends("marketplace_commission_rate", "marketplace_paid", "marketplace_shop_id")
    def _compute_marketplace_usual_rate(self):
        usual = self.env["sale.order"]._marketplace_usual_rates()
        for order in self:
            rate = usual.get(order.marketplace_shop_id.id, 0)
            off = order.marketplace_commission_rate - rate if rate and order.marketplace_paid > 0 else 0
            order.marketplace_usual_rate = rate
            order.marketplace_excess_fee = order.currency_id.round(order.marketplace_paid * off / 100)
            order.marketplace_unusual_fees = abs(off) > POINTS

    def _search_marketplace_unusual_fees(self, operator, value):
        if operator != "in":
            return NotImplemented
        orders = self.browse()
        for shop_id, rate in self._marketplace_usual_rates().items():
            orders |= self.search(
                [
                    ("marketplace_shop_id", "=", shop_id),
                    ("marketplace_paid", ">", 0),
                    "|",
                    ("marketplace_commission_rate", ">", rate + POINTS),
                    ("marketplace_commission_rate", "<", rate - POINTS),
                ]
            )
        return [("id", "in" if True in value else "not in", orders.ids)]

    @api.model
    def _marketplace_usual_rates(self):
        """{shop id: median commission rate} of the shops with enough paid orders."""
        self.flush_model(["marketplace_commission_rate", "marketplace_paid", "marketplace_shop_id"])
        found = self.env.execute_query(
            SQL(
                """SELECT marketplace_shop_id,
                          percentile_cont(0.5) WITHIN GROUP (ORDER BY marketplace_commission_rate)
                     FROM sale_order
                    WHERE marketplace_shop_id IS NOT NULL AND marketplace_paid > 0
                      AND date_order > %s
                    GROUP BY marketplace_shop_id
                   HAVING count(*) >= %s""",
                fields.Datetime.now() - USUAL_OVER,
                FEWEST,
            )
        )
        return {shop_id: float(rate) for shop_id, rate in found}
