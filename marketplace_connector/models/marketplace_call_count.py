"""How many calls a shop has made, and how many were answered as asked."""

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

NAME = "marketplace.calls"
KEPT = timedelta(days=90)


class MarketplaceCallCount(models.Model):
    """The calls of one transaction of a shop; of past days one row a shop and day.

    Rows are only added while calls are made, never changed: workers do not wait for each other.
    """

    _name = "marketplace.call.count"
    _inherit = ["marketplace.access.guard"]
    _description = "Calls to a Marketplace"
    _order = "date desc, id desc"
    _rec_name = "date"

    shop_id = fields.Many2one("marketplace.shop", required=True, readonly=True, index=True, ondelete="cascade")
    date = fields.Date(required=True, readonly=True, index=True, help="In UTC.")
    good_count = fields.Integer(string="Answered as asked", readonly=True)
    failed_count = fields.Integer(string="Failed", readonly=True, help="Refused, not answered, or not understood.")
    clock_off = fields.Integer(
        readonly=True, help="Seconds that the marketplace's clock was ahead of this server's at the last call."
    )

    @api.model
    def _counter(self, shop):
        """What the client tells of each call: kept until the transaction ends, written with it or, if it is rolled
        back, with the next one."""
        cr, shop_id = self.env.cr, shop.id

        def flush():
            for shop_id, counts in cr.precommit.data.pop(NAME, {}).items():
                self._insert(cr, shop_id, counts)

        def after_rollback():
            cr.precommit.data[NAME] = cr.postrollback.data[NAME]
            cr.precommit.add(flush)

        def on_call(good, clock_off):
            if cr.readonly:
                return
            if NAME not in cr.postrollback.data:
                cr.postrollback.add(after_rollback)
            if NAME not in cr.precommit.data:
                cr.precommit.add(flush)
            for hooks in (cr.precommit, cr.postrollback):
                counts = hooks.data.setdefault(NAME, defaultdict(lambda: [0, 0, 0]))[shop_id]
                counts[0 if good else 1] += 1
                if clock_off is not None:
                    counts[2] = round(clock_off.total_seconds())

        return on_call

    @api.model
    def _insert(self, cr, shop_id, counts):
        """Past the ORM, which would flush what the caller has not finished."""
        cr.execute(
            SQL(
                """INSERT INTO marketplace_call_count (shop_id, date, good_count, failed_count, clock_off)
                   SELECT id, %s, %s, %s, %s FROM marketplace_shop WHERE id = %s""",
                fields.Date.to_date(fields.Datetime.now()),
                *counts,
                shop_id,
            )
        )

    @api.model
    def _sum_up(self):
        """Make one row a shop of each past day, and drop the old ones."""
        today = fields.Date.to_date(fields.Datetime.now())
        self.env.cr.execute(
            SQL(
                """WITH past AS (DELETE FROM marketplace_call_count WHERE date < %s RETURNING *)
                   INSERT INTO marketplace_call_count (shop_id, date, good_count, failed_count, clock_off)
                   SELECT shop_id, date, sum(good_count), sum(failed_count), (array_agg(clock_off ORDER BY id DESC))[1]
                     FROM past WHERE date >= %s GROUP BY shop_id, date""",
                today,
                today - KEPT,
            )
        )
        self.invalidate_model()
