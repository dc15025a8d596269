"""What a platform's change does to a sales order that Odoo already has."""

from contextlib import contextmanager

from odoo import Command, models

from .marketplace_token import naive
from .sale_order_checks import OVER


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _marketplace_update(self, shop, order, listings):
        """Take over what the platform says of the order now; the problem it leads to, or None."""
        self.ensure_one()
        due = naive(order.ship_by)
        moved = due and due != self.marketplace_ship_by
        asked_at = self._marketplace_waits_since(order)
        self.write(self._marketplace_kept(self._marketplace_facts(order)))
        if self.marketplace_asked_at != asked_at:
            self.marketplace_asked_at = asked_at
        if self.state == "cancel":
            return None
        if order.status in OVER:
            return self._marketplace_cancel(order)
        if trouble := self._marketplace_trouble(shop, order):
            return self._marketplace_failure(order, *trouble, sale_order=self)
        if moved and due != self.commitment_date:
            self.commitment_date = due  # else it may be a date that somebody has set by hand
        with self._marketplace_unlocked():
            failure = self._marketplace_update_goods(shop, order, listings)
            self._marketplace_update_extras(shop, order, listings)
        return failure

    @contextmanager
    def _marketplace_unlocked(self):
        """Let the platform's change through on an order that is locked against people."""
        locked = self.locked
        if locked:
            self.locked = False
        yield
        if locked:
            self.locked = True

    # === LINES === #

    def _marketplace_update_goods(self, shop, order, listings):
        line_of_unit = {
            unit_ref: line
            for line in self.order_line.filtered(lambda line: line.marketplace_kind == "goods")
            for unit_ref in line.marketplace_unit_refs or []
        }
        failure = None
        for line in order.lines:
            ours = next((line_of_unit[unit.ref] for unit in line.units if unit.ref in line_of_unit), None)
            values = self._marketplace_goods_values(shop, line, listings[line.listing_key])
            if ours is None:
                if line.live_quantity:
                    self.order_line = [Command.create(values)]
                continue
            self._marketplace_update_line(ours, values)
            if not ours._marketplace_set_quantity(line.live_quantity):
                failure = self._marketplace_after_shipping(order)
        return failure

    def _marketplace_update_line(self, line, values):
        """Write price and units where they changed, and the product where the line waited for it."""
        changed = {}
        if line.price_unit != values["price_unit"]:
            changed |= {name: values[name] for name in ("price_unit", "technical_price_unit")}
        for name in ("marketplace_unit_refs", "marketplace_by_hand"):
            if line[name] != values[name]:
                changed[name] = values[name]
        if line.marketplace_waits_for_product and not values["marketplace_waits_for_product"]:
            names = (
                "product_id",
                "product_uom_id",
                "tax_ids",
                "marketplace_waits_for_product",
                "marketplace_listing_id",
            )
            changed |= {name: values[name] for name in names}
        if changed:
            line.write(changed)

    def _marketplace_update_extras(self, shop, order, listings):
        """Bring shipping and voucher lines to what the platform says now."""
        if not order.amounts:
            return
        wanted = self._marketplace_lines(shop, order, listings)
        wanted = [values for values in wanted if values["marketplace_kind"] != "goods"]
        ours = self.order_line.filtered(lambda line: line.marketplace_kind in ("shipping", "voucher"))
        for values in wanted:
            taxes = set(values["tax_ids"][0][2])
            line = ours.filtered(
                lambda line, values=values, taxes=taxes: (
                    line.marketplace_kind == values["marketplace_kind"] and set(line.tax_ids.ids) == taxes
                )
            )[:1]
            if not line:
                self.with_context(sale_no_log_for_new_lines=True).order_line = [Command.create(values)]
            elif line.price_unit != values["price_unit"] or line.product_uom_qty != 1:
                line.write({name: values[name] for name in ("price_unit", "technical_price_unit", "product_uom_qty")})
            ours -= line
        for line in ours:
            if line.product_uom_qty:
                line.product_uom_qty = 0
