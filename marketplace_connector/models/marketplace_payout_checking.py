"""Everything that is in the way of a payout's entry, in words and with amounts, found before anything is booked."""

import logging

from odoo import fields, models
from odoo.tools.misc import format_date

from .failure_log import why_not_done
from .marketplace_fee_type import WITHHELD

_logger = logging.getLogger(__name__)

NAMED = 3  # examples in a message


class MarketplacePayout(models.Model):
    _inherit = "marketplace.payout"

    obstacle_ids = fields.One2many("marketplace.payout.obstacle", "payout_id", string="In the way", readonly=True)
    obstacle_count = fields.Integer(string="Obstacles", readonly=True)
    checked_at = fields.Datetime(string="Checked", readonly=True)

    def action_check(self):
        """*Check Again*."""
        self._check_may_book()
        self._check()
        return True

    def _check(self):
        """Find and store what is in the way of posting; what is posted or cancelled has nothing in its way."""
        for payout in self.sudo():
            payout = payout.with_company(payout.company_id)
            payout._keep_obstacles(payout._obstacles_now() if payout.state == "draft" else [])

    def _obstacles_now(self):
        """As `_find_obstacles`; that the payout cannot even be checked is in its way, too."""
        found = []
        problem = why_not_done(
            self.env, lambda: found.extend(self._find_obstacles()), _logger, "Checking payout %s failed", self.id
        )
        return [("refused", problem)] if problem else found

    def _keep_obstacles(self, found):
        """Store the (reason, message) pairs as what is in the way."""
        known = self.obstacle_ids.mapped(lambda each: (each.reason, each.message))
        if known != found:
            self.obstacle_ids.unlink()
            self.env["marketplace.payout.obstacle"].create(
                [{"payout_id": self.id, "reason": reason, "message": message} for reason, message in found]
            )
        self.write({"obstacle_count": len(found), "checked_at": fields.Datetime.now()})

    def _find_obstacles(self):
        """[(reason, message), ...] in the order in which they are best solved."""
        self._settle_orders()
        self.line_ids._note_obstacles()
        found = [
            ("empty", self._why_empty()),
            ("difference", self._why_difference()),
            ("not_final", self._why_not_final()),
            ("set_up", self._why_not_set_up()),
            ("fee_type", self._why_fee_types()),
            ("no_order", self._why_no_order()),
            *[(reason, self._why_orders(reason)) for reason in self._order_words()],
            ("locked", self._why_locked()),
        ]
        return [(reason, message) for reason, message in found if message]

    # === OF THE PAYOUT === #

    def _why_empty(self):
        if not self.line_ids and not any((self.opening, self.closing, self.paid_out, self.held_back)):
            return self.env._("There is nothing in this payout: no rows and no balances.")
        return ""

    def _why_difference(self):
        if self._why_not_final() or self.currency_id.is_zero(self.difference):
            return ""
        return self.env._(
            "The rows and balances leave %(difference)s unexplained: %(opening)s before + rows of %(rows)s are not "
            "%(closing)s after + %(paid)s paid out + %(held)s held back. Compare the rows with the statement at the "
            "marketplace, then read it again.",
            difference=self._in_words(self.difference),
            opening=self._in_words(self.opening),
            rows=self._in_words(self.rows_total),
            closing=self._in_words(self.closing),
            paid=self._in_words(self.paid_out),
            held=self._in_words(self.held_back),
        )

    def _why_not_final(self):
        if self.is_final or self.source == "manual":
            return ""
        return self.env._("The marketplace has not closed it yet: more rows may come. It is read again by itself.")

    def _why_not_set_up(self):
        if problem := self.shop_id._payout_set_up_problem():
            return problem
        lacking = {
            self.env._("a payout journal"): self.shop_id.payout_journal_id,
            self.env._("an intermediary account on the journal"): self._held_account(),
            self.env._("the marketplace as a partner"): self.shop_id.payout_partner_id,
        }
        names = [name for name, record in lacking.items() if not record]
        if not names:
            return ""
        return self.env._(
            "%(shop)s has no %(names)s.", shop=self.shop_id.display_name, names=self.env._(" and no ").join(names)
        )

    def _held_account(self):
        return self.shop_id.payout_journal_id.marketplace_account_id

    def _why_locked(self):
        locks = self._locks()
        if not locks:
            return ""
        return self.env._(
            "The accounting date %(date)s is in a closed period: %(locks)s. Choose a later one.",
            date=format_date(self.env, self.date),
            locks=self.env["res.company"]._format_lock_dates(locks),
        )

    def _locks(self, date=None):
        """What forbids to book the payout on its accounting date, or on `date`: [(last locked day, field), ...]"""
        has_tax = bool(self.line_ids.fee_type_id.tax_id)
        return self.company_id._get_violated_lock_dates(date or self.date, has_tax, self.shop_id.payout_journal_id)

    # === OF ITS ROWS === #

    def _why_fee_types(self):
        rows = self.line_ids.filtered(lambda line: line.obstacle in ("unknown", "no_account", "withheld"))
        if not rows:
            return ""
        types = rows.filtered(lambda line: line.obstacle != "withheld").fee_type_id
        if "withheld" in rows.mapped("obstacle"):
            types |= self._withheld_type()
        named = ", ".join(
            self.env._("%(name)s (unknown)", name=each.name) if each.kind == "unknown" else each.name
            for each in types[:NAMED]
        )
        return self.env._(
            "%(count)s rows over %(amount)s are of fee types without an account, such as %(names)s.",
            count=len(rows),
            amount=self._in_words(sum(rows.mapped("amount"))),
            names=named or self.env._("withholding tax"),
        )

    def _withheld_type(self):
        return self.env["marketplace.fee.type"].search(
            [("provider", "=", self.provider), ("key", "=", WITHHELD)], limit=1
        )

    def _why_no_order(self):
        rows = self.line_ids.filtered(lambda line: line.obstacle == "no_order")
        if not rows:
            return ""
        return self.env._(
            "%(count)s rows over %(amount)s are order amounts without an order number. Choose an account on these "
            "rows, or one for orders that are not in Odoo on the shop.",
            count=len(rows),
            amount=self._in_words(sum(rows.mapped("amount"))),
        )

    # === OF ITS ORDERS === #

    def _order_words(self):
        """{obstacle of settlements: sentence about %(count)s of them, with %(names)s}"""
        return {
            "order_missing": self.env._("%(count)s orders are not in Odoo: %(names)s."),
            "not_invoiced": self.env._("%(count)s orders have no invoice: %(names)s."),
            "draft_invoice": self.env._(
                "%(count)s orders have invoices or credit notes that are not posted: %(names)s."
            ),
            "not_credited": self.env._("%(count)s orders were refunded and have no credit note: %(names)s."),
            "currency": self.env._("%(count)s orders have open invoices in another currency: %(names)s."),
            "differs": self.env._("%(count)s orders differ from what their invoices leave open: %(names)s."),
        }

    def _why_orders(self, reason):
        orders = self.settlement_ids.filtered(lambda each: each.obstacle == reason)
        if not orders:
            return ""
        names = [self._order_in_words(each, reason) for each in orders[:NAMED]]
        if len(orders) > NAMED:
            names.append(self.env._("and %(count)s more", count=len(orders) - NAMED))
        return self._order_words()[reason] % {"count": len(orders), "names": "; ".join(names)}

    def _order_in_words(self, settlement, reason):
        if reason != "differs":
            return self.env._(
                "%(order)s (%(amount)s)", order=settlement.order_ref, amount=self._in_words(settlement.amount)
            )
        return self.env._(
            "%(order)s by %(difference)s (%(amount)s against %(open)s)",
            order=settlement.order_ref,
            difference=self._in_words(settlement.difference),
            amount=self._in_words(settlement.amount),
            open=self._in_words(settlement.open_amount),
        )

    def _in_words(self, amount):
        return self.currency_id.format(amount)
