"""Reading back what a marketplace keeps of a shop's goods in its own warehouses."""

import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..marketplaces.errors import MarketplaceError, NotAuthorized, RateLimited
from ..marketplaces.stock import SkuKey
from .error_messages import explain
from .failure_log import log_unforeseen

_logger = logging.getLogger(__name__)


class MarketplaceShop(models.Model):
    _inherit = "marketplace.shop"

    platform_stock_read_at = fields.Datetime(string="Stock there read", readonly=True, copy=False)
    platform_stock_error = fields.Char(readonly=True, copy=False)
    platform_listing_count = fields.Integer(compute="_compute_counts")

    # === READING === #

    @api.model
    def _cron_read_platform_stock(self):
        """Read what the marketplaces keep for all connected shops; one shop's trouble never stops the others."""
        shops = self.search([("state", "=", "connected"), ("platform_warehouse_id", "!=", False)])
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=len(shops))
        for shop in shops:
            try:
                shop._as_system()._read_platform_stock(lambda: commit_progress())
            except Exception as error:  # noqa: BLE001
                self.env.cr.rollback()
                log_unforeseen(
                    _logger, error, "Reading the stock that the marketplace keeps for shop %s failed", shop.id
                )
                shop.platform_stock_error = self.env._("Unforeseen error: %(error)s", error=error)
            if not commit_progress(processed=1):
                break

    def action_read_platform_stock(self):
        """*Read Stock at the Marketplace*: ask now, say what differs, and show it."""
        self.check_access("read")
        if not self.env.user.has_group("marketplace_connector.group_user"):
            raise UserError(
                self.env._("Only marketplace users can read the stock. Ask your administrator for the right.")
            )
        for shop in self:
            if shop.state != "connected":
                raise UserError(self.env._("%(shop)s is not connected: press Connect Again first.", shop=shop.name))
            shop._as_system()._read_platform_stock(self.env.flush_all)
        self.invalidate_recordset()
        errors = [f"{shop.name}: {shop.platform_stock_error}" for shop in self if shop.platform_stock_error]
        listings = self.env["marketplace.listing"].search([("shop_id", "in", self.ids), ("by_platform", "=", True)])
        differing = listings.filtered("platform_differs")
        message = self.env._(
            "%(count)s SKUs are kept by the marketplace, %(differing)s of them need a look.",
            count=len(listings),
            differing=len(differing),
        )
        action = self.env["marketplace.job"]._notify(
            "\n".join([*errors, message]), "warning" if errors or differing else "success"
        )
        if not errors:  # they stand on the shop
            action["params"]["next"] = self.action_open_platform_stock()
        return action

    def _read_platform_stock(self, commit):
        """Keep on the listings what the platform has of them; `commit()` is called after each portion.

        Trouble with the platform is kept on the shop and not raised; what was read before it stays.
        """
        self.ensure_one()
        if self.wait_until and self.wait_until > fields.Datetime.now():
            self.platform_stock_error = self.env._("The marketplace asked us to wait. It is read again tomorrow.")
            return
        listings = self._listings_to_read()
        keys = [
            SkuKey(item_ref=one.item_ref or "", sku_ref=one.sku_ref or "", seller_sku=one.seller_sku or "")
            for one in listings
        ]
        trouble = False
        told = set()
        try:
            for portion in self._client().platform_stock(keys) if keys else ():
                self._take_platform_stock(listings, portion)
                told |= {stock.listing_key for stock in portion}
                commit()
        except MarketplaceError as error:
            trouble = explain(self.env, error)
            if isinstance(error, NotAuthorized | RateLimited):
                self._note_trouble(error)
        if not trouble:
            # What was read of them long ago is not to be compared with what Odoo has today.
            listings.filtered(lambda one: one.external_key not in told).write({"platform_read_at": False})
            self.platform_stock_read_at = fields.Datetime.now()
        self.platform_stock_error = trouble

    def _listings_to_read(self):
        """The listings that the platform ships, or whose products Odoo has in the warehouse there."""
        quants = self.env["stock.quant"]._read_group(
            [
                ("location_id", "child_of", self.platform_warehouse_id.view_location_id.ids),
                ("quantity", "!=", 0),
            ],
            ["product_id"],
        )
        products = [product.id for (product,) in quants]
        return self.env["marketplace.listing"].search(
            [("shop_id", "=", self.id), "|", ("by_platform", "=", True), ("product_id", "in", products)]
        )

    def _take_platform_stock(self, asked, stocks):
        """Write what the platform told of its stock; siblings that it does not keep are left alone."""
        told = {stock.listing_key: stock for stock in stocks}
        listings = self.env["marketplace.listing"].search(
            [("shop_id", "=", self.id), ("external_key", "in", list(told))]
        )
        for listing in listings:
            stock = told[listing.external_key]
            if not (stock.warehouse_refs or listing in asked):
                continue
            listing.write(
                {
                    "by_platform": True,
                    "platform_quantity": stock.sellable + stock.unpaid,
                    "platform_warehouses": ", ".join(stock.warehouse_refs),
                    "platform_read_at": fields.Datetime.now(),
                }
            )

    def action_open_platform_stock(self):
        """What the marketplace keeps of the shop's goods, beside Odoo's."""
        action = self._open("action_marketplace_platform_stock", "shop_id")
        domain = [*action["domain"], ("by_platform", "=", True)]
        return {**action, "domain": domain, "context": {"marketplace_one_shop": len(self) == 1}}
