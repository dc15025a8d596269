"""Payouts as a marketplace tells them: made, brought up to date, and left alone once they are booked."""

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..marketplaces.money import in_units
from ..marketplaces.types import ZERO
from .marketplace_token import naive

TERMS = ("opening", "closing", "paid_out", "held_back")
OF_THE_BANK = ("is_paid", "paid_at", "bank_reference")  # told later, and booked nowhere
MOST_NAMED = 20  # changed rows in a message


class MarketplacePayout(models.Model):
    _inherit = "marketplace.payout"

    changes_told = fields.Json(readonly=True, copy=False)

    @api.model
    def _take(self, shop, told):
        """Write what the marketplace tells of one payout (a `Payout` of the client).

        Gives a Counter of what was done with it (created, updated, unchanged, supplements, by_hand), the payouts that
        have it now, and the rows of its draft that the marketplace does not name any more. A booked payout stays as it
        is: rows that came late are a payout of their own, what has changed is told on it. Raises UserError for a
        currency that Odoo does not know.
        """
        family = self._family(shop, told)
        if family.filtered(lambda payout: payout.source == "manual"):
            return Counter(by_hand=1), family, self.env["marketplace.payout.line"]
        known = self._known_rows(shop, told, family)
        booked = known.filtered(lambda line: line.state != "draft")
        fixed = family.filtered(lambda payout: payout.state != "draft")
        currency = self._told_currency(told.currency)
        rows = [row for row in told.rows if row.ref not in set(booked.mapped("row_ref"))]
        terms, amounts = self._in_currency(told, rows, booked, fixed, currency)
        draft = (family - fixed).sorted(lambda payout: payout.ref != told.ref)[:1]
        if fixed:
            fixed._follow_bank(told)
            fixed._tell_changes(told, booked.filtered(lambda line: line.payout_id in fixed), currency)
        if fixed and not draft and not rows and not any(terms.values()):
            return Counter(unchanged=1), family, known.browse()
        values = self._told_values(told, currency, {name: float(term) for name, term in terms.items()})
        if draft.supplement_of_id or (fixed and not draft):
            first = fixed.filtered(lambda payout: not payout.supplement_of_id)[:1]
            values |= {"ref": draft.ref or f"{told.ref} ({len(fixed) + 1})", "open_ref": False}
            values["supplement_of_id"] = (draft.supplement_of_id or first).id
        is_new = not draft
        draft, changed = draft._bring_up_to_date(shop, values)
        gone = known.filtered(lambda line: line.payout_id == draft and line.row_ref not in {row.ref for row in rows})
        changed |= draft._write_rows(rows, amounts, known - booked)
        (family - fixed - draft).filtered(lambda payout: payout.supplement_of_id and not payout.line_ids).unlink()
        outcome = "updated" if changed else "unchanged"
        if is_new:
            outcome = "supplements" if draft.supplement_of_id else "created"
        if outcome != "unchanged":
            draft._check()
        return Counter([outcome]), fixed | draft, gone

    @api.model
    def _family(self, shop, told):
        """What Odoo has of the payout: by its number, or by the one that it had while it was open; late rows too."""
        refs = list({told.ref, told.open_ref} - {""})
        found = self.search([("shop_id", "=", shop.id), "|", ("ref", "in", refs), ("open_ref", "in", refs)])
        found |= found.supplement_of_id
        return found | found.supplement_ids

    @api.model
    def _known_rows(self, shop, told, family):
        """The shop's rows that the payout names, and those that its records have."""
        refs = [row.ref for row in told.rows]
        domain = [("shop_id", "=", shop.id), "|", ("row_ref", "in", refs), ("payout_id", "in", family.ids)]
        return self.env["marketplace.payout.line"].search(domain)

    @api.model
    def _told_currency(self, name):
        currency = self.env["res.currency"].with_context(active_test=False).search([("name", "=", name)], limit=1)
        if not currency:
            raise UserError(self.env._("Odoo does not know the currency %(currency)s.", currency=name))
        if not currency.active:
            currency.active = True
        return currency

    # === AMOUNTS === #

    @api.model
    def _in_currency(self, told, rows, booked, fixed, currency):
        """The terms and the amounts of the rows, less what is booked, with the decimals that Odoo has of the currency.

        What rounding adds to balances and rows has to cancel out: each row that has more decimals is rounded up or
        down so that exactly the difference that the marketplace left is left. Fees in dong, for one, have cents.
        """
        unit = Decimal(str(currency.rounding))
        terms = {name: _rounded(getattr(told, name), unit) for name in TERMS}
        moved = terms["closing"] + terms["paid_out"] + terms["held_back"] - terms["opening"]
        moved += _rounded(told.difference, unit)
        exact = {row.ref: row for row in told.rows}
        for line in booked:
            if row := exact.get(line.row_ref):
                moved -= _rounded(_moved(row), unit) if _differs(line, row, unit) else _exact(line.moved)
        apart = sum((_rounded(row.withheld, unit) for row in rows if row.withheld_apart), ZERO)
        for payout in fixed:
            terms = {name: term - _exact(payout[name]) for name, term in terms.items()}
        return terms, in_units([row.amount for row in rows], moved + apart, unit)

    @api.model
    def _told_values(self, told, currency, terms):
        bank_currency = self._told_currency(told.bank_currency) if told.bank_currency else self.env["res.currency"]
        return {
            "ref": told.ref,
            "open_ref": told.open_ref or False,
            "currency_id": currency.id,
            "date_start": told.start,
            "date_end": told.end,
            "is_final": told.is_final,
            "bank_currency_id": bank_currency.id,
            "bank_amount": bank_currency.round(float(told.bank_amount or 0)) if bank_currency else 0.0,
            "rate": float(told.rate or 0),
            "figures": [[name, float(amount)] for name, amount in told.figures] or False,
            **self._bank_values(told),
            **terms,
        }

    @api.model
    def _bank_values(self, told):
        moment = naive(told.paid_at)
        return {
            "is_paid": told.is_paid,
            "paid_at": moment and moment.replace(microsecond=0),
            "bank_reference": told.bank_reference or False,
        }

    # === DRAFTS === #

    def _bring_up_to_date(self, shop, values):
        """Make the draft, or write what has changed of it; gives it, and whether anything was written."""
        if not self:
            quiet = self.with_context(tracking_disable=True)
            now = {"read_at": fields.Datetime.now(), "date": values["date_end"]}
            return quiet.create({**values, **now, "shop_id": shop.id}).with_env(self.env), True
        if self.date == self.date_end:  # else somebody has chosen another day
            values = {**values, "date": values["date_end"]}
        changes = changes_of(self, values)
        if changes:
            self.write({**changes, "read_at": fields.Datetime.now()})
        return self, bool(changes)

    def _write_rows(self, rows, amounts, known):
        """Make the rows, or bring those that are `known` up to date, in whatever draft they were; whether anything was
        written."""
        lines = {line.row_ref: line for line in known}
        fee_types = self.env["marketplace.fee.type"]._of_rows(self.provider, rows)
        refs = {row.order_ref for row in rows} - {""}
        orders = self.env["sale.order"]._marketplace_known(self.shop_id, refs) if refs else {}
        left = known.payout_id - self
        new, changed = [], False
        for row, amount in zip(rows, amounts, strict=True):
            values = self._row_values(row, amount, fee_types, orders)
            if row.ref not in lines:
                new.append({**values, "row_ref": row.ref})
            elif changes := changes_of(lines[row.ref], values):
                lines[row.ref].write(changes)
                changed = True
        self.env["marketplace.payout.line"].create(new)
        if changed or new:
            (self | left)._gather_orders()
        return changed or bool(new)

    def _row_values(self, row, amount, fee_types, orders):
        unit = Decimal(str(self.currency_id.rounding))
        return {
            "payout_id": self.id,
            "fee_type_id": fee_types[row.fee_key].id,
            "name": row.details or False,
            "date": row.happened_on or False,
            "amount": float(amount),
            "tax_amount": float(_rounded(row.tax, unit)),
            "withheld_amount": float(_rounded(row.withheld, unit)),
            "withheld_apart": row.withheld_apart,
            "order_ref": row.order_ref or False,
            "order_id": orders[row.order_ref].id if row.order_ref in orders else False,
            "unit_ref": row.unit_ref or False,
            "seller_sku": row.seller_sku or False,
        }

    def _gather_orders(self):
        """Bring the orders of the payouts up to date with their rows: one settlement an order."""
        Settlement = self.env["marketplace.payout.settlement"]
        for payout in self:
            known = {each.order_ref: each for each in payout.settlement_ids}
            of_orders = payout.line_ids.filtered("order_ref").grouped("order_ref")
            Settlement.union(*(each for ref, each in known.items() if ref not in of_orders)).unlink()
            values = {ref: payout._settlement_values(lines) for ref, lines in of_orders.items()}
            for ref, wanted in values.items():
                if ref in known and (changes := changes_of(known[ref], wanted)):
                    known[ref].write(changes)
            new = [ref for ref in of_orders if ref not in known]
            made = Settlement.create([{**values[ref], "order_ref": ref, "payout_id": payout.id} for ref in new])
            known |= dict(zip(new, made, strict=True))
            for ref, lines in of_orders.items():
                lines.filtered(lambda line, one=known[ref]: line.settlement_id != one).settlement_id = known[ref]

    def _settlement_values(self, lines):
        settling = lines._settling_orders()
        amount = sum(settling.mapped("amount"))
        return {
            "order_id": lines.order_id[:1].id,
            "amount": self.currency_id.round(amount),
            "fees": self.currency_id.round(sum((lines - settling).mapped("moved"))),
        }

    # === WHAT IS BOOKED === #

    def _follow_bank(self, told):
        """Write whether and how the marketplace has paid: that is no part of the entry."""
        for payout in self:
            if changes := changes_of(payout, self._bank_values(told)):
                payout.write(changes)

    def _tell_changes(self, told, lines, currency):
        """Say once on a booked payout which of its rows the marketplace has changed or taken away since."""
        unit = Decimal(str(currency.rounding))
        rows = {row.ref: row for row in told.rows}
        for payout, booked in lines.grouped("payout_id").items():
            changes = {}
            for line in booked:
                row = rows.get(line.row_ref)
                if row is None or _differs(line, row, unit):
                    changes[line.row_ref] = str(row.amount) if row else "gone"
            before = payout.changes_told or {}
            fresh = {ref: change for ref, change in changes.items() if before.get(ref) != change}
            if fresh:
                payout.changes_told = {**before, **fresh}
                payout._tell(booked.filtered(lambda line, fresh=fresh: line.row_ref in fresh), fresh)

    def _tell(self, lines, fresh):
        """Name the changed rows in the chatter, and ask the responsible to look."""
        items = Markup()
        for line in lines[:MOST_NAMED]:
            what = " ".join(filter(None, (line.fee_type_id.name, line.order_ref, line.name)))
            now = self.env._("not there any more") if fresh[line.row_ref] == "gone" else fresh[line.row_ref]
            items += Markup("<li>%s: %s → %s</li>") % (what, f"{_exact(line.amount)}", now)
        if len(lines) > MOST_NAMED:
            items += Markup("<li>…</li>")
        text = self.env._(
            "The marketplace has changed rows of this payout after it was booked. The entry stays as it is:"
        )
        self.message_post(body=Markup("<p>%s</p><ul>%s</ul>") % (text, items))
        self.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=self.env._("Changed by the marketplace after it was booked"),
            note=self.env._("Compare the rows named below with the marketplace's statement, and book what differs."),
            user_id=self.shop_id._responsible().id,
        )

    # === WHAT HAS VANISHED === #

    @api.model
    def _drop_vanished(self, shop, lines, taken, start, end):
        """Remove rows of drafts that the marketplace does not name any more, and open payouts between the days that it
        does not tell: another one has their rows."""
        lines = lines.exists().filtered(lambda line: line.state == "draft")
        left = lines.payout_id
        lines.unlink()
        left._check()
        empty = left.filtered(lambda payout: payout.supplement_of_id and not payout._has_anything())
        empty |= self.search(
            [
                ("shop_id", "=", shop.id),
                ("source", "=", "read"),
                ("state", "=", "draft"),
                ("is_final", "=", False),
                ("supplement_of_id", "=", False),
                ("date_start", ">=", start),
                ("date_end", "<=", end),
                ("id", "not in", taken),
            ]
        )
        empty.unlink()

    def _has_anything(self):
        return bool(self.line_ids) or any(self[name] for name in TERMS)


def _rounded(amount, unit):
    return (amount / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit


def _exact(value):
    """A monetary field's value as it was written."""
    return Decimal(str(value))


def _moved(row):
    return row.amount - (row.withheld if row.withheld_apart else ZERO)


def _differs(line, row, unit):
    """Whether the row is another amount than was booked, which rounding does not explain."""
    return abs(_exact(line.amount) - row.amount) >= unit


def changes_of(record, values):
    """Those of the values that the record does not have yet."""
    changes = {}
    for name, value in values.items():
        known = record[name]
        known = known.id if isinstance(known, models.BaseModel) else known
        if known != value and (known or value):
            changes[name] = value
    return changes
