"""*Manual Handling Required*: the reasons, what to do about each, and the one activity that says so."""

from odoo import api, fields, models

from ..marketplaces.types import BY_HAND

REASONS = [
    ("not_collected", "Not collected by the courier"),
    ("collection_failed", "Courier gave up collecting"),
    ("undelivered", "Could not be delivered"),
    ("refused_at_door", "Refused at the door"),
    ("coming_back", "On its way back"),
    ("came_back", "Came back"),
    ("lost", "Lost"),
    ("damaged", "Damaged"),
    ("own_fleet", "Own fleet"),
    ("digital", "Digital goods"),
    ("pickup_in_store", "Picked up in store"),
    ("refused", "Refused by the marketplace"),
    ("no_tracking", "No tracking number"),
    ("no_label", "Label cannot be made"),
    ("unreachable", "Marketplace not reached"),
    ("unknown_status", "Status not known"),
]
WAYS = [reason for reason in REASONS if reason[0] in BY_HAND]
COMING_BACK = ("undelivered", "refused_at_door", "coming_back", "came_back")
# Nothing but a person's word tells that these are dealt with.
ENDED = (*COMING_BACK, "collection_failed", "lost", "damaged", "unknown_status")
OF_ACTS = ("refused", "no_tracking", "no_label", "unreachable")
ACTIVITY = "marketplace_connector.mail_activity_type_manual"


class MarketplaceManual(models.AbstractModel):
    """A document that may need a person: why, what to do, and one activity for the shop's responsible."""

    _name = "marketplace.manual"
    _description = "Manual Handling at a Marketplace"

    marketplace_manual_reason = fields.Selection(
        REASONS,
        string="Manual handling",
        compute="_compute_marketplace_manual_reason",
        store=True,
        index="btree_not_null",
        help="Why a person has to see to it.",
    )
    marketplace_manual_announced = fields.Selection(
        REASONS, readonly=True, copy=False, help="The reason that the responsible has an activity for."
    )

    def _compute_marketplace_manual_reason(self):
        self.marketplace_manual_reason = False

    @api.model
    def _marketplace_advice(self, reason):
        """One sentence of what happened and what to do."""
        advice = {
            **self._marketplace_advice_on_parcels(),
            **self._marketplace_advice_on_ways(),
            **self._marketplace_advice_on_acts(),
        }
        return advice[reason]

    @api.model
    def _marketplace_advice_on_parcels(self):
        """Of parcels that did not get where they were to go."""
        take_back = self.env._("Prepare a return, and take the goods in when they arrive.")
        handled = self.env._("Claim it in the marketplace's Seller Center, then press Handled.")
        return {
            "not_collected": self.env._(
                "The courier did not collect the parcel: have it ready, and press Arrange Again."
            ),
            "collection_failed": self.env._(
                "The courier gave up collecting the parcel: look at the order in Seller Center, put the "
                "goods back if it is cancelled there, and press Handled."
            ),
            "undelivered": self.env._("The parcel could not be delivered.") + " " + take_back,
            "refused_at_door": self.env._("The buyer did not take or did not pay for the parcel.") + " " + take_back,
            "coming_back": self.env._("The parcel is on its way back to you.") + " " + take_back,
            "came_back": self.env._("The parcel came back to you.") + " " + take_back,
            "lost": self.env._("The courier lost the parcel.") + " " + handled,
            "damaged": self.env._("The parcel was damaged or destroyed.") + " " + handled,
            "unknown_status": self.env._(
                "Odoo does not know this status: look at the package in the marketplace's Seller Center, and press "
                "Handled when nothing is left to do."
            ),
        }

    @api.model
    def _marketplace_advice_on_ways(self):
        """Of goods that go by no parcel of the marketplace."""
        return {
            "own_fleet": self.env._(
                "This goes with your own fleet: pack it and report it as shipped and delivered in the marketplace's "
                "Seller Center, and validate the delivery when the goods leave."
            ),
            "digital": self.env._(
                "These are digital goods: deliver them in the marketplace's Seller Center, then validate the delivery."
            ),
            "pickup_in_store": self.env._(
                "The buyer fetches this at your store: hand it out with the marketplace's Seller Center, then validate "
                "the delivery."
            ),
        }

    @api.model
    def _marketplace_advice_on_acts(self):
        """Of what Odoo could not do at the marketplace."""
        return {
            "refused": self.env._("Put right what the marketplace names, then do it again."),
            "no_tracking": self.env._(
                "No tracking number came: look at the package in the marketplace's Seller Center, type the number "
                "there if it asks for one, then press Retry."
            ),
            "no_label": self.env._(
                "The label could not be made: press Retry, or print it in the marketplace's Seller Center."
            ),
            "unreachable": self.env._(
                "The marketplace could not be reached, and it is not tried any more: press Retry."
            ),
        }

    def _marketplace_manual_to_tell(self):
        """The reason that the responsible is to see on this document itself."""
        return self.marketplace_manual_reason

    def _marketplace_announce_manual(self):
        """Keep one activity on each document that needs a person; it goes when that is solved. No mail leaves."""
        documents = self.sudo().with_context(mail_activity_quick_update=True, mail_auto_subscribe_no_notify=True)
        changed = documents.filtered(
            lambda document: document._marketplace_manual_to_tell() != document.marketplace_manual_announced
        )
        if not changed:
            return
        changed.filtered("marketplace_manual_announced").activity_unlink([ACTIVITY])
        labels = dict(self._fields["marketplace_manual_reason"]._description_selection(self.env))
        for reason, of_reason in changed.grouped(lambda document: document._marketplace_manual_to_tell()).items():
            of_reason.marketplace_manual_announced = reason
            if not reason:
                continue
            for shop, of_shop in of_reason.grouped("marketplace_shop_id").items():
                of_shop.activity_schedule(
                    ACTIVITY,
                    summary=labels[reason],
                    note=self._marketplace_advice(reason),
                    user_id=shop._responsible().id,
                )
        for shop in changed.marketplace_shop_id:
            shop._announce_problems()
