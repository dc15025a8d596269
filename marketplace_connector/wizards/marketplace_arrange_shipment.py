from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime

from ..marketplaces.errors import MarketplaceError
from ..models.error_messages import explain
from ..models.marketplace_token import naive

LONGEST_TEXT = 64
NEEDS = ("needs_place", "needs_slot", "needs_tracking_number", "needs_sender_name")


class MarketplaceArrangeShipment(models.TransientModel):
    """Ask how the parcel of a delivery is handed over, among the ways that the marketplace allows now."""

    _name = "marketplace.arrange.shipment"
    _inherit = ["marketplace.access.guard"]
    _description = "Arrange the Shipment of a Marketplace Delivery"

    picking_id = fields.Many2one("stock.picking", string="Delivery", required=True, readonly=True, ondelete="cascade")
    choice_ids = fields.One2many("marketplace.arrange.choice", "wizard_id", readonly=True)
    way_id = fields.Many2one(
        "marketplace.arrange.choice",
        string="Hand over",
        domain="[('wizard_id', '=', id), ('kind', '=', 'way')]",
        help="The ways that the marketplace allows for this parcel now.",
    )
    place_id = fields.Many2one(
        "marketplace.arrange.choice",
        domain="[('parent_id', '=', way_id)]",
        compute="_compute_place_id",
        store=True,
        readonly=False,
        help="Pick-up: your address at which the courier collects. Drop-off: the branch to which you bring it.",
    )
    slot_id = fields.Many2one(
        "marketplace.arrange.choice",
        string="Pick-up time",
        domain="[('parent_id', '=', place_id)]",
        compute="_compute_slot_id",
        store=True,
        readonly=False,
        help="When the courier comes, on the shop's clock.",
    )
    tracking_number = fields.Char(size=LONGEST_TEXT, help="The number that your courier has given the parcel.")
    sender_name = fields.Char(
        string="Sender's name",
        size=LONGEST_TEXT,
        compute="_compute_sender_name",
        store=True,
        readonly=False,
        help="The real name of who brings the parcel.",
    )
    needs_place = fields.Boolean(related="way_id.needs_place")
    needs_slot = fields.Boolean(related="way_id.needs_slot")
    needs_tracking_number = fields.Boolean(related="way_id.needs_tracking_number")
    needs_sender_name = fields.Boolean(related="way_id.needs_sender_name")

    @api.model
    def _open(self, picking):
        """The dialogue for the delivery, with what the marketplace offers at this moment, as an action.

        Raises UserError with the marketplace's reason where the parcel cannot be arranged.
        """
        shop = picking.marketplace_shop_id._as_system()
        order_ref, package = picking._marketplace_parcel()
        try:
            options = shop._client().handover_options(order_ref, package.ref)
        except MarketplaceError as error:
            raise UserError(explain(self.env, error)) from error
        wizard = self.create({"picking_id": picking.id})
        wizard._offer(shop, options)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Arrange Shipment"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def _offer(self, shop, options):
        """Fill in the choices, with the shop's policy chosen."""
        preferred = shop._preferred_option(options)
        for option in options:
            way = self._add("way", option.handover, self._way_name(option), is_preferred=option is preferred)
            way.write({name: getattr(option, name) for name in NEEDS})
            preferred_place = shop._preferred_place(option)
            for place in option.places if option.needs_place else ():
                told = self._add("place", place.ref, place.text or place.ref, way, place is preferred_place)
                preferred_slot = shop._preferred_slot(place)
                for slot in place.slots if option.needs_slot else ():
                    self._add("slot", slot.ref, self._slot_name(shop, slot), told, slot is preferred_slot)
        self.way_id = self.choice_ids.filtered(lambda choice: choice.kind == "way" and choice.is_preferred)

    def _add(self, kind, ref, name, parent=None, is_preferred=False):
        return self.env["marketplace.arrange.choice"].create(
            {
                "wizard_id": self.id,
                "kind": kind,
                "ref": ref,
                "name": name,
                "parent_id": parent.id if parent else False,
                "is_preferred": is_preferred,
            }
        )

    def _way_name(self, option):
        name = dict(self.env["marketplace.shop"]._fields["handover"]._description_selection(self.env))[option.handover]
        if option.handover == "dropoff" and option.needs_tracking_number:
            return self.env._("%(way)s, with a tracking number", way=name)
        if option.handover == "dropoff" and option.needs_sender_name:
            return self.env._("%(way)s, with the sender's name", way=name)
        return name

    def _slot_name(self, shop, slot):
        name = slot.text or slot.ref
        if slot.starts_at:
            moment = fields.Datetime.context_timestamp(self.with_context(tz=shop.tz), naive(slot.starts_at))
            name = f"{format_date(self.env, moment.date())} {slot.text}" if slot.text else ""
            name = name or format_datetime(self.env, naive(slot.starts_at), tz=shop.tz)
        return self.env._("%(slot)s (recommended)", slot=name) if slot.recommended else name

    @api.depends("way_id")
    def _compute_place_id(self):
        for wizard in self:
            wizard.place_id = wizard._preferred("place", wizard.way_id)

    @api.depends("place_id")
    def _compute_slot_id(self):
        for wizard in self:
            wizard.slot_id = wizard._preferred("slot", wizard.place_id)

    @api.depends("way_id")
    def _compute_sender_name(self):
        for wizard in self:
            if wizard.needs_sender_name and not wizard.sender_name:
                wizard.sender_name = wizard.picking_id.sudo().marketplace_shop_id._sender_name()

    def _preferred(self, kind, parent):
        choices = self.choice_ids.filtered(lambda choice: choice.kind == kind and choice.parent_id == parent)
        return choices.filtered("is_preferred")[:1] or choices[:1]

    def action_arrange(self):
        """Let the shipment be arranged as chosen."""
        self.ensure_one()
        picking = self.picking_id._marketplace_to_arrange()
        picking.sudo()._marketplace_queue_arranging(self._handover())
        return picking._marketplace_told_queued()

    def _handover(self):
        """What was chosen, as arguments of a `Shipment`. Raises UserError where something is missing."""
        asked = {
            "place_id": self.needs_place and bool(self.way_id.child_ids),
            "slot_id": self.needs_slot and bool(self.place_id.child_ids),
            "tracking_number": self.needs_tracking_number,
            "sender_name": self.needs_sender_name,
        }
        for name, needed in {"way_id": True, **asked}.items():
            value = self[name].strip() if isinstance(self[name], str) else self[name]
            if needed and not value:
                label = self._fields[name]._description_string(self.env)
                raise UserError(self.env._("The marketplace wants to know: %(what)s.", what=label))
        return {
            "handover": self.way_id.ref,
            "place_ref": self.place_id.ref if asked["place_id"] else "",
            "slot_ref": self.slot_id.ref if asked["slot_id"] else "",
            "tracking_number": self.tracking_number.strip() if self.needs_tracking_number else "",
            "sender_name": self.sender_name.strip() if self.needs_sender_name else "",
        }


class MarketplaceArrangeChoice(models.TransientModel):
    """A way to hand a parcel over, a place of such a way, or a time at such a place, that the marketplace offers."""

    _name = "marketplace.arrange.choice"
    _inherit = ["marketplace.access.guard"]
    _description = "Choice for Arranging a Shipment"
    _order = "id"

    wizard_id = fields.Many2one("marketplace.arrange.shipment", required=True, ondelete="cascade", index=True)
    kind = fields.Selection([("way", "Way"), ("place", "Place"), ("slot", "Pick-up time")], required=True)
    parent_id = fields.Many2one("marketplace.arrange.choice", ondelete="cascade")
    child_ids = fields.One2many("marketplace.arrange.choice", "parent_id")
    ref = fields.Char(required=True)
    name = fields.Char(required=True)
    is_preferred = fields.Boolean()
    needs_place = fields.Boolean()
    needs_slot = fields.Boolean()
    needs_tracking_number = fields.Boolean()
    needs_sender_name = fields.Boolean()
