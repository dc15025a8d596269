"""Parcels and deliveries: one delivery, one package. Open deliveries are divided and joined to that end."""

from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _marketplace_assign_packages(self):
        """Tie each live package of the orders to the delivery that holds its units, and, while that is open, no others.

        What is done stays as it is; where it is not what the package holds, `_marketplace_parcels_differ` says so.
        """
        self._marketplace_read_parcels()
        self.marketplace_package_ids._untie()
        for order in self:
            if not order._marketplace_is_assigned():
                order._marketplace_assign()

    def _marketplace_read_parcels(self):
        """Read in one go what is looked at order by order."""
        self.order_line.move_ids.mapped("location_dest_id.usage")
        self.picking_ids.move_ids.mapped("sale_line_id.marketplace_kind")
        self.picking_ids.marketplace_package_ids.mapped("status")
        self.marketplace_package_ids.mapped("picking_id.state")

    def _marketplace_is_assigned(self):
        """Whether nothing is to be done for the order: the usual case, told from what is read already."""
        return all(
            package.picking_id
            and (package.picking_id.state == "done" or same(package._quantities(), package.picking_id))
            for package in self._marketplace_live_packages()
        )

    def _marketplace_live_packages(self):
        return self.marketplace_package_ids.filtered(lambda package: package.status != "cancelled")

    def _marketplace_deliveries(self):
        return self.picking_ids.filtered(
            lambda picking: picking.picking_type_code == "outgoing" and picking.state != "cancel"
        )

    def _marketplace_assign(self):
        """Divide the order's open deliveries as the platform has divided it, and tie each to its package."""
        packages = self._marketplace_live_packages().filtered(lambda package: package._quantities())
        free = self._marketplace_deliveries() - packages.picking_id
        for package in packages.filtered(lambda package: package.picking_id.state not in (False, "done")):
            free |= package._keep_own_units()
        for package in packages.filtered(lambda package: not package.picking_id):
            package.picking_id = self._marketplace_delivery_for(package, free)
            free -= package.picking_id
            if package.picking_id:
                package._move_labels()
        for package in packages.filtered(lambda package: package.picking_id.state not in (False, "done")):
            free |= package._keep_own_units()
            package._fetch_own_units(free)

    def _marketplace_delivery_for(self, package, free):
        """The delivery that is to be the package's: it holds its units, alone or, while it is open, among others."""
        wanted = package._quantities()
        exact = free.filtered(lambda picking: same(wanted, picking))
        if exact:
            return exact.sorted(lambda picking: (picking.state != "done", picking.id))[0]
        still_open = free.filtered(lambda picking: picking.state != "done").sorted("id")
        for picking in still_open:
            if covers(picking._marketplace_quantities(), wanted):
                return picking._marketplace_split(wanted)
        for picking in self._marketplace_deliveries().filtered(lambda picking: picking.state == "done").sorted("id"):
            others = picking.marketplace_package_ids.filtered(lambda other: other.status != "cancelled")
            if covers(less(picking._marketplace_quantities(), *(other._quantities() for other in others)), wanted):
                return picking
        shares = {picking: overlap(picking._marketplace_quantities(), wanted) for picking in still_open}
        return max((picking for picking in shares if shares[picking]), key=shares.get, default=free.browse())

    def _marketplace_parcels_differ(self):
        """What to say of deliveries that left otherwise than the marketplace has it, while its parcels wait; or ""."""
        if not self.marketplace_shop_id.process_orders or any(self.order_line.mapped("marketplace_to_return")):
            return ""  # what has to come back is a problem of its own
        for picking in self._marketplace_deliveries().filtered(lambda picking: picking.state == "done"):
            packages = picking.marketplace_package_ids.filtered(lambda package: package.status != "cancelled")
            waiting = packages.filtered(lambda package: package.status in ("pending", "confirmed", "ready_to_ship"))
            if waiting and not (len(packages) == 1 and same(packages._quantities(), picking)):
                return self.env._(
                    "%(delivery)s is done in Odoo, but the marketplace has its goods otherwise: %(packages)s. Send "
                    "them as the marketplace has them, or divide the order there as they were sent.",
                    delivery=picking.name,
                    packages="; ".join(f"{package.package_ref}: {package.content_text}" for package in packages),
                )
        return ""


class MarketplacePackage(models.Model):
    _inherit = "marketplace.package"

    def _untie(self):
        """Let go of deliveries that are open or cancelled where the package is cancelled, and of cancelled ones."""
        loose = self.filtered(
            lambda package: (
                package.picking_id
                and (
                    package.picking_id.state == "cancel"
                    or (package.status == "cancelled" and package.picking_id.state != "done")
                )
            )
        )
        if loose:
            loose.picking_id = False

    def _keep_own_units(self):
        """Put what the package's open delivery holds beyond it into another delivery, which is returned."""
        self.ensure_one()
        picking = self.picking_id
        wanted, held = self._quantities(), picking._marketplace_quantities()
        if not overlap(held, wanted):
            self.picking_id = False
            return picking
        beyond = less(held, wanted)
        return picking._marketplace_split(beyond) if beyond else picking.browse()

    def _fetch_own_units(self, others):
        """Take what the package's open delivery lacks out of other open ones of the same kind."""
        self.ensure_one()
        picking = self.picking_id
        for other in others.filtered(lambda other: other.picking_type_id == picking.picking_type_id).sorted("id"):
            lack = less(self._quantities(), picking._marketplace_quantities())
            held = other._marketplace_quantities() if other.state not in ("done", "cancel") else {}
            pieces = {line: min(count, held[line]) for line, count in lack.items() if line in held}
            if pieces:
                picking._marketplace_take(other, pieces)


def same(wanted, picking):
    """Whether the delivery holds the pieces (by sales order line), and no others."""
    held = picking._marketplace_quantities()
    return not less(held, wanted) and not less(wanted, held)


def covers(held, wanted):
    """Whether all wanted pieces (by sales order line) are among those held."""
    return not less(wanted, held)


def less(held, *others):
    """What is left of the pieces (by sales order line) without the others."""
    left = {}
    for line, count in held.items():
        rest = count - sum(other.get(line, 0) for other in others)
        if line.product_uom_id.compare(rest, 0) > 0:
            left[line] = rest
    return left


def total(quantities):
    """The sum of pieces by sales order line."""
    found = {}
    for pieces in quantities:
        for line, count in pieces.items():
            found[line] = found.get(line, 0) + count
    return found


def overlap(held, wanted):
    """How many of the pieces (by sales order line) are wanted."""
    return sum(min(count, wanted.get(line, 0)) for line, count in held.items())
