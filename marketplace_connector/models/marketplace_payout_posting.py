"""Posting payouts: one exact entry each, its invoices settled; and taking that back."""

from odoo import models
from odoo.exceptions import AccessError, UserError


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
        for payout in refused[:3]:
            message += " " + self.env._(
                "%(payout)s is not posted: %(reason)s",
                payout=payout.ref,
                reason=payout.sudo().obstacle_ids[:1].message,
            )
        if len(refused) > 3:
            message += " " + self.env._("And %(count)s more.", count=len(refused) - 3)
        return self.env["marketplace.job"]._notify(message.strip(), "warning" if refused else "success")

    def _post_those_that_can(self):
        """Post in order of date; (posted, refused) payouts. What is not a draft anymore is left alone."""
        posted = refused = self.browse()
        self.lock_for_update(allow_referencing=True)
        drafts = self.filtered(lambda payout: payout.state == "draft")
        for payout in drafts.sorted(lambda payout: (payout.date, payout.date_end, payout.id)):
            payout._check()
            if payout.sudo().obstacle_ids:
                refused |= payout
                continue
            payout.sudo().with_company(payout.company_id)._post_entry()
            posted |= payout
        return posted, refused

    def _post_entry(self):
        """Make the payout's entry, post it, settle its orders. Raises UserError where it would not be exact."""
        self.ensure_one()
        books = self._books_of_orders()
        items = self._entry_items(books)
        entry = self._write_entry(self._entry_values(items))
        self._check_entry(entry, items)
        entry.action_post()
        self._check_entry(entry, items)
        for item, line in zip(items, entry.line_ids.sorted("id"), strict=True):
            if item.rows:
                item.rows.move_line_id = line
            if item.settlement:
                item.settlement.move_line_id = line
        self.state = "posted"
        self._reconcile(books)

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

    def _reconcile(self, books):
        """Settle each order's open items with the entry's, and what is brought forward with the payout before."""
        plan = []
        for settlement in self.settlement_ids:
            items = books[settlement.order_id].open
            own = settlement.move_line_id
            if own.account_id in items.account_id and not own.reconciled:
                items |= own
            if len(items) > 1 and settlement.outcome not in ("fees", "stray"):
                plan.append(items)
        plan += [pair for part in ("brought", "carried") if len(pair := self._neighbours(part)) == 2]
        self.env["account.move.line"]._reconcile_plan(plan)
        self._check_settled(books)

    def _check_settled(self, books):
        """Raise UserError where an order was not settled as far as the payout says."""
        for settlement in self.settlement_ids.filtered(lambda each: each.outcome not in ("fees", "stray")):
            items, own = books[settlement.order_id].open, settlement.move_line_id
            open_items = items.filtered(lambda item: not item.reconciled)
            if own.account_id.account_type == "asset_receivable" and not own.reconciled:
                open_items |= own
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
