from odoo import api, fields, models
from odoo.exceptions import UserError

from .marketplace_package import FURTHEST_BEHIND, STATUSES


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "marketplace.access.guard"]

    marketplace_shop_id = fields.Many2one(
        "marketplace.shop",
        string="Shop",
        compute="_compute_marketplace_shop_id",
        store=True,
        index="btree_not_null",
    )
    marketplace_provider = fields.Selection(related="marketplace_shop_id.provider", string="Marketplace")
    marketplace_order_ref = fields.Char(related="sale_id.marketplace_order_ref", string="External ID")
    marketplace_package_ids = fields.One2many("marketplace.package", "picking_id", string="Packages")
    marketplace_package_id = fields.Many2one("marketplace.package", compute="_compute_marketplace_package_id")
    marketplace_status = fields.Selection(
        STATUSES, string="Package status", compute="_compute_marketplace_status", store=True, index="btree_not_null"
    )
    marketplace_courier = fields.Char(string="Courier", compute="_compute_marketplace_courier", store=True)
    marketplace_label_id = fields.Many2one("ir.attachment", compute="_compute_marketplace_package_id")
    marketplace_label_printed_at = fields.Datetime(string="Label printed", compute="_compute_marketplace_package_id")
    marketplace_label_note = fields.Char(string="About the label", compute="_compute_marketplace_package_id")
    marketplace_ship_by = fields.Datetime(
        related="sale_id.commitment_date",
        string="Ship by",
        store=True,
        help="The marketplace counts the parcel as late after this moment.",
    )

    @api.depends("sale_id.marketplace_shop_id", "sale_id.company_id", "company_id")
    def _compute_marketplace_shop_id(self):
        """The order's shop; none for a transfer that was hung on an order of another company."""
        for picking in self:
            order = picking.sale_id
            picking.marketplace_shop_id = order.company_id == picking.company_id and order.marketplace_shop_id

    @api.depends(
        "marketplace_package_ids.status",
        "marketplace_package_ids.label_id",
        "marketplace_package_ids.label_note",
        "marketplace_package_ids.label_printed_at",
    )
    def _compute_marketplace_package_id(self):
        for picking in self:
            package = picking.sudo()._marketplace_shown_package()
            picking.marketplace_package_id = package
            picking.marketplace_label_id = package.label_id
            picking.marketplace_label_printed_at = package.label_printed_at
            picking.marketplace_label_note = package._label_remark()

    @api.depends(
        "marketplace_shop_id",
        "marketplace_package_ids.status",
        "marketplace_package_ids.courier",
        "sale_id.marketplace_courier",
        "sale_id.marketplace_package_ids.courier",
    )
    def _compute_marketplace_courier(self):
        for picking in self:
            package = picking.sudo()._marketplace_shown_package()
            picking.marketplace_courier = package.courier or picking.sudo().sale_id.marketplace_courier

    def _marketplace_shown_package(self):
        """The delivery's package; an earlier step of the warehouse shows the order's that is least advanced."""
        packages = self.marketplace_package_ids
        if not packages and self._marketplace_is_earlier_step():
            packages = self.sale_id.marketplace_package_ids
        live = packages.filtered(lambda package: package.status != "cancelled")
        return live.sorted(lambda package: FURTHEST_BEHIND.index(package.status))[:1]

    def _marketplace_is_earlier_step(self):
        """Whether this brings the goods towards the door of a warehouse with several steps."""
        return bool(self.sale_id) and self.picking_type_code == "internal" and self.state != "cancel"

    @api.depends(
        "state",
        "marketplace_shop_id",
        "marketplace_manual_reason",
        "picking_type_code",
        "marketplace_package_ids.status",
        "sale_id.marketplace_package_ids.status",
        "sale_id.marketplace_status",
    )
    def _compute_marketplace_status(self):
        for picking in self:
            outgoing = picking.marketplace_shop_id and picking.picking_type_code != "incoming"
            picking.marketplace_status = picking.sudo()._marketplace_status_now() if outgoing else False

    def _marketplace_status_now(self):
        self.ensure_one()
        if self.state == "cancel":
            return "cancelled"
        if self.marketplace_manual_reason:
            return "manual"
        status = self._marketplace_shown_package().status or "pending"
        if status != "manual" and not (status == "pending" and self.marketplace_by_hand):
            return status
        # A person has dealt with it: no parcel of the marketplace tells how far it is.
        if self.state != "done":
            return "confirmed"
        return "delivered" if self.sale_id.marketplace_status == "completed" else "shipped"

    # === WHAT IS IN IT === #

    def _marketplace_quantities(self):
        """Pieces of each sales order line in the delivery."""
        moves = self.move_ids.filtered(lambda move: move.state != "cancel" and move.sale_line_id.marketplace_kind)
        quantities = {line: of_line._marketplace_pieces() for line, of_line in moves.grouped("sale_line_id").items()}
        return {line: pieces for line, pieces in quantities.items() if pieces}

    def _marketplace_moves_of(self, pieces):
        """The moves that bring pieces (by sales order line) of an open transfer, divided from the rest of it."""
        open_moves = self.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
        quantities = {}
        for line, count in pieces.items():
            of_line = open_moves.filtered(lambda move, line=line: move.sale_line_id == line)
            quantities |= of_line._marketplace_share(line, count)
        return open_moves._marketplace_cut(quantities)

    def _marketplace_split(self, pieces):
        """Take pieces (by sales order line) out of an open transfer into a new one, which is returned."""
        self.ensure_one()
        picking = self._create_backorder_picking()
        picking._marketplace_take(self, pieces)
        return picking

    def _marketplace_take(self, other, pieces):
        """Take pieces (by sales order line) over from another open transfer, which is cancelled if nothing stays."""
        self.ensure_one()
        moves = other._marketplace_moves_of(pieces)
        moves.write({"picking_id": self.id})
        moves.move_line_ids.write({"picking_id": self.id})
        moves._merge_moves()
        (self | other).action_assign()
        if not other.move_ids.filtered(lambda move: move.state != "cancel"):
            other.action_cancel()

    def action_marketplace_label(self):
        """Open the labels of the transfers' packages in a new tab, as one PDF; say which are missing."""
        self.check_access("read")
        pickings = self.sudo().filtered("marketplace_shop_id")
        if not pickings:
            raise UserError(self.env._("There are no labels to print: no transfer of a marketplace order is chosen."))
        packages = {picking: picking._marketplace_label_packages() for picking in pickings}
        lacking = [
            (picking.name, picking._marketplace_why_no_package()) for picking in pickings if not packages[picking]
        ]
        wanted = self.env["marketplace.package"].union(*packages.values())
        return wanted.with_env(self.env)._print_labels(lacking)

    def _marketplace_label_packages(self):
        """The packages whose labels belong to the transfer; a pick's are those of its order."""
        found = self.marketplace_package_ids
        if not found and self.picking_type_code != "outgoing":
            found = self.sale_id.marketplace_package_ids
        return found.filtered(lambda package: package.status != "cancelled")

    def _marketplace_why_no_package(self):
        if self.state == "cancel":
            return self.env._("it is cancelled")
        if self.marketplace_by_platform:
            return self.env._("the marketplace ships it")
        return self.env._("it is not packed or arranged yet")

    def _compute_allowed_carrier_ids(self):
        """None of Odoo's carriers: the marketplace ships. To ask them needs rights that packers need not have."""
        ours = self.filtered("marketplace_shop_id")
        ours.allowed_carrier_ids = False
        super(StockPicking, self - ours)._compute_allowed_carrier_ids()

    def _send_confirmation_email(self):
        """Write to no buyer of a marketplace: they hear from the marketplace, and their contact belongs to it."""
        silent = self.filtered("sale_id.marketplace_shop_id")
        return super(StockPicking, self - silent)._send_confirmation_email()
