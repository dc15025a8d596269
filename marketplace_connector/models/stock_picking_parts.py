"""Deliveries that leave in part: the platform splits the order first where it can, else the part is refused."""

from odoo import models
from odoo.exceptions import UserError

from ..marketplaces.errors import MarketplaceError, TransportError
from ..marketplaces.types import Progress
from .error_messages import explain


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _marketplace_leaving(self):
        """What leaves when the delivery is validated now, by move, in its unit."""
        self.ensure_one()
        moves = self.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
        any_picked = any(moves.mapped("picked"))
        return {move: move.quantity if move.picked or not any_picked else 0 for move in moves}

    def _marketplace_leaves_in_part(self):
        """Whether some of it leaves and some of it stays behind."""
        leaving = self._marketplace_leaving()
        of_order = [move for move in leaving if move.sale_line_id.marketplace_kind]
        short = [move for move in of_order if move.product_uom.compare(leaving[move], move.product_uom_qty) < 0]
        return bool(short) and any(leaving.values())

    def _marketplace_check_whole(self):
        """Raise UserError with the ways out where the delivery would leave in part and must not."""
        if not self._marketplace_leaves_in_part():
            return
        capabilities = self.marketplace_shop_id._capabilities()
        status = self.sudo().marketplace_package_id.status
        reason = ""
        if status in ("confirmed", "ready_to_ship", "manual"):
            reason = self.env._("the marketplace has it as one parcel, which is arranged.")
        elif status not in ("shipped", "delivered") and self._marketplace_drops_rest():
            reason = self.env._("the marketplace would go on waiting for the missing pieces.")
        elif not status and not capabilities.makes_packages:
            reason = self.env._("the marketplace has not told of its parcel yet.")
        elif status == "pending" and not capabilities.splits_orders:
            reason = self.env._("the marketplace has it as one parcel.")
        if reason:
            raise UserError(self._marketplace_not_in_part(reason))

    def _marketplace_not_in_part(self, reason):
        return self.env._(
            "%(delivery)s cannot leave in part: %(reason)s Ship all of %(order)s, or cancel the missing pieces at the "
            "marketplace first.",
            delivery=self.name,
            reason=reason,
            order=self.marketplace_order_ref,
        )

    def _marketplace_drops_rest(self):
        """Whether what stays behind would get no delivery any more."""
        policy = self.picking_type_id.create_backorder
        unwanted = self.env.context.get("picking_ids_not_to_backorder") or ()
        return policy == "never" or (policy != "always" and self.id in unwanted)

    # === SPLITTING THE ORDER === #

    def _marketplace_split_orders(self):
        """Split the orders of deliveries that leave in part now, where the platform has a parcel of all of it.

        What the platform refuses raises UserError, and nothing leaves. Where nothing leaves for another reason although
        the platform has split, the next sync divides the delivery the same way.
        """
        in_part = self.filtered(
            lambda picking: (
                picking.sudo().marketplace_package_id.status == "pending"
                and picking._marketplace_leaves_in_part()
                and (self.env.context.get("skip_backorder") or picking.picking_type_id.create_backorder == "always")
            )
        )
        if in_part:
            in_part._sanity_check()
        for picking in in_part:
            picking.sudo()._marketplace_split_order()

    def _marketplace_split_order(self):
        package, order = self.marketplace_package_id, self.sale_id
        leaving = self._marketplace_leaving_units(package)
        others = order._marketplace_live_packages() - package
        groups = [tuple(leaving.items()), *(tuple((other.contents or {}).items()) for other in others)]
        made = self._marketplace_ask_to_split([group for group in groups if group])
        told = Progress(ref=order.marketplace_order_ref, status="ready_to_ship", raw_status="", packages=made)
        package._write_told([(order, told)], order.marketplace_package_ids)._drop_acts()
        parcels = order._marketplace_live_packages()
        parcels.filtered(lambda parcel: parcel.picking_id == self).picking_id = False
        parcels.filtered(lambda parcel: parcel.contents == leaving)[:1].picking_id = self

    def _marketplace_leaving_units(self, package):
        """The pieces that leave of each of the package's units."""
        leaving, units = self._marketplace_leaving(), {}
        moves = self.env["stock.move"].union(*leaving)
        for line, of_line in moves.filtered("sale_line_id.marketplace_kind").grouped("sale_line_id").items():
            pieces = of_line._marketplace_pieces(leaving)
            share = of_line._marketplace_share(line, pieces)
            if any(move.product_uom.compare(leaving[move], share.get(move, 0)) for move in of_line):
                reason = self.env._("the parts of “%(product)s” belong together.", product=line.product_id.name)
                raise UserError(self._marketplace_not_in_part(reason))
            for unit_ref in line.marketplace_unit_refs or []:
                count = int(min(pieces, (package.contents or {}).get(unit_ref, 0)))
                if count:
                    units[unit_ref] = count
                    pieces -= count
        return units

    def _marketplace_ask_to_split(self, groups):
        """The packages that the platform has made of the order; what it refuses raises UserError."""
        client = self.marketplace_shop_id._as_system()._client()
        try:
            try:
                return client.split(self.marketplace_order_ref, groups)
            except TransportError:
                # The answer may be lost: this looks first whether it was done.
                return client.split(self.marketplace_order_ref, groups)
        except TransportError as error:
            raise UserError(
                self.env._(
                    "%(delivery)s has not left: the order has to be split at the marketplace first, and it does not "
                    "answer. Press Pull Orders on the shop, which shows whether that was done, then validate again.",
                    delivery=self.name,
                )
            ) from error
        except MarketplaceError as error:
            raise UserError(self._marketplace_not_in_part(explain(self.env, error))) from error
