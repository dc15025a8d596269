"""How a shop's parcels are sent, cancelled and followed."""

from odoo import api, fields, models
from odoo.exceptions import UserError

SENDER_NAME_LENGTH = 64


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
        help="How parcels are handed over, where the marketplace asks. Another way is taken if it must be. Arrange "
        "Shipment on one delivery lets you choose.",
    )
    pickup_slot = fields.Selection(
        [
            ("recommended", "As the marketplace recommends"),
            ("earliest", "The earliest"),
            ("latest", "The latest"),
        ],
        string="Pick-up time",
        required=True,
        default="recommended",
        help="Which of the times that the courier offers is taken for a pick-up, at the marketplace's default pick-up "
        "address. Arrange Shipment on one delivery lets you choose time and address.",
    )
    arrange_delay = fields.Integer(
        string="Not before (minutes)",
        help="Do not arrange a shipment before so many minutes after the order: buyers may still cancel freely. "
        "Validating earlier queues the arrangement.",
    )
    require_tracking = fields.Boolean(
        string="Require a tracking number",
        default=True,
        help="A delivery cannot be validated before it has a tracking number. Where validating arranges the shipment, "
        "the number comes later by itself, and this is not asked.",
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

    def _capabilities(self):
        """What the addon must know of the shop's platform."""
        self.ensure_one()
        return self.sudo().account_id._get_client_class().capabilities

    def action_start(self):
        """*Start*: from now on shipping updates are sent."""
        self.ensure_one()
        self.account_id._check_manager()
        self.sudo().process_orders = True
        self.env.ref("marketplace_connector.ir_cron_acts").sudo()._trigger()
        return self.env["marketplace.job"]._notify(
            self.env._("Orders of %(shop)s are processed from now on.", shop=self.name), "success"
        )

    # === HANDING OVER === #

    def _handover_by_policy(self, options, order_ref):
        """How the platform is told to take a parcel: arguments of a `Shipment`, from the `options` there are now.

        Nothing where the platform does not ask. Raises UserError where a person has to say something.
        """
        self.ensure_one()
        option = self._preferred_option(options)
        if not option:
            return {}
        if option.needs_tracking_number:
            raise UserError(
                self.env._(
                    "The marketplace wants the tracking number of your own courier for %(order)s. Press Arrange "
                    "Shipment on its delivery and type the number.",
                    order=order_ref,
                )
            )
        place = self._preferred_place(option)
        slot = self._preferred_slot(place)
        return {
            "handover": option.handover,
            "place_ref": place.ref if place and option.needs_place else "",
            "slot_ref": slot.ref if slot and option.needs_slot else "",
            "sender_name": self._sender_name() if option.needs_sender_name else "",
        }

    def _preferred_option(self, options):
        """The shop's way of handing over, or another one if it must be; one that needs no number if there is one."""
        wanted = [option for option in options if option.handover == self.handover] or list(options)
        return next((option for option in wanted if not option.needs_tracking_number), wanted[0] if wanted else None)

    @api.model
    def _preferred_place(self, option):
        """The platform's default place, else its first."""
        return next((place for place in option.places if place.is_default), option.places[0] if option.places else None)

    def _preferred_slot(self, place):
        """The pick-up time by the shop's policy."""
        if not place or not place.slots:
            return None
        slots = sorted(place.slots, key=lambda slot: slot.starts_at.timestamp() if slot.starts_at else 0)
        if self.pickup_slot == "latest":
            return slots[-1]
        recommended = next((slot for slot in slots if slot.recommended), None)
        return recommended if recommended and self.pickup_slot != "earliest" else slots[0]

    def _sender_name(self):
        return self.company_id.name[:SENDER_NAME_LENGTH]
