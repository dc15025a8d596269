"""Sending stock to the marketplaces: what changed, newest change first, never more than is known to be free."""

import time

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..marketplaces.errors import MarketplaceError, Rejected, UnexpectedResponse
from .marketplace_shop_orders import BUTTON_SECONDS
from .stock_run import StockRun

STOCK_LOCK = 0x4D4B5453  # "MKTS": stock of a shop and polls of it do not wait for each other
PORTION = 200  # listings that are reckoned at once, just before they are sent
ROUNDS = 3  # what was ordered while numbers were sent is taken off at once
SAFE_AFTER = 20  # answers that are worth a transaction
TRIES = 3
PAUSES = (1, 2, 4)  # seconds


class MarketplaceShop(models.Model):
    _inherit = "marketplace.shop"

    # === ENTRANCES: SCHEDULER, BUTTONS === #

    @api.model
    def _cron_send_stock(self):
        """Send what has changed to all shops; one shop's trouble never stops the others."""
        shops = self.search([("state", "=", "connected"), ("sync_stock", "=", True)])
        if not shops:
            self.env["marketplace.stock.mark"]._consume()
            return
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=len(shops))
        run = StockRun(shops, lambda: commit_progress())
        finished = shops._send_stock(run)
        commit_progress(processed=max(run.answers, 1), remaining=0 if finished else 1)

    def action_sync_stock(self):
        """*Sync Inventory* of the developer mode: send what has changed of this shop at once."""
        self.check_access("write")
        for shop in self:
            shop._refuse_without_stock()
        deadline = time.monotonic() + BUTTON_SECONDS
        systems = self.with_env(self[:1]._as_system().env)
        run = StockRun(systems, lambda: self._time_left_after_commit(deadline))
        if not systems._send_stock(run):
            self.env.ref("marketplace_connector.ir_cron_stock").sudo()._trigger()
        self.invalidate_recordset()
        errors = [f"{shop.name}: {shop.stock_error}" for shop in self if shop.stock_error]
        message = self.env._("%(count)s numbers sent, %(left)s left.", count=run.answers, left=self._count_due())
        return self.env["marketplace.job"]._notify("\n".join([message, *errors]), "warning" if errors else "success")

    def action_send_all_stock(self):
        """*Send All Again*: let the scheduled action send every number, changed or not."""
        self.check_access("write")
        for shop in self:
            shop._refuse_without_stock()
        listings = self.env["marketplace.listing"].sudo().search([("shop_id", "in", self.ids)])
        listings._send_again()
        return self.env["marketplace.job"]._notify(self.env._("All numbers are sent again by themselves."), "info")

    def _refuse_without_stock(self):
        """Raise UserError where the shop's stock is not sent."""
        self.ensure_one()
        if self.state != "connected":
            raise UserError(self.env._("%(shop)s is not connected: press Connect Again first.", shop=self.name))
        if not self.sync_stock:
            raise UserError(
                self.env._("Stock is not sent to %(shop)s yet: press Preview Stock, then Start.", shop=self.name)
            )

    def _count_due(self):
        return sum(len(self.env["marketplace.listing"].sudo()._due_stock(shop)) for shop in self)

    # === ALL SHOPS === #

    def _send_stock(self, run):
        """Send what has changed of the shops, and again what changed meanwhile; False where the time was up."""
        for _ in range(ROUNDS):
            run.read_orders(at_once=True)
            before = run.answers
            due = self.filtered(lambda shop: shop._due_now())
            if not all([shop._send_stock_of_shop(run) for shop in due]):
                return False
            if run.answers == before:
                return True
        return not any(shop._due_now() for shop in self)

    def _due_now(self):
        """Whether the shop has something to send, and may."""
        self.ensure_one()
        self.invalidate_recordset(["state", "wait_until", "sync_stock"])
        return self._may_send_stock() and bool(self.env["marketplace.listing"]._due_stock(self))

    def _may_send_stock(self):
        waits = self.wait_until and self.wait_until > fields.Datetime.now()
        return self.state == "connected" and self.sync_stock and not waits

    def _orders_are_read(self, commit):
        """Fetch the shop's orders; whether all that were placed until now are in Odoo.

        Another worker who fetches them at the moment is mostly done soon: that is waited for.
        """
        counts = self._sync_orders(commit)
        for seconds in PAUSES:
            if not counts["locked"]:
                break
            time.sleep(seconds)
            commit()  # what the other worker has done is seen from here on
            counts = self._sync_orders(commit)
        self.invalidate_recordset(["error_message", "wait_until", "state"])
        done = counts["finished"] and not counts["locked"]
        waits = self.wait_until and self.wait_until > fields.Datetime.now()
        return done and not (waits or self.error_message or self._has_unread_orders())

    # === ONE SHOP === #

    def _send_stock_of_shop(self, run):
        """Send what has changed of the shop; False where the time was up before the end.

        One worker at a time sends the stock of a shop; who comes second leaves it to the first. Trouble with the
        platform is kept on the shop and not raised: what was not answered is sent later.
        """
        shop = self._as_system()
        with shop._alone(STOCK_LOCK) as alone:
            if not alone:
                return True
            run.commit()  # what another worker has done meanwhile is seen from here on
            finished = True
            with shop._keeping_stock_trouble():
                finished = shop._send_due(run)
                shop.env["marketplace.job"]._solve_settled_stock(shop)
                shop._announce_stock()
                if finished and shop._may_send_stock():
                    done = {"stock_error": False, "stock_fall_allowed": False}
                    shop.write({**done, "stock_sent_at": fields.Datetime.now()})
            run.commit()
        return finished

    def _send_due(self, run):
        """Send the shop's due listings in portions; False where the time was up before the last one."""
        client = self._client()
        due = self.env["marketplace.listing"]._due_stock(self)
        held_back = self._falls_held_back(due)
        for first in range(0, len(due), PORTION):
            run.read_orders()
            left = self._send_portion(due[first : first + PORTION], held_back, client, run)
            if not self._may_send_stock():
                return True
            if not left and first + PORTION < len(due):
                return False
        return True

    def _send_portion(self, listings, held_back, client, run):
        """Reckon and send the numbers of these listings; gives the seconds left."""
        read = listings._look_first(client, run)
        updates = listings._reckon_due_stock()
        updates -= updates._keep_back(read, held_back, run)
        listings._watch_locks()
        listings._watch_oversold()
        left = run.commit()
        of_key = {update._as_told(): update for update in updates}
        try:
            for outcomes in _gathered(client.send_stock(list(of_key))):
                left = self._keep_outcomes([(of_key.pop(outcome.update), outcome) for outcome in outcomes], run)
        except (UnexpectedResponse, Rejected) as error:
            if unanswered := updates.union(*of_key.values()):
                unanswered[0]._pass_over(unanswered, error)
                run.commit()
            raise
        return left

    def _keep_outcomes(self, answers, run):
        """Write what came of the updates, also when others write the same listings; gives the seconds left."""
        for _ in range(TRIES):
            try:
                self.env["marketplace.stock.update"]._take_outcomes(self, answers)
                left = run.commit()
                run.answers += len(answers)
                return left
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()
        return run.commit()  # they are still waiting, and are sent again


def _gathered(portions):
    """The outcomes in lists that are worth a transaction; those that came before an error come before it."""
    gathered = []
    try:
        for outcomes in portions:
            gathered += outcomes
            if len(gathered) >= SAFE_AFTER:
                yield gathered
                gathered = []
    except MarketplaceError:
        yield gathered
        raise
    yield gathered
