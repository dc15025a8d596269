"""How far orders are at their marketplace, without all that is known of them."""

from odoo import api, models

from ..marketplaces.types import Progress

ON_THE_WAY = ("ready_to_ship", "processed")
STILL_HERE = ("pending", "confirmed", "ready_to_ship", "cancelled")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model
    def _marketplace_take_progress(self, shop, told):
        """Take over how far the orders are and their packages; gives the numbers of those that this is enough for.

        `told` are `Progress` or `UnreadableOrder`. Orders that are cancelled, have left, have a problem or need a
        person have to be read whole.
        """
        progress = {
            each.ref: each
            for each in told
            if isinstance(each, Progress)
            and each.status in ON_THE_WAY
            and all(package.status in STILL_HERE for package in each.packages)
        }
        known = self._marketplace_known(shop, list(progress))
        troubled = self.env["marketplace.job"]._open_of(shop, list(progress))
        pairs = [
            (order, progress[ref])
            for ref, order in known.items()
            if ref not in troubled and order.state == "sale" and order.marketplace_status in ON_THE_WAY
        ]
        for order, each in pairs:
            values = {"marketplace_status": each.status, "marketplace_raw_status": each.raw_status}
            if any(order[name] != value for name, value in values.items()):
                order.write(values)
        self.env["marketplace.package"]._take_over(pairs)
        return {each.ref for order, each in pairs if not order._marketplace_parcels_differ()}
