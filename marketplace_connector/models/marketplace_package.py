from datetime import timedelta

from odoo import api, fields, models

from ..marketplaces.types import Package
from .marketplace_token import naive

MOST_NUMBERLESS = 200  # parcels whose tracking numbers are asked for in one go
TRACKING_GIVEN_UP = timedelta(hours=48)  # after the moment to ship by
STATUSES = [
    ("pending", "Pending"),
    ("confirmed", "Confirmed"),
    ("ready_to_ship", "Ready to Ship"),
    ("shipped", "Shipped"),
    ("delivered", "Delivered"),
    ("cancelled", "Cancelled"),
    ("manual", "Manual Handling Required"),
]
FURTHEST_BEHIND = ("manual", "pending", "confirmed", "ready_to_ship", "shipped", "delivered", "cancelled")
LEFT = ("shipped", "delivered")
ARRANGED = ("confirmed", "ready_to_ship", "shipped", "delivered")


class MarketplacePackage(models.Model):
    """A parcel at a marketplace: which units of an order it holds, where it is, and the delivery it belongs to."""

    _name = "marketplace.package"
    _inherit = ["marketplace.document", "marketplace.access.guard"]
    _description = "Marketplace Package"
    _order = "order_id, id"
    _rec_name = "package_ref"
    _check_company_auto = True

    order_id = fields.Many2one("sale.order", required=True, ondelete="cascade", index=True, readonly=True)
    shop_id = fields.Many2one(related="order_id.marketplace_shop_id", store=True, index=True)
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    provider = fields.Selection(related="shop_id.provider", store=True)
    picking_id = fields.Many2one(
        "stock.picking", string="Delivery", check_company=True, index="btree_not_null", readonly=True, copy=False
    )
    package_ref = fields.Char(string="Package", required=True, readonly=True, help="The marketplace's number of it.")
    status = fields.Selection(STATUSES, required=True, default="pending", readonly=True, index=True)
    raw_status = fields.Char(string="Status in the marketplace's words", readonly=True)
    courier = fields.Char(readonly=True)
    tracking_number = fields.Char(readonly=True)
    shipped_at = fields.Datetime(
        string="Shipped", readonly=True, help="When the courier took it, as far as the marketplace tells."
    )
    contents = fields.Json(readonly=True, help="How many pieces of each of the order's units are in the package.")
    content_text = fields.Char(string="Content", compute="_compute_content_text")
    ship_by = fields.Datetime(related="order_id.commitment_date", string="Ship by", store=True)
    job_ids = fields.One2many("marketplace.job", "package_id")
    invoice_count = fields.Integer(compute="_compute_invoice_count", string="Invoices")

    _package_unique = models.Constraint("UNIQUE (order_id, package_ref)", "This package is already in Odoo.")

    def _compute_content_text(self):
        for package in self:
            package.content_text = ", ".join(
                f"{quantity:g} × {line.marketplace_seller_sku}" for line, quantity in package._quantities().items()
            )

    def _quantities(self):
        """Pieces in the package by sales order line."""
        self.ensure_one()
        pieces = dict(self.contents or {})
        found = {}
        for line in self.order_id.order_line:
            count = sum(pieces.get(unit_ref, 0) for unit_ref in line.marketplace_unit_refs or [])
            if count:
                found[line] = count
        return found

    # === FROM THE PLATFORM === #

    @api.model
    def _take_over(self, pairs):
        """Bring the packages to what the platform says: `pairs` are (sales order, `Order` or `Progress`).

        Gives the packages that are new or changed, or have another delivery now.
        """
        packages = self.search([("order_id", "in", [sale_order.id for sale_order, _order in pairs])])
        changed = self._write_told(pairs, packages)
        changed |= (packages | changed)._follow()
        changed._drop_acts()
        changed._drop_labels_of_others()
        changed._complete()
        changed.order_id._marketplace_announce_all()
        return changed

    @api.model
    def _write_told(self, pairs, packages):
        """Write what the platform says of the packages, the orders' `packages` being those that Odoo has.

        A tracking number that the platform forgets later is kept. Gives the packages that are new or changed.
        """
        known = {(package.order_id, package.package_ref): package for package in packages}
        changed, fresh = self.browse(), []
        for sale_order, order in pairs:
            changed |= self._drop_dissolved(sale_order, order)
            for told in order.packages:
                package = known.get((sale_order, told.ref))
                values = self._values(told, package)
                if not package:
                    fresh.append({"order_id": sale_order.id, "package_ref": told.ref, **values})
                elif any(package[name] != value for name, value in values.items()):
                    package.write(values)
                    changed |= package
        return changed | self.create(fresh)

    @api.model
    def _drop_dissolved(self, sale_order, order):
        """Parcels that the platform has undone or replaced are no more: nor are their numbers and labels."""
        told = {package.ref for package in order.packages}
        if not told and order.status != "ready_to_ship":
            return self.browse()  # it says nothing of parcels
        gone = sale_order.marketplace_package_ids.filtered(
            lambda package: (
                package.package_ref not in told and package.status not in ("shipped", "delivered", "cancelled")
            )
        )
        if gone:
            gone.write({"status": "cancelled"})
            numbers = set(filter(None, gone.mapped("tracking_number")))
            gone.picking_id.filtered(
                lambda picking: picking.carrier_tracking_ref in numbers
            ).carrier_tracking_ref = False
        return gone

    @api.model
    def _values(self, told, package):
        return {
            "status": told.status,
            "raw_status": told.raw_status,
            "platform_reason": told.manual_reason or False,
            "courier": told.courier or (package.courier if package else False) or False,
            "tracking_number": told.tracking_number or (package.tracking_number if package else False) or False,
            "contents": dict(told.contents),
            "shipped_at": naive(told.shipped_at) or (package.shipped_at if package else False),
        }

    def _follow(self):
        """Give the packages of the orders of these their deliveries, and the deliveries their tracking numbers.

        Gives the packages that have another delivery now.
        """
        orders = self.order_id
        before = {package: package.picking_id for package in orders.marketplace_package_ids}
        orders._marketplace_assign_packages()
        for order in orders:
            live = order._marketplace_live_packages()
            for picking, packages in live.filtered("picking_id").grouped("picking_id").items():
                packages._show_numbers(picking)
            for step in order.picking_ids.filtered(lambda step: step._marketplace_is_earlier_step()):
                live._show_numbers(step)
        return self.browse().union(*(package for package, picking in before.items() if package.picking_id != picking))

    def _show_numbers(self, picking):
        numbers = ", ".join(dict.fromkeys(filter(None, self.mapped("tracking_number"))))
        if numbers and picking.carrier_tracking_ref != numbers:
            picking.carrier_tracking_ref = numbers

    @api.model
    def _waiting_for_tracking(self, orders):
        """The numbers of those of the sales orders that have an arranged package without a tracking number."""
        packages = self.search(
            [("order_id", "in", orders.ids), ("status", "=", "confirmed"), ("tracking_number", "=", False)]
        )
        return set(packages.order_id.mapped("marketplace_order_ref"))

    @api.model
    def _numberless(self, shop, before):
        """The numbers of the shop's orders that wait for a tracking number and have not changed since `before`."""
        packages = self.search(
            [
                ("shop_id", "=", shop.id),
                ("status", "=", "confirmed"),
                ("tracking_number", "=", False),
                ("order_id.marketplace_updated_at", "<", before),
                "|",
                ("order_id.marketplace_ship_by", "=", False),
                ("order_id.marketplace_ship_by", ">", fields.Datetime.now() - TRACKING_GIVEN_UP),
            ],
            limit=MOST_NUMBERLESS,
        )
        return packages.order_id.mapped("marketplace_order_ref")

    def _complete(self):
        """Queue what the packages still lack: a tracking number, a label."""
        Job = self.env["marketplace.job"]
        live = self.filtered(
            lambda package: not package.by_platform and (package.shop_id.process_orders or package.picking_id)
        )
        arranged = live.filtered(lambda package: package.status in ("confirmed", "ready_to_ship"))
        Job._await_numbers(arranged.filtered(lambda package: not package.tracking_number))
        Job._order_act("label", arranged.filtered(lambda package: package.tracking_number and not package.label_id))
        arranged._hand_over()

    def _hand_over(self):
        """Queue that the courier may come for packed packages whose deliveries are done, where that must be said."""
        packed = self.filtered(
            lambda package: (
                package.status == "confirmed" and package.picking_id.state == "done" and package.shop_id.process_orders
            )
        )
        for shop, packages in packed.grouped("shop_id").items():
            if shop._capabilities().hands_over:
                self.env["marketplace.job"].sudo()._order_act("hand_over", packages)

    def _as_told(self):
        """The package as the clients take it."""
        self.ensure_one()
        return Package(
            ref=self.package_ref,
            status=self.status,
            raw_status=self.raw_status or "",
            contents=tuple((self.contents or {}).items()),
            tracking_number=self.tracking_number or "",
            courier=self.courier or "",
            manual_reason=self.platform_reason or "",
        )

    def _drop_acts(self):
        """What was to be done for packages that have left or are cancelled need not be done any more; nor need an
        arrangement that waited for a person and was made outside Odoo."""
        over = self.filtered(lambda package: package.status in ("shipped", "delivered", "cancelled"))
        acts = over.job_ids.filtered(
            lambda job: (
                job.state == "open" and (job.act != "label" or job.is_problem or job.package_id.status == "cancelled")
            )
        )
        acts.filtered(lambda job: job.act == "label").package_id._note_missed_labels()
        acts.sudo()._close()
        arranged = self.filtered(lambda package: package.status in ARRANGED)
        waiting = arranged.picking_id.marketplace_act_ids.filtered("is_problem")
        waiting.filtered(lambda job: job.act == "arrange").sudo()._close()

    # === WHERE IT LEADS === #

    def _marketplace_shop(self):
        return self.shop_id.sudo()

    def _marketplace_ref(self):
        return self.order_id.sudo().marketplace_order_ref

    @api.depends("ship_by", "status")
    def _compute_marketplace_due(self):
        super()._compute_marketplace_due()

    def _marketplace_deadline(self):
        return self.ship_by, self.status in ("shipped", "delivered", "cancelled")

    @api.depends("order_id.invoice_ids")
    def _compute_invoice_count(self):
        for package in self:
            package.invoice_count = package.order_id.sudo().invoice_count

    def _open(self):
        """The only package's page, else a list of the packages."""
        if len(self) == 1:
            return self.get_formview_action()
        action = self.env["ir.actions.act_window"]._for_xml_id("marketplace_connector.action_marketplace_package")
        return {**action, "domain": [("id", "in", self.ids)], "context": {}}

    def action_open_order(self):
        """The package's sales order."""
        self.ensure_one()
        return self.order_id.get_formview_action()

    def action_open_delivery(self):
        """The package's delivery."""
        self.ensure_one()
        return self.picking_id.get_formview_action()

    def action_open_invoices(self):
        """The invoices of the package's order."""
        self.ensure_one()
        self.check_access("read")
        return self.order_id.sudo()._marketplace_open_invoices(self.env)
