"""Deliveries that follow the platform: what has left according to it is validated."""

from odoo import api, models
from odoo.exceptions import UserError

from .marketplace_package import LEFT
from .sale_order_checks import OVER
from .sale_order_parcels import less, total

LEFT_ORDERS = ("shipped", "completed", "in_return", "returned")
MOST_STEPS = 4  # of a warehouse, from the shelf to the courier


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model
    def _marketplace_follow_platform(self, shop, pairs):
        """Validate the open deliveries of orders that have left at the platform; the problems where that may not be.

        `pairs` are (sales order, `Order`). With *Create fulfilled orders* a processed order has left, too.
        """
        failures, following = {}, {}
        for sale_order, order in pairs:
            if sale_order.state != "sale" or order.status in OVER:
                continue
            if sentence := sale_order._marketplace_parcels_differ():
                failures[sale_order] = sale_order._marketplace_failure(order, "parcels_differ", sentence, sale_order)
            left = sale_order._marketplace_left(order)
            if any(not picking.marketplace_by_platform for picking in left) and not sale_order._marketplace_follows():
                sentence = self.env._("The parcel has left according to the marketplace. Validate its delivery.")
                failures[sale_order] = sale_order._marketplace_failure(order, "shipped_outside", sentence, sale_order)
            if left:
                following[sale_order] = order
        for sale_order, error in self._marketplace_follow_halving(list(following.items())).items():
            sentence = self.env._(
                "The parcel has left according to the marketplace, but its delivery cannot be validated by itself. "
                "Validate it by hand: %(reason)s",
                reason=str(error).split("\n")[0],
            )
            failures[sale_order] = sale_order._marketplace_failure(
                following[sale_order], "shipped_outside", sentence, sale_order
            )
        return list(failures.values())

    @api.model
    def _marketplace_follow_halving(self, pairs):
        """Validate what has left of the orders in one go; if that is refused, in halves until the refused one stands
        alone. Gives the errors by sales order."""
        if not pairs:
            return {}
        try:
            with self.env.cr.savepoint():
                self._marketplace_validate_steps(
                    lambda: [sale_order._marketplace_may_follow(order) for sale_order, order in pairs]
                )
        except UserError as error:
            if len(pairs) == 1:
                return {pairs[0][0]: error}
            middle = len(pairs) // 2
            return self._marketplace_follow_halving(pairs[:middle]) | self._marketplace_follow_halving(pairs[middle:])
        return {}

    @api.model
    def _marketplace_validate_steps(self, find):
        """Validate the transfers that `find` names, and the next steps that this brings about."""
        for _step in range(MOST_STEPS):
            left = self.env["stock.picking"].union(
                *(
                    picking._marketplace_split(pieces) if pieces else picking
                    for found in find()
                    for picking, pieces in found.items()
                )
            )
            if not left:
                return
            left._marketplace_follow()

    def _marketplace_validate_left(self):
        """Validate what has left of the order according to what the platform said last. Raises what hinders it."""
        self.ensure_one()
        self._marketplace_validate_steps(lambda: [self._marketplace_left()])

    def _marketplace_solve_shipped_outside(self):
        """Close the problems of orders whose deliveries somebody has validated by hand."""
        jobs = self.marketplace_open_job_ids.filtered(lambda job: job.reason == "shipped_outside")
        jobs.filtered(lambda job: not job.order_id._marketplace_left())._close()

    # === WHAT HAS LEFT === #

    def _marketplace_follows(self):
        return self.marketplace_shop_id.follow_outside or self.marketplace_came_fulfilled

    def _marketplace_may_follow(self, order):
        """What has left and is validated by itself; what the platform ships always is."""
        left = self._marketplace_left(order)
        follows = self._marketplace_follows()
        return {picking: pieces for picking, pieces in left.items() if follows or picking.marketplace_by_platform}

    def _marketplace_left(self, order=None):
        """The order's open transfers whose goods have left according to the platform (`order`, or what it said last).

        A dict of transfers, each with the pieces that have left by sales order line, or None where all have.
        """
        self.ensure_one()
        open_ones = self._marketplace_open_deliveries()
        by_platform = open_ones.filtered("marketplace_by_platform")
        left_there = (
            by_platform._marketplace_left_platform(order)
            if order
            else by_platform.filtered(lambda picking: picking._marketplace_reported_left())
        )
        open_ones -= by_platform
        by_hand = open_ones.filtered("marketplace_by_hand")
        has_left = self.marketplace_status in LEFT_ORDERS
        if order or has_left:
            left_there |= by_hand._marketplace_gone_by_hand(order) if order else by_hand
        whole = has_left and not self.marketplace_package_ids
        if not whole and not self.marketplace_came_fulfilled:
            return dict.fromkeys(left_there) | self._marketplace_gone(open_ones - by_hand)
        return dict.fromkeys(left_there | open_ones)

    def _marketplace_gone(self, open_ones):
        """Those of the open transfers that hold what is in parcels which have left."""
        packages = self._marketplace_live_packages()
        gone = packages.filtered(lambda package: package.status in LEFT)
        if not gone or not open_ones:
            return {}
        found = dict.fromkeys(gone.picking_id & open_ones)
        waiting = (packages - gone).picking_id - gone.picking_id
        done = self._marketplace_deliveries().filtered(lambda picking: picking.state == "done") - waiting
        counted = [picking._marketplace_quantities() for picking in (done | gone.picking_id)]
        missing = less(total(package._quantities() for package in gone), *counted)
        # In a warehouse with several steps the delivery is not there yet, but an earlier step is.
        for picking in (open_ones - packages.picking_id).sorted(
            lambda picking: (picking.picking_type_code != "outgoing", picking.id)
        ):
            held = picking._marketplace_quantities() if missing else {}
            pieces = {line: min(count, missing[line]) for line, count in held.items() if line in missing}
            if pieces:
                found[picking] = pieces if less(held, pieces) else None
                missing = less(missing, pieces)
        return found
