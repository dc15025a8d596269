"""How a shop's parcels are sent, cancelled and followed."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class MarketplaceShop(models.Model):
    _inherit = "marketplace.shop"

    process_orders = fields.Boolean(
        string="Process orders",
        copy=False,
        help="Send shipping updates to the marketplace. Off: orders come in, but nothing about shipping leaves Odoo.",
    )
    arrange_policy = fields.Selection(
        [("manual", "By hand, before the delivery is validated"), ("validation", "When the delivery is validated")],
        string="Arrange shipment",
        required=True,
        default="manual",
        help="By hand: a button packs or arranges, number and label follow, then the delivery is validated. "
        "When validated: validating the delivery arranges it, number and label follow by themselves.",
    )
    handover = fields.Selection(
        [("pickup", "Courier picks up"), ("dropoff", "We drop off"), ("own_courier", "Our own courier")],
        string="Hand over",
        default="pickup",
        help="How parcels are handed over, where the marketplace asks. Another way is taken if it must be.",
    )
    arrange_delay = fields.Integer(
        string="Not before (minutes)",
        help="Do not arrange a shipment before so many minutes after the order: buyers may still cancel freely. "
        "Validating earlier queues the arrangement.",
    )
    require_tracking = fields.Boolean(
        string="Require a tracking number",
        default=True,
        help="A delivery cannot be validated before it has a tracking number.",
    )
    follow_outside = fields.Boolean(
        string="Follow shipments made outside Odoo",
        default=True,
        help="When the marketplace says that a parcel has left and its delivery is open, the delivery is validated.",
    )
    create_fulfilled = fields.Boolean(
        string="Create fulfilled orders",
        help="Also bring in orders that are first seen as processed or later: they come in delivered.",
    )
    cancel_too = fields.Boolean(
        string="Cancel on the marketplace too",
        help="Cancelling an order in Odoo cancels it at the marketplace, with a reason. Off: the order there stays.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        shops = super().create(vals_list)
        for shop, vals in zip(shops, vals_list, strict=True):
            capabilities = shop.account_id._get_client_class().capabilities
            shop.write(
                {name: value for name, value in shop._shipping_defaults(capabilities).items() if name not in vals}
            )
        return shops

    @api.model
    def _shipping_defaults(self, capabilities):
        """What suits the platform: packing comes before validation where it makes the packages."""
        return {
            "arrange_policy": "manual" if capabilities.makes_packages else "validation",
            "arrange_delay": int(capabilities.earliest_arrange.total_seconds() // 60),
            "cancel_too": capabilities.cancels_from_erp,
        }

    def action_start(self):
        """*Start*: from now on shipping updates are sent."""
        self.ensure_one()
        self.account_id._check_manager()
        self.sudo().process_orders = True
        return self.env["marketplace.job"]._notify(
            self.env._("Orders of %(shop)s are processed from now on.", shop=self.name), "success"
        )

    def _handover_arguments(self, package, order_ref, known=None):
        """How the platform is told to take the parcel, by the shop's policy: arguments of a `Shipment`.

        `known` keeps the answers by courier: parcels of one courier are handed over the same way. Raises the client's
        errors, or UserError where a person has to arrange it.
        """
        self.ensure_one()
        key = (self.id, package.courier or "", package.status)
        if known is None or not package.courier:
            return self._ask_handover(order_ref, package.package_ref or "")
        if key not in known:
            known[key] = self._ask_handover(order_ref, package.package_ref or "")
        return known[key]

    def _ask_handover(self, order_ref, package_ref):
        options = self._client().handover_options(order_ref, package_ref)
        if not options:
            return {}
        option = next((option for option in options if option.handover == self.handover), options[0])
        if option.needs_tracking_number:
            raise UserError(
                self.env._(
                    "The marketplace wants the tracking number of your own courier for %(order)s. Arrange this "
                    "shipment in its Seller Center and type the number there.",
                    order=order_ref,
                )
            )
        place = next((place for place in option.places if place.is_default), option.places[:1] and option.places[0])
        slots = place.slots if place else ()
        slot = next((slot for slot in slots if slot.recommended), slots[0] if slots else None)
        return {
            "handover": option.handover,
            "place_ref": place.ref if place and option.needs_place else "",
            "slot_ref": slot.ref if slot and option.needs_slot else "",
            "sender_name": self.company_id.name if option.needs_sender_name else "",
        }
