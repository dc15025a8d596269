"""Posting payouts: one exact entry each, its invoices settled."""

import logging
from collections import defaultdict

from odoo import models
from odoo.exceptions import AccessError, UserError

from .failure_log import why_not_done

_logger = logging.getLogger(__name__)


class MarketplacePayout(models.Model):
    _inherit = "marketplace.payout"

    def _check_may_book(self):
        """Raise AccessError unless the user may book these payouts."""
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Only accountants can book payouts. Ask one of them."))

    # === POSTING === #

    def action_post(self):
        """*Post*: those with nothing in their way, oldest first; says which were not posted, and why."""
        self._check_may_book()
        posted, refused = self._post_those_that_can()
        message = self.env._("%(count)s payouts are posted.", count=len(posted)) if posted or not refused else ""
        for payout, reason in list(refused.items())[:3]:
            message += " " + self.env._("%(payout)s is not posted: %(reason)s", payout=payout.ref, reason=reason)
        if len(refused) > 3:
            message += " " + self.env._("And %(count)s more.", count=len(refused) - 3)
        return self.env["marketplace.job"]._notify(message.strip(), "warning" if refused else "success")

    def _post_those_that_can(self):
        """Post in order of date: the posted payouts, and {payout that was refused: why}. None stops the others; what
        is not a draft anymore is left alone."""
        locked = self.try_lock_for_update(allow_referencing=True)
        posted = self.browse()
        refused = dict.fromkeys(self - locked, self.env._("Somebody else is working on it right now. Try again."))
        drafts = locked.filtered(lambda payout: payout.state == "draft")
        for payout in drafts.sorted(lambda payout: (payout.date, payout.date_end, payout.id)):
            payout._check()
            if reason := payout.sudo().obstacle_ids[:1].message or payout._why_not_posted():
                refused[payout] = reason
            else:
                posted |= payout
        return posted, refused

    def _why_not_posted(self):
        """Post this payout, which has nothing in its way: "", or why the books refuse it, which is an obstacle then."""
        payout = self.sudo().with_company(self.company_id)
        reason = why_not_done(self.env, payout._post_entry, _logger, "Posting payout %s failed", self.id)
        if reason:
            payout._keep_obstacles([("refused", reason)])
        return reason

    def _post_entry(self):
        """Make the payout's entry, post it, settle its orders. Raises UserError where it would not be exact."""
        self.ensure_one()
        books = self._books_of_orders()
        items = self._entry_items(books)
        entry = self._write_entry(self._entry_values(items))
        self._check_entry(entry, items)
        entry.action_post()
        self._check_entry(entry, items)
        of_orders = defaultdict(self.env["account.move.line"].browse)
        for item, line in zip(items, entry.line_ids.sorted("id"), strict=True):
            if item.rows:
                item.rows.move_line_id = line
            if item.settlement:
                of_orders[item.settlement] |= line
        for settlement, lines in of_orders.items():
            settlement.move_line_id = lines[0]
        self.state = "posted"
        self._reconcile(books, of_orders)

    def _write_entry(self, values):
        """The draft entry with these values: the cancelled one under its old name, else a new one."""
        entry = self.move_id.with_context(marketplace_payout_decides=True, dynamic_unlink=True)
        if entry:
            entry.button_draft()
            entry.line_ids.with_context(skip_invoice_sync=True).unlink()
            entry.write(values)
            return entry
        self.move_id = self.env["account.move"].create(values)
        return self.move_id

    def _reconcile(self, books, of_orders):
        """Settle each order's open items with the entry's `of_orders`, and what is brought forward with the payout
        before."""
        settling = self.settlement_ids.filtered(lambda each: each.outcome not in ("fees", "stray"))
        plan = []
        for settlement in settling:
            items = books[settlement.order_id].open | of_orders[settlement]._open_receivables()
            plan += [together for together in items.grouped("account_id").values() if len(together) > 1]
        plan += [pair for part in ("brought", "carried") if len(pair := self._neighbours(part)) == 2]
        self.env["account.move.line"].with_context(marketplace_payout_settles=True)._reconcile_plan(plan)
        self._check_settled(settling, books, of_orders)

    def _check_settled(self, settling, books, of_orders):
        """Raise UserError where an order was not settled as far as the payout says."""
        for settlement in settling:
            items, own = books[settlement.order_id].open, of_orders[settlement]
            open_items = (items | own)._open_receivables()
            may_stay = {"part": items, "rest_open": items, "refund_follows": own}.get(settlement.outcome, own.browse())
            if open_items - may_stay:
                raise UserError(
                    self.env._(
                        "%(order)s would not be settled by %(amount)s: %(left)s stay open. Nothing was posted; look at "
                        "its invoices.",
                        order=settlement.order_ref,
                        amount=self._in_words(settlement.amount),
                        left=self._in_words(sum((open_items - may_stay).mapped("amount_residual_currency"))),
                    )
                )

    def _neighbours(self, part):
        """The entry's line that is brought (carried) forward with its counterpart in the payout before (after)."""
        line = self.move_id.line_ids.filtered(lambda each: each.marketplace_part == part)
        if not line:
            return line
        other, order = ("carried", "date desc, id desc") if part == "brought" else ("brought", "date, id")
        before = "<=" if part == "brought" else ">="
        found = line.search(
            [
                ("marketplace_part", "=", other),
                ("account_id", "=", line.account_id.id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("move_id", "!=", self.move_id.id),
                ("date", before, self.date),
                ("currency_id", "=", self.currency_id.id),
            ],
            order=order,
            limit=1,
        )
        if self.currency_id.is_zero(found.amount_residual_currency + line.amount_residual_currency):
            return line | found
        return line
