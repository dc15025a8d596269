"""Stock in warehouses, listings of it, and the numbers recomputed by other means than the product's."""

from collections import defaultdict
from datetime import timedelta
from fractions import Fraction

from odoo import Command, fields

from .test_flow_shipping import ShippingCase


class StockCase(ShippingCase):
    """Both shops count the same warehouse; nothing is listed yet."""

    def setUp(self):
        super().setUp()
        self.warehouse = self.lazada_shop.warehouse_id
        self.shops = self.lazada_shop | self.shopee_shop
        self.shops.write({"stock_warehouse_ids": [Command.set(self.warehouse.ids)], "sync_stock": True})
        self.product = self.products[0]

    # === WHAT THERE IS === #

    def listing(self, product=None, shop=None, **values):
        """A SKU on sale that stands for the product."""
        product = self.product if product is None else product
        shop = shop or self.lazada_shop
        number = self.env["marketplace.listing"].search_count([("shop_id", "=", shop.id)]) + 1
        return self.env["marketplace.listing"].create(
            {
                "shop_id": shop.id,
                "external_key": f"sku:{number}",
                "sku_ref": str(number),
                "seller_sku": product.default_code,
                "name": product.name,
                "product_id": product.id,
                "listing_status": "active",
                **values,
            }
        )

    def put(self, quantity, product=None, warehouse=None):
        """So many pieces more in the warehouse."""
        place = (warehouse or self.warehouse).lot_stock_id
        self.env["stock.quant"]._update_available_quantity(product or self.product, place, quantity)

    def demand(self, quantity, product=None, warehouse=None, confirm=True):
        """A sales order by hand for so many pieces, with its deliveries."""
        product, warehouse = product or self.product, warehouse or self.warehouse
        partner = self.env["res.partner"].create({"name": "Walk in"})
        lines = [Command.create({"product_id": product.id, "product_uom_qty": quantity})]
        values = {"partner_id": partner.id, "warehouse_id": warehouse.id, "order_line": lines}
        order = self.env["sale.order"].create(values)
        if confirm:
            order.action_confirm()
        return order

    def receipt(self, quantity, product=None, warehouse=None):
        """A confirmed receipt of so many pieces."""
        product, warehouse = product or self.product, warehouse or self.warehouse
        picking_type = warehouse.in_type_id
        move = {
            "product_id": product.id,
            "product_uom_qty": quantity,
            "location_id": self.env.ref("stock.stock_location_suppliers").id,
            "location_dest_id": picking_type.default_location_dest_id.id,
        }
        picking = self.env["stock.picking"].create(
            {"picking_type_id": picking_type.id, "move_ids": [Command.create(move)], **_places(move)}
        )
        picking.action_confirm()
        return picking

    def another_warehouse(self, **values):
        code = f"W{self.env['stock.warehouse'].search_count([])}"
        company = {"company_id": self.company.id}
        return self.env["stock.warehouse"].create({"name": f"Warehouse {code}", "code": code, **company, **values})

    # === WHAT IS SHOWN === #

    def number(self, listing):
        """The pieces that the listing's terms give, at all its places together."""
        self.env.flush_all()
        return sum(terms.number for terms in listing._stock_terms().values())

    def terms(self, listing):
        """The terms of a listing with one place."""
        self.env.flush_all()
        (terms,) = listing._stock_terms().values()
        return terms

    def reckon(self, *listings):
        """Reckon, check every number that is kept against what the database says, and give the updates to be sent."""
        listings = self.env["marketplace.listing"].union(*listings)
        self.env.flush_all()
        updates = listings._reckon_stock()
        for update in listings.stock_update_ids.filtered("is_newest"):
            self.assert_explained(update)
        return updates

    def assert_explained(self, update):
        """R46: the number follows from the terms that are kept with it."""
        shared = Fraction(str(update.share)) / 100
        shared *= Fraction(str(update.on_hand)) - Fraction(str(update.outgoing)) + Fraction(str(update.incoming))
        number = max(0, shared // 1 - update.buffer - update.sold_elsewhere)
        number = min(number, update.cap) if update.has_cap else number
        self.assertEqual(update.number, 0 if update.kept_for_id else number)
        self.assertEqual(bool(update.kept_for_id), update.cause == "kept_for_another")

    def in_database(self, product, warehouses=None):
        """(on hand, to deliver, to come) of the product in the warehouses, told by the tables alone."""
        paths = [f"{warehouse.view_location_id.parent_path}%" for warehouse in warehouses or self.warehouse]
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT COALESCE(sum(quant.quantity), 0) FROM stock_quant quant "
            "JOIN stock_location place ON place.id = quant.location_id "
            "WHERE product_id = %s AND place.parent_path LIKE ANY(%s)",
            [product.id, paths],
        )
        (on_hand,) = self.env.cr.fetchone()
        self.env.cr.execute(
            "SELECT product_qty, origin.parent_path LIKE ANY(%(paths)s), target.parent_path LIKE ANY(%(paths)s) "
            "FROM stock_move move JOIN stock_location origin ON origin.id = move.location_id "
            "JOIN stock_location target ON target.id = COALESCE(move.location_final_id, move.location_dest_id) "
            "WHERE product_id = %(product)s AND state NOT IN ('draft', 'done', 'cancel')",
            {"product": product.id, "paths": paths},
        )
        totals = defaultdict(float)
        for quantity, leaves_here, arrives_here in self.env.cr.fetchall():
            totals[leaves_here, arrives_here] += quantity
        return on_hand, totals[True, False], totals[False, True]

    def marked(self, *listings):
        """Let this transaction's changes be marked as at its end, and give the listings that are to be looked at."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env["marketplace.stock.mark"]._consume()
        found = self.env["marketplace.listing"].search([("stock_marked_at", "!=", False)])
        return found if not listings else found & self.env["marketplace.listing"].union(*listings)

    def settle(self):
        """Nothing is marked any more."""
        self.marked().stock_marked_at = False

    def later_by(self, minutes):
        return fields.Datetime.now() + timedelta(minutes=minutes)


def _places(move):
    return {name: move[name] for name in ("location_id", "location_dest_id")}
