"""The first step to sending stock: a look at what would change, then Start. Nothing is sent before."""

import time

from odoo import fields, models
from odoo.exceptions import UserError

from ..marketplaces.errors import MarketplaceError
from .error_messages import explain
from .marketplace_shop_orders import BUTTON_SECONDS
from .marketplace_shop_stock_reading import READ_AGAIN, READING_LOCK


class MarketplaceShop(models.Model):
    _inherit = "marketplace.shop"

    stock_preview_wanted = fields.Boolean(readonly=True, copy=False)
    stock_reading_text = fields.Char(compute="_compute_stock_reading_text")

    def _compute_stock_reading_text(self):
        for shop in self:
            shop.stock_reading_text = shop.stock_preview_wanted and self.env._(
                "Reading what the marketplace shows: %(left)s listings left. It goes on by itself.",
                left=len(shop._unread_listings()),
            )

    def write(self, vals):
        """Only Start, after a look at the preview, lets stock be sent."""
        if vals.get("sync_stock") and not self.env.su and not all(self.mapped("sync_stock")):
            raise UserError(self.env._("Press Preview Stock and look at it, then Start: stock is sent from then on."))
        return super().write(vals)

    # === BUTTONS === #

    def action_preview_stock(self):
        """*Preview Stock*: what would change at the marketplace if stock were sent now; nothing is sent."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("marketplace_connector.group_user"):
            raise UserError(
                self.env._("Only marketplace users can preview the stock. Ask your administrator for the right.")
            )
        self._refuse_without_warehouses()
        deadline = time.monotonic() + BUTTON_SECONDS
        if not self._as_system()._read_for_preview(lambda: self._time_left_after_commit(deadline)):
            self.env.ref("marketplace_connector.ir_cron_stock_reading").sudo()._trigger()
            return self.env["marketplace.job"]._notify(self.stock_reading_text, "info")
        if self.stock_error:
            raise UserError(self.stock_error)
        preview = self.env["marketplace.stock.preview"]._of_shop(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Stock Preview"),
            "res_model": preview._name,
            "res_id": preview.id,
            "view_mode": "form",
        }

    def action_stop_stock(self):
        """*Stop Sending Stock*: the numbers at the marketplace stay as they are."""
        self.ensure_one()
        self.account_id._check_manager()
        self.check_access("write")
        system = self._as_system()
        system.write({"sync_stock": False, "stock_error": False, "stock_fall_count": 0})
        system.env["marketplace.job"]._solve_settled_stock(system)
        system._announce_stock()
        return self.env["marketplace.job"]._notify(
            self.env._("Stock of %(shop)s is not sent any more. The numbers there stay as they are.", shop=self.name),
            "info",
        )

    def action_read_places(self):
        """*Read Places*: the places at which the seller keeps stock, as the marketplace knows them."""
        self.ensure_one()
        self.account_id._check_manager()
        self.check_access("write")
        if self.state != "connected":
            raise UserError(self.env._("%(shop)s is not connected: press Connect Again first.", shop=self.name))
        places = self._as_system()._read_places()
        message = self.env._("The marketplace knows one stock only for this shop. Warehouses that count holds for it.")
        if places:
            message = self.env._(
                "%(count)s places. Choose the warehouses of each: places without are not touched.", count=len(places)
            )
        return self.env["marketplace.job"]._notify(message, "success")

    # === HOW === #

    def _refuse_without_warehouses(self):
        if self.state != "connected":
            raise UserError(self.env._("%(shop)s is not connected: press Connect Again first.", shop=self.name))
        if not any(self._stock_places().values()):
            raise UserError(
                self.env._("Choose the warehouses that count for %(shop)s first, under Stock.", shop=self.name)
            )

    def _read_for_preview(self, commit):
        """Read what the shop shows, where that was not done for a day; False where the time was up before the end."""
        with self._alone(READING_LOCK) as alone:
            if not alone:
                return False
            self.write({"stock_preview_wanted": True, "stock_error": False})
            commit()
            finished = True
            with self._keeping_stock_trouble():
                finished = self._read_listed_stock(commit, self._unread_listings())
            self.stock_preview_wanted = not finished
            commit()
        return finished

    def _unread_listings(self):
        """The listings of which Odoo does not know what the shop has shown within the last day."""
        known = fields.Datetime.now() - READ_AGAIN
        return self._unseen_listings().filtered(lambda one: not one.listed_read_at or one.listed_read_at < known)

    def _read_places(self):
        """Keep the places as the marketplace tells them; gives them. One that is gone is archived."""
        Place = self.env["marketplace.stock.place"].with_context(active_test=False)
        try:
            told = self._client().stock_places()
        except MarketplaceError as error:
            raise UserError(explain(self.env, error)) from error
        known = {place.ref: place for place in Place.search([("shop_id", "=", self.id)])}
        for sequence, place in enumerate(told, 1):
            values = {"name": place.name or place.ref, "sequence": sequence, "active": True}
            if place.ref in known:
                known[place.ref].write(values)
            else:
                known[place.ref] = Place.create({**values, "ref": place.ref, "shop_id": self.id})
        there = Place.union(*(known[place.ref] for place in told))
        (Place.union(*known.values()) - there).active = False
        return there

    def _start_stock(self):
        """Send stock from now on: all of it first."""
        self.ensure_one()
        self.sudo().write({"sync_stock": True, "stock_fall_allowed": True, "stock_fall_count": 0})
        listings = self.env["marketplace.listing"].sudo().search([("shop_id", "=", self.id)])
        listings.write({"stock_marked_at": fields.Datetime.now(), "stock_next_try": False})
        self.env.ref("marketplace_connector.ir_cron_stock").sudo()._trigger()
