from odoo import models
from odoo.tools import float_round


class StockMove(models.Model):
    _inherit = "stock.move"

    def _marketplace_pieces(self, amounts=None, parts=None):
        """How many pieces of their sales order line these moves are: whole kits where the line is one.

        `amounts` are other ones than the moves bring, by move, in its unit; `parts` other ones of a piece than the
        line has now, by product, in its unit.
        """
        line = self.sale_line_id
        pieces = []
        for product, per_piece in (line._marketplace_parts() if parts is None else parts).items():
            moved = sum(move._marketplace_amount(amounts) for move in self if move.product_id == product)
            pieces.append(moved / per_piece)
        fewest = min(pieces, default=0)
        is_kit = self.product_id != line.product_id
        whole = float_round(fewest, precision_digits=0, rounding_method="DOWN")
        return whole if is_kit else line.product_uom_id.round(fewest)

    def _marketplace_amount(self, amounts=None):
        """What the move brings, or is to bring, in its product's unit."""
        moved = self.quantity if self.state == "done" else self.product_uom_qty
        moved = amounts[self] if amounts is not None else moved
        return self.product_uom._compute_quantity(moved, self.product_id.uom_id, round=False)

    def _marketplace_share(self, line, pieces, amounts=None, parts=None):
        """What of these moves makes so many pieces of the sales order line: quantities by move, in its unit.

        `amounts` and `parts` as for `_marketplace_pieces`.
        """
        shares = {}
        for product, per_piece in (line._marketplace_parts() if parts is None else parts).items():
            wanted = per_piece * pieces
            for move in self.filtered(lambda move, product=product: move.product_id == product):
                part = min(wanted, move._marketplace_amount(amounts))
                if move.product_id.uom_id.compare(part, 0) > 0:
                    shares[move] = move.product_id.uom_id._compute_quantity(part, move.product_uom, round=False)
                    wanted -= part
        return shares

    def _marketplace_returned(self):
        """How much of the move came back, or is to come back in a return that waits."""
        returns = self.returned_move_ids.filtered(lambda move: move.state != "cancel")
        return sum(
            move.product_uom._compute_quantity(move.quantity or move.product_uom_qty, self.product_uom, round=False)
            for move in returns
        )

    def _marketplace_shrink(self, line, pieces, gone=()):
        """Take pieces of the sales order line off these open moves of it.

        Parcels with the units that are `gone` come first, then what is in no parcel, then parcels that are not
        arranged; the youngest delivery before the older ones.
        """
        parts = line._marketplace_parts()  # the line's quantity and its moves do not fit each other until the end
        by_picking = self.grouped("picking_id")
        gone_from = {
            picking: len({*gone} & {*(picking.marketplace_package_id.contents or ())}) for picking in by_picking
        }

        def worth(picking):
            package = picking.marketplace_package_id
            return bool(package), package.status != "pending", -picking.id

        turns = [(picking, count) for picking, count in gone_from.items() if count]
        turns += [(picking, pieces) for picking in sorted(by_picking, key=worth)]
        for picking, most in turns:
            moves = by_picking[picking].filtered(lambda move: move.state != "cancel").sorted("id", reverse=True)
            part = min(pieces, most, moves._marketplace_pieces(parts=parts) if moves else 0)
            for move, quantity in moves._marketplace_share(line, part, parts=parts).items():
                move._marketplace_lower(quantity)
            pieces -= part

    def _marketplace_lower(self, quantity):
        """Let the open move bring so much less, in its own unit."""
        if self.product_uom.compare(quantity, self.product_uom_qty) >= 0:
            self._action_cancel()
            return
        self.product_uom_qty -= quantity
        if self.quantity > self.product_uom_qty:
            self.quantity = self.product_uom_qty

    def _marketplace_cut(self, quantities):
        """Divide open moves; gives the moves that bring the quantities (by move, in the move's unit)."""
        parts = self.browse()
        for move, quantity in quantities.items():
            if move.product_uom.compare(quantity, move.product_uom_qty) >= 0:
                parts |= move
                continue
            move.picked = False  # what was counted for the whole says nothing of its parts
            move._do_unreserve()
            values = move._split(move.product_uom._compute_quantity(quantity, move.product_id.uom_id))
            part = self.create(values)
            part._action_confirm(merge=False, create_proc=False)
            parts |= part
        return parts
