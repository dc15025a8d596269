"""Acts that get parcels on their way: arranging them, telling that they are ready, waiting for their numbers."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..marketplaces.errors import MarketplaceError, Rejected, ServerError
from ..marketplaces.shipping import Shipment
from .marketplace_job_acts import AGAIN_AFTER
from .marketplace_package import ARRANGED, TRACKING_GIVEN_UP
from .sale_order_checks import OVER


class MarketplaceJob(models.Model):
    _inherit = "marketplace.job"

    # === ARRANGING === #

    def _do_arrange(self, shop, client):
        jobs = self._still_to_arrange()
        shipments, errors = jobs._shipments(shop, client)
        outcomes = client.arrange(list(shipments.values())) if shipments else []
        for (job, _package), outcome in zip(shipments, outcomes, strict=True):
            errors[job] = errors.get(job) or outcome.error
        refused = [job.order_ref for job, error in errors.items() if isinstance(error, Rejected)]
        jobs._read_back(shop, client, refused)
        unseen = ServerError(self.env._("The marketplace does not show it as arranged yet."))
        for job in jobs:
            if job._order_is_over():
                job._close()
            else:
                arranged = job.picking_id.marketplace_package_id.status in ARRANGED
                error = None if arranged else errors[job] or unseen
                if isinstance(error, Rejected) and job._has_lost_units(shipments):
                    job._try_now()
                else:
                    job._settle(error)
        jobs.picking_id.marketplace_package_ids._complete()

    def _has_lost_units(self, shipments):
        """Whether some of what was sent is not in the delivery any more, because it was cancelled meanwhile."""
        sent = {ref for (job, _package), shipment in shipments.items() if job == self for ref in shipment.unit_refs}
        live = self.picking_id.marketplace_package_ids.filtered(lambda package: package.status != "cancelled")
        held = {ref for package in live for ref in package.contents or {}}
        return not sent.issubset(held or self.picking_id._marketplace_unit_refs())

    def _still_to_arrange(self):
        """The acts without those whose orders are cancelled, which are closed, or being cancelled, which wait."""
        over = self.filtered(lambda job: job.picking_id.state == "cancel" or job._order_is_over())
        over._close()
        waiting = (self - over).filtered(lambda job: job.order_id._marketplace_is_held())
        waiting.next_try = fields.Datetime.now() + AGAIN_AFTER[0]  # until the marketplace has answered that
        return self - over - waiting

    def _order_is_over(self):
        self.ensure_one()
        return self.order_id.state == "cancel" or self.order_id.marketplace_status in OVER

    def _shipments(self, shop, client):
        """What the platform is asked to arrange, by act and package, and why not for the others, by act: two dicts.

        How a parcel is handed over is what a person has chosen for it, else the shop's policy for what is possible now.
        """
        self.order_id.picking_ids.move_ids.sale_line_id.mapped("marketplace_unit_refs")  # in one go, not one by one
        parcels = [(job, package) for job in self for package in job.picking_id._marketplace_packages_to_arrange()]
        chosen = {(job, package): job.arguments for job, package in parcels if (job.arguments or {}).get("handover")}
        errors = {}
        asking = [parcel for parcel in parcels if parcel not in chosen]
        told = [job.picking_id._marketplace_parcel(package) for job, package in asking]
        for (job, package), answer in zip(asking, client.handover_options_of(told), strict=True):
            try:
                if answer.error:
                    raise answer.error
                chosen[job, package] = shop._handover_by_policy(answer.options, job.order_ref)
            except (MarketplaceError, UserError) as error:
                errors[job] = error
        shipments = {parcel: parcel[0]._shipment(parcel[1], chosen[parcel]) for parcel in parcels if parcel in chosen}
        return shipments, errors

    def _shipment(self, package, handover):
        self.ensure_one()
        return Shipment(
            order_ref=self.order_ref,
            unit_refs=tuple(package.contents or ()) or self.picking_id._marketplace_unit_refs(),
            package_ref=package.package_ref or "",
            again=package._awaits_new_pickup(),
            **handover,
        )

    # === READY FOR THE COURIER === #

    def _do_hand_over(self, shop, client):
        lost = self.filtered("attempts")  # an answer may have been lost
        lost._read_back(shop, client)
        held = self.filtered(lambda job: job.order_id._marketplace_is_held())
        held.next_try = fields.Datetime.now() + AGAIN_AFTER[0]
        asking = (self - held).filtered(lambda job: job.state == "open" and not job._is_handed_over())
        outcomes = client.hand_over(asking.package_id.mapped("package_ref")) if asking else []
        errors = {job: outcome.error for job, outcome in zip(asking, outcomes, strict=True)}
        asking._read_back(shop, client, [job.order_ref for job in asking if isinstance(errors[job], Rejected)])
        for job in (self - held).filtered(lambda job: job.state == "open"):
            job._settle(None if job._is_handed_over() else errors[job])

    def _is_handed_over(self):
        self.ensure_one()
        return self.package_id.status in ("ready_to_ship", "shipped", "delivered")

    # === WAITING FOR THE NUMBER === #

    @api.model
    def _await_numbers(self, packages):
        """Ask for the tracking numbers of the packages from a minute on, where that is not under way already."""
        asked = packages.job_ids.filtered(lambda job: job.act == "tracking" and job.state == "open").package_id
        self._order_act("tracking", packages - asked, at=fields.Datetime.now() + AGAIN_AFTER[0])

    def _do_tracking(self, shop, client):
        self._read_back(shop, client)
        now = fields.Datetime.now()
        settled = self.env["marketplace.package"]
        for job in self.filtered(lambda job: job.state == "open"):
            package = job.package_id
            if package.tracking_number or package.status not in ("pending", "confirmed", "ready_to_ship"):
                job._settle()
                settled |= package
            elif job.ship_by and now > job.ship_by + TRACKING_GIVEN_UP:
                job.write({"next_try": False, "reason": "no_tracking", "message": self._no_number(), "last_try": now})
            else:
                job._ask_later(now)
        settled._complete()

    def _ask_later(self, now):
        attempts = self.attempts + 1
        moment = now + AGAIN_AFTER[min(attempts, len(AGAIN_AFTER) - 1)]
        message = self._waiting_for_number(moment, self.shop_id)
        self.write({"attempts": attempts, "next_try": moment, "last_try": now, "message": message})

    def _waiting_for_number(self, moment, shop):
        return self.env._(
            "Waiting for the tracking number. The marketplace is asked for it at %(moment)s.",
            moment=self._told(moment, shop),
        )

    def _no_number(self):
        return self.env._(
            "No tracking number came. Look at the package in the marketplace's Seller Center, type the number there if "
            "it asks for one, then press Retry."
        )

    # === READING BACK === #

    def _read_back(self, shop, client, doubtful=()):
        """Bring the acts' orders to what the platform says now.

        Most orders are just on their way, which takes few calls; the `doubtful` refs and whatever is out of the
        ordinary are read whole.
        """
        refs = list(dict.fromkeys(self.mapped("order_ref")))
        plain = [ref for ref in refs if ref not in set(doubtful)]
        told = client.follow(plain) if plain else []
        taken = self.env["sale.order"]._marketplace_take_progress(shop, told)
        if rest := [ref for ref in refs if ref not in taken]:
            shop._fetch_refs(rest)
