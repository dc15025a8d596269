"""What has changed since the numbers of the listings were reckoned."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

NOTED = "marketplace_connector.stock_marks"
AT_MOST_EVERY = timedelta(minutes=1)
MOST_MARKS = 20000
KITS_SEEN = "marketplace_connector.kits_seen"
KITS_FINGERPRINT = """
    SELECT md5(string_agg(concat_ws(',',
               bom.id, bom.product_tmpl_id, bom.product_id, bom.product_qty, bom.product_uom_id, bom.company_id,
               bom.sequence, line.id, line.product_id, line.product_qty, line.product_uom_id, line.write_date
           ), ' ' ORDER BY line.id))
      FROM mrp_bom bom JOIN mrp_bom_line line ON line.bom_id = bom.id
     WHERE bom.type = 'phantom' AND bom.active
"""


class MarketplaceStockMark(models.Model):
    """A product whose numbers have changed, or a shop or a listing whose rule has.

    Rows are only ever added by those who change something, and deleted by the scheduled action that has seen them: so
    that people who work on the same products at the same time never wait for each other.
    """

    _name = "marketplace.stock.mark"
    _inherit = ["marketplace.access.guard"]
    _description = "Marketplace Stock Mark"
    _log_access = False

    product_id = fields.Many2one("product.product", readonly=True, ondelete="cascade", index="btree_not_null")
    shop_id = fields.Many2one("marketplace.shop", readonly=True, ondelete="cascade", index="btree_not_null")
    listing_id = fields.Many2one("marketplace.listing", readonly=True, ondelete="cascade", index="btree_not_null")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")

    # === NOTING === #

    @api.model
    def _note(self, products=(), listings=(), shops=()):
        """Remember what changes in this transaction: it is marked at its end, where a shop sends its stock."""
        data = self.env.cr.precommit.data
        if NOTED not in data:
            data[NOTED] = {"product_id": set(), "listing_id": set(), "shop_id": set()}
            self.env.cr.precommit.add(self.sudo()._mark_noted)
        for name, records in (("product_id", products), ("listing_id", listings), ("shop_id", shops)):
            data[NOTED][name].update(records and records._ids)

    def _mark_noted(self):
        noted = self.env.cr.precommit.data.pop(NOTED, None)
        if not noted or not any(noted.values()):
            return
        self.env.flush_all()
        self.env.cr.execute(self._insertion(**{name: list(filter(None, ids)) for name, ids in noted.items()}))
        if self.env.cr.rowcount:
            self._wake_up()

    def _insertion(self, product_id, listing_id, shop_id):
        """The statement that adds the marks that matter to a shop that sends its stock."""
        return SQL(
            """
            INSERT INTO marketplace_stock_mark (product_id, listing_id, shop_id, company_id)
            SELECT DISTINCT product.id, NULL::integer, NULL::integer, shop.company_id
              FROM product_product product JOIN marketplace_shop shop ON shop.sync_stock
             WHERE product.id = ANY(%(products)s)
               AND (EXISTS (SELECT FROM marketplace_listing listing
                             WHERE listing.product_id = product.id AND listing.shop_id = shop.id) OR %(in_kit)s)
             UNION ALL
            SELECT NULL, listing.id, NULL, listing.company_id
              FROM marketplace_listing listing JOIN marketplace_shop shop ON shop.id = listing.shop_id
             WHERE listing.id = ANY(%(listings)s) AND shop.sync_stock
             UNION ALL
            SELECT NULL, NULL, shop.id, shop.company_id
              FROM marketplace_shop shop WHERE shop.id = ANY(%(shops)s) AND shop.sync_stock
            """,
            products=product_id,
            listings=listing_id,
            shops=shop_id,
            in_kit=self._in_kit(),
        )

    def _in_kit(self):
        """Whether the statement's product is a kit, or a component of one."""
        if "mrp.bom" not in self.env:
            return SQL("FALSE")
        return SQL(
            """
            EXISTS (SELECT FROM mrp_bom_line line JOIN mrp_bom bom ON bom.id = line.bom_id
                     WHERE line.product_id = product.id AND bom.type = 'phantom')
            OR EXISTS (SELECT FROM mrp_bom bom WHERE bom.product_tmpl_id = product.product_tmpl_id)
            """
        )

    def _wake_up(self):
        """Let the scheduled action run soon: at once, and then at most once a minute."""
        cron_id = self.env["ir.model.data"]._xmlid_to_res_id("marketplace_connector.ir_cron_stock")
        cron = self.env["ir.cron"].sudo().browse(cron_id)
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                "SELECT cron.lastcall, max(woken.call_at) FROM ir_cron cron "
                "LEFT JOIN ir_cron_trigger woken ON woken.cron_id = cron.id WHERE cron.id = %s GROUP BY cron.id",
                cron.id,
            )
        )
        last, woken = self.env.cr.fetchone()
        if not woken or woken <= now:
            ran_lately = woken or (last and last > now - AT_MOST_EVERY)
            cron._trigger(now + AT_MOST_EVERY if ran_lately else None)

    # === CONSUMING === #

    @api.model
    def _consume(self):
        """Turn the marks into `stock_marked_at` of the listings whose numbers may have changed, and delete them.

        Only marks that this transaction sees. Gives the number of marks that it has taken.
        """
        marks = self.search_fetch([], ["product_id", "listing_id", "shop_id"], order="id", limit=MOST_MARKS)
        products = marks.product_id._marketplace_kits_with() | self._changed_kits()
        now = fields.Datetime.now()
        changed = Domain("product_id", "in", products.ids)
        changed |= Domain("id", "in", marks.listing_id.ids) | Domain("shop_id", "in", marks.shop_id.ids)
        changed |= Domain("stock_state", "=", "locked") & Domain("listed_locked_until", "<=", now)
        listings = self.env["marketplace.listing"].search(Domain("shop_id.sync_stock", "=", True) & changed)
        if listings:
            listings.write({"stock_marked_at": now})
        if marks:
            self.env.cr.execute(SQL("DELETE FROM marketplace_stock_mark WHERE id = ANY(%s)", marks.ids))
            marks.invalidate_recordset()
        return len(marks)

    def _changed_kits(self):
        """All kits, also those that were one when their number was reckoned, where any bill of materials has changed
        since they were looked at last."""
        products = self.env["product.product"]
        if "mrp.bom" not in self.env:
            return products
        self.env.cr.execute(KITS_FINGERPRINT)
        seen = self.env.cr.fetchone()[0] or "none"
        settings = self.env["ir.config_parameter"].sudo()
        if settings.get_param(KITS_SEEN) == seen:
            return products
        settings.set_param(KITS_SEEN, seen)
        boms = self.env["mrp.bom"].sudo().search([("type", "=", "phantom")])
        were = self.env["marketplace.stock.update"].search([("is_newest", "=", True), ("scarcest_id", "!=", False)])
        return (boms.product_id | boms.product_tmpl_id.product_variant_ids | were.product_id).with_env(self.env)
