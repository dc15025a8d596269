"""Sending deliveries through the marketplace: packing and arranging, what validation asks, parcels followed."""

import logging
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..marketplaces.errors import MarketplaceError
from ..marketplaces.types import Package
from .error_messages import explain
from .failure_log import kind_of
from .marketplace_job_acts import PASSING
from .marketplace_package import ARRANGED

_logger = logging.getLogger(__name__)


class StockPicking(models.Model):
    _inherit = "stock.picking"

    marketplace_act_ids = fields.One2many("marketplace.job", "picking_id", domain=[("state", "=", "open")])
    marketplace_message = fields.Char(string="Being sent", compute="_compute_marketplace_message")

    def _compute_marketplace_message(self):
        """What is being sent for the delivery, or why it could not be."""
        for picking in self:
            jobs = picking.sudo().marketplace_act_ids | picking.sudo().marketplace_package_id.job_ids
            waiting = jobs.filtered(lambda job: job.state == "open")
            picking.marketplace_message = waiting.sorted(lambda job: bool(job.next_try))[:1].message

    # === THE MARKETPLACE'S UNITS IN IT === #

    def _marketplace_unit_refs(self):
        """The marketplace's units in the delivery: those of its package, else the first that are in no other one."""
        self.ensure_one()
        package = self.marketplace_package_id
        if package.contents:
            return tuple(package.contents)
        taken = {
            unit_ref
            for other in self.sale_id.marketplace_package_ids.filtered(lambda other: other.status != "cancelled")
            for unit_ref in other.contents or {}
        }
        # Deliveries that wait beside each other must not ask for the same units: the older one takes the first.
        unpacked = self.sale_id.picking_ids.filtered(
            lambda picking: (
                picking.picking_type_code == "outgoing"
                and picking.state != "cancel"
                and not picking.marketplace_package_id.contents
            )
        )
        refs = []
        for picking in (unpacked | self).sorted("id"):
            refs = picking._marketplace_free_units(taken)
            taken.update(refs)
            if picking == self:
                break
        return tuple(refs)

    def _marketplace_free_units(self, taken):
        refs = []
        for line, quantity in self._marketplace_quantities().items():
            free = [unit_ref for unit_ref in line.marketplace_unit_refs or [] if unit_ref not in taken]
            refs += free[: int(quantity)] if len(line.marketplace_unit_refs or []) > 1 else free
        return refs

    # === ARRANGING === #

    def action_marketplace_arrange(self):
        """Pack the deliveries at the marketplace, or arrange their shipment: the calls follow at once by themselves.

        For one delivery, where the platform asks how its parcel is handed over, the dialogue that asks for it opens.
        """
        pickings = self._marketplace_to_arrange()
        if len(pickings) == 1 and not pickings.marketplace_shop_id._capabilities().makes_packages:
            return self.env["marketplace.arrange.shipment"]._open(pickings)
        return pickings._marketplace_arrange_by_policy()

    def action_marketplace_arrange_by_policy(self):
        """The same without a question: parcels are handed over by their shops' policies."""
        return self._marketplace_to_arrange()._marketplace_arrange_by_policy()

    def _marketplace_check_shipper(self):
        """Raise AccessError unless the user ships or sells: accountants may write on deliveries too."""
        self.check_access("write")
        shippers = ("stock.group_stock_user", "sales_team.group_sale_salesman")
        if not self.env.su and not any(map(self.env.user.has_group, shippers)):
            raise AccessError(self.env._("Only users of Inventory or Sales ship orders. Ask one of them."))

    def _marketplace_to_arrange(self):
        """Those of the deliveries that can be arranged; raises UserError where there are none, or one may not be."""
        self._marketplace_check_shipper()
        pickings = self.filtered(lambda picking: picking._marketplace_can_be_arranged())
        if not pickings:
            self._marketplace_check_not_cancelled()
            raise UserError(
                self.env._(
                    "There is nothing to arrange: the deliveries are arranged, cancelled, handled by hand or not of a "
                    "marketplace."
                )
            )
        for picking in pickings:
            picking._marketplace_check_open()
        return pickings

    def _marketplace_arrange_by_policy(self):
        self.sudo()._marketplace_queue_arranging({})
        return self._marketplace_told_queued()

    def _marketplace_told_queued(self):
        waiting = self.sudo().marketplace_act_ids.filtered(lambda job: job.next_try > fields.Datetime.now())
        if len(self) > 1:
            message = self.env._("%(count)s deliveries are being sent to the marketplace.", count=len(self))
        else:
            message = waiting.message or self.env._("The delivery is being sent to the marketplace.")
        return self.env["marketplace.job"]._notify(message, "info")

    def _marketplace_queue_arranging(self, handover=None):
        """Queue the arrangement, not before the shop's delay after the order has passed.

        `handover` are arguments of a `Shipment`, none of them to go by the shop's policy, None to keep what was chosen.
        """
        now = fields.Datetime.now()

        def earliest(picking):
            moment = picking.sale_id.date_order + timedelta(minutes=picking.marketplace_shop_id.arrange_delay)
            return moment if moment > now else None

        for moment, pickings in self.grouped(earliest).items():
            self.env["marketplace.job"]._order_act("arrange", pickings, handover, at=moment)

    def _marketplace_packages_to_arrange(self):
        """The delivery's packages that are still to be arranged, a list; an empty one where it has none yet.

        They are several where the platform has divided an order whose delivery is done.
        """
        self.ensure_one()
        waiting = self.marketplace_package_ids.filtered(lambda package: package.status not in (*ARRANGED, "cancelled"))
        return list(waiting) or [self.marketplace_package_id]

    def _marketplace_parcel(self, package=None):
        """The order number and a package of the delivery as the clients take it; without a ref where there is none."""
        self.ensure_one()
        package = package or self.sudo().marketplace_package_id
        told = package._as_told() if package else Package(ref="", status="pending", raw_status="", contents=())
        return self.marketplace_order_ref, told

    def _marketplace_can_be_arranged(self):
        self.ensure_one()
        return (
            bool(self.marketplace_shop_id)
            and self.picking_type_code == "outgoing"
            and self.state != "cancel"
            and not self.marketplace_by_platform
            and not self.marketplace_by_hand
            and self.marketplace_package_id.status not in ARRANGED
            and (self.marketplace_package_id.status != "manual" or self.marketplace_package_id._awaits_new_pickup())
        )

    def _marketplace_check_open(self):
        """Raise UserError where nothing may be sent for the delivery, with the reason."""
        self.ensure_one()
        self.env["marketplace.job"]._refuse_if_off(self.marketplace_shop_id.sudo())
        self._marketplace_check_not_cancelled()

    # === VALIDATING === #

    def button_validate(self):
        """Ask first whether the parcels may leave; tell the marketplace afterwards."""
        asked = self.browse()
        for picking in self.filtered(lambda picking: picking.marketplace_shop_id and picking.state != "done"):
            if picking.marketplace_by_platform:
                picking._marketplace_check_left_platform()
            elif picking.picking_type_code == "outgoing" and picking.marketplace_shop_id.sudo().process_orders:
                picking._marketplace_check_open()
                if picking.marketplace_by_hand:
                    continue
                picking._marketplace_check_whole()
                picking._marketplace_check_tracking()
                asked |= picking
        asked._marketplace_check_handover()
        asked._marketplace_split_orders()
        return super().button_validate()

    def _marketplace_check_tracking(self):
        shop = self.marketplace_shop_id.sudo()
        needed = shop.require_tracking and shop.arrange_policy == "manual"
        has_left = self.sudo().marketplace_package_id.status in ("shipped", "delivered")
        if needed and not has_left and not self.carrier_tracking_ref:
            raise UserError(
                self.env._(
                    "%(delivery)s has no tracking number yet. Press the button that packs or arranges it and wait for "
                    "the number; if none comes, look at the package in the marketplace's Seller Center.",
                    delivery=self.name,
                )
            )

    def _marketplace_check_handover(self):
        """Where validating arranges the shipment, ask the marketplace first whether it can be; raises its reasons.

        A marketplace that does not answer stops nobody: the arrangement is tried again by itself.
        """
        for shop, pickings in self.grouped("marketplace_shop_id").items():
            shop = shop._as_system()
            unarranged = pickings.filtered(lambda picking: picking.sudo().marketplace_package_id.status not in ARRANGED)
            if shop.arrange_policy == "validation" and unarranged:
                unarranged._marketplace_ask_handover(shop)

    def _marketplace_ask_handover(self, shop):
        try:
            answers = shop._client().handover_options_of([picking._marketplace_parcel() for picking in self])
        except PASSING as error:
            _logger.info("%s are validated unasked: %s", self.ids, kind_of(error))
            return
        except MarketplaceError as error:
            raise UserError(explain(self.env, error)) from error
        reasons = [
            self.env._("%(delivery)s: %(reason)s", delivery=picking.name, reason=reason)
            for picking, answer in zip(self, answers, strict=True)
            if (reason := picking._marketplace_why_not(shop, answer))
        ]
        if reasons:
            raise UserError("\n".join(reasons))

    def _marketplace_why_not(self, shop, answer):
        """Why the delivery cannot be arranged after the platform's answer (`Handover`); False where it can be."""
        if isinstance(answer.error, PASSING):
            return False
        if answer.error:
            return explain(self.env, answer.error)
        if any((job.arguments or {}).get("handover") for job in self.sudo().marketplace_act_ids):
            return False  # what the marketplace wants to know has been said
        try:
            shop._handover_by_policy(answer.options, self.marketplace_order_ref)
        except UserError as error:
            return str(error)
        return False

    def _action_done(self):
        result = super()._action_done()
        orders = self.sale_id.filtered("marketplace_shop_id").sudo()
        # The next step of a warehouse with several steps, and back-orders, exist from now on.
        orders.marketplace_package_ids._follow()
        left = self.filtered(
            lambda picking: (
                picking.state == "done" and picking.picking_type_code == "outgoing" and picking.marketplace_shop_id
            )
        )
        if left and not (self.env.su and self.env.context.get("marketplace_follows")):
            left.sudo()._marketplace_tell_done()
            orders._marketplace_solve_shipped_outside()
        return result

    def _marketplace_tell_done(self):
        """Queue what the marketplace has to hear about deliveries that just left."""
        for shop, pickings in self.grouped("marketplace_shop_id").items():
            if not shop.process_orders:
                continue
            own = pickings.filtered(
                lambda picking: not picking.marketplace_by_platform and not picking.marketplace_by_hand
            )
            unarranged = own.filtered(lambda picking: picking.marketplace_package_id.status not in ARRANGED)
            unarranged._marketplace_queue_arranging()
            (own - unarranged).marketplace_package_ids._hand_over()

    # === FOLLOWING THE PLATFORM === #

    def _marketplace_follow(self):
        """Validate open deliveries whose parcels have left already, dated by when the courier took them, or else by
        when the platform said so."""
        for move in self.move_ids.filtered(lambda move: move.state not in ("done", "cancel")):
            move.quantity = move.product_uom_qty
        self.move_ids.picked = True
        self.sudo().with_context(skip_sms=True, marketplace_follows=True)._action_done()

        def left_at(picking):
            return picking.marketplace_package_id.shipped_at or picking.sale_id.marketplace_updated_at

        for date, pickings in self.grouped(left_at).items():
            pickings.date_done = date
