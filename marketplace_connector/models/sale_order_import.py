"""From the platform's orders to sales orders: what is new, what has changed, in batches."""

import logging
from collections import Counter
from decimal import Decimal

from odoo import Command, api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .error_messages import first_line
from .failure_log import log_unforeseen
from .marketplace_token import naive
from .sale_order_checks import AMOUNT_FIELDS, OVER

_logger = logging.getLogger(__name__)

IMPORTABLE = ("ready_to_ship", "processed")
FULFILLED = ("shipped", "completed")
MOST_PROVISIONAL = 200  # orders whose amounts are asked for again in one go


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # === WHAT HAS CHANGED === #

    @api.model
    def _marketplace_known(self, shop, refs):
        """The shop's sales orders with these numbers: a dict by number."""
        orders = self.search([("marketplace_shop_id", "=", shop.id), ("marketplace_order_ref", "in", list(refs))])
        return {order.marketplace_order_ref: order for order in orders}

    @api.model
    def _marketplace_changed(self, shop, orders, create_any=False):
        """Those of the orders that are to be written: new and importable, or newer than what Odoo has.

        An older payload changes nothing; one of the same time is compared by its digest.
        """
        known = self._marketplace_known(shop, [order.ref for order in orders])
        troubled = {*self.env["marketplace.job"]._open_of(shop, [order.ref for order in orders])}
        troubled |= self.env["marketplace.package"]._waiting_for_tracking(self.union(*known.values()))
        left = self._marketplace_of_no_shop(shop, [order for order in orders if order.ref not in known])
        return [
            order
            for order in orders
            if (
                known[order.ref]._marketplace_is_older_than(order, order.ref in troubled)
                if order.ref in known
                else order.ref in left
                or self._marketplace_is_importable(shop, order)
                or (create_any and order.status not in OVER)
            )
        ]

    @api.model
    def _marketplace_is_importable(self, shop, order):
        wanted = IMPORTABLE + FULFILLED if shop.create_fulfilled else IMPORTABLE
        return order.status in wanted and naive(order.created_at) >= shop.import_from

    def _marketplace_is_older_than(self, order, troubled):
        if self.marketplace_updated_at and naive(order.updated_at) < self.marketplace_updated_at:
            return False
        unsettled = troubled or self.marketplace_amount_state == "provisional"
        return unsettled or self.marketplace_digest != order.digest

    @api.model
    def _marketplace_provisional(self, shop, before):
        """The shop's orders whose amounts the platform had not told, and that have not changed since `before`."""
        return self.search(
            [
                ("marketplace_shop_id", "=", shop.id),
                ("marketplace_amount_state", "=", "provisional"),
                ("marketplace_updated_at", "<", before),
                ("state", "!=", "cancel"),
            ],
            order="write_date, id",
            limit=MOST_PROVISIONAL,
        )

    # === WRITING === #

    @api.model
    def _marketplace_upsert(self, shop, orders, doubts=()):
        """Create or update the sales orders of `orders`, all of them or each with a problem; count what was done.

        `doubts` are problems, as `marketplace.job` keeps them, that orders have although they can be written.
        """
        shop = shop._as_system()
        SaleOrder = self.with_env(shop.env)
        counts = Counter()
        SaleOrder._marketplace_halving(shop, orders, {doubt["order_ref"]: doubt for doubt in doubts}, counts)
        return counts

    @api.model
    def _marketplace_halving(self, shop, orders, doubts, counts):
        """Write the orders in one go; if the unforeseen happens, in halves until the bad one stands alone."""
        if not orders:
            return
        done = Counter()
        try:
            with self.env.cr.savepoint():
                failures = self._marketplace_write(shop, orders, doubts, done)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:  # noqa: BLE001  whatever any addon raises about one order
            if len(orders) > 1:
                middle = len(orders) // 2
                self._marketplace_halving(shop, orders[:middle], doubts, counts)
                self._marketplace_halving(shop, orders[middle:], doubts, counts)
                return
            log_unforeseen(_logger, error, "Order %s of shop %s could not be written", orders[0].ref, shop.id)
            failures = [self._marketplace_unforeseen(orders[0], error)]
            done = Counter()
        counts.update(done)
        counts["failed"] += len(failures)
        self.env["marketplace.job"]._record(shop, failures)
        failed = {failure["order_ref"] for failure in failures}
        self.env["marketplace.job"]._solve(shop, [order.ref for order in orders if order.ref not in failed])

    @api.model
    def _marketplace_unforeseen(self, order, error):
        return {
            "order_ref": order.ref,
            "reason": "unforeseen",
            "message": self.env._("The order could not be written: %(error)s", error=first_line(self.env, error)),
            "details": repr(error),
            "ship_by": naive(order.ship_by),
            "raw": order.raw,
        }

    @api.model
    def _marketplace_write(self, shop, orders, doubts, done):
        """Create the new and update the known orders; the failures are problems a person has to solve."""
        known = self._marketplace_known(shop, [order.ref for order in orders])
        listings = self.env["marketplace.listing"]._of_lines(shop, [line for order in orders for line in order.lines])
        adopted, others = self._marketplace_adopt(shop, [o for o in orders if o.ref not in known], listings)
        known |= adopted
        unknown = [order for order in orders if order.ref not in known and order.ref not in others]
        fresh, failures = self._marketplace_creatable(shop, unknown)
        failures += [failure for failure in others.values() if failure]
        created = self._marketplace_create(shop, fresh, listings)
        pairs = [(known[order.ref], order) for order in orders if order.ref in known]
        updates = [sale_order._marketplace_update(shop, order, listings) for sale_order, order in pairs]
        failures += [failure for failure in updates if failure]
        done.update(created=len(created), updated=len(pairs))
        written = [*zip(created, fresh, strict=True), *pairs]
        failures += self._marketplace_confirm_linked(shop, written)
        self.env["marketplace.package"]._take_over(written)
        failures += self._marketplace_follow_platform(shop, written)
        self.union(*(sale_order for sale_order, _order in written))._marketplace_announce_all()
        failures += self._marketplace_amount_failures(written, doubts, {failure["order_ref"] for failure in failures})
        failed = {failure["order_ref"] for failure in failures}
        good = [sale_order.id for sale_order, order in written if order.ref not in failed]
        failures += self._marketplace_invoice_due(self.browse(good))
        return failures

    @api.model
    def _marketplace_creatable(self, shop, orders):
        """Those of the new orders that can become sales orders, and the problems of the others."""
        troubles = [(order, self._marketplace_trouble(shop, order)) for order in orders]
        failures = [self._marketplace_failure(order, *trouble) for order, trouble in troubles if trouble]
        return [order for order, trouble in troubles if not trouble], failures

    @api.model
    def _marketplace_confirm_linked(self, shop, written):
        """Confirm the quotations whose lines all have their products, where the shop wants that; the problems of the
        others."""
        failures, confirmable = [], []
        for sale_order, order in written:
            if failure := sale_order._marketplace_line_failure(order):
                failures.append(failure)
            elif (
                sale_order.state in ("draft", "sent")
                and order.status not in OVER
                and not sale_order.marketplace_cancelling
            ):
                confirmable.append(sale_order.id)
        if shop.confirm_automatically and confirmable:
            self.browse(confirmable).action_confirm()
        return failures

    @api.model
    def _marketplace_amount_failures(self, written, doubts, failed):
        """Compare all amounts; the problems, and the doubts, of orders that have not `failed` for another reason."""
        failures = []
        for sale_order, order in written:
            failure = sale_order._marketplace_check_amounts(order)
            if not failure and sale_order.state != "cancel":
                failure = doubts.get(order.ref)
            if failure and order.ref not in failed:
                failures.append(failure)
        return failures

    # === CREATING === #

    @api.model
    def _marketplace_create(self, shop, orders, listings):
        if not orders:
            return self
        partners = self.env["marketplace.buyer"]._partners_of(shop, orders)
        return self.create(
            [
                {
                    **self._marketplace_header(shop, order),
                    "partner_id": partners[order.ref].id,
                    "partner_invoice_id": partners[order.ref].id,
                    "partner_shipping_id": partners[order.ref].id,
                    "order_line": [Command.create(values) for values in self._marketplace_lines(shop, order, listings)],
                }
                for order in orders
            ]
        )

    @api.model
    def _marketplace_header(self, shop, order):
        """What a new sales order says once and for all."""
        return {
            "marketplace_shop_id": shop.id,
            "marketplace_order_ref": order.ref,
            "company_id": shop.company_id.id,
            "client_order_ref": order.ref,
            "origin": shop.name,
            "date_order": naive(order.created_at),
            "commitment_date": naive(order.ship_by),
            "pricelist_id": shop.pricelist_id.id,
            "fiscal_position_id": shop.fiscal_position_id.id,
            "warehouse_id": shop.warehouse_id.id,
            "team_id": shop.team_id.id,
            "user_id": shop.user_id.id,
            "require_signature": False,
            "require_payment": False,
            "validity_date": False,
            "note": False,
            "payment_term_id": False,
            "marketplace_came_fulfilled": shop.create_fulfilled and order.status != "ready_to_ship",
            **self._marketplace_facts(order),
        }

    @api.model
    def _marketplace_facts(self, order):
        """What the platform may change later."""
        by_platform = {line.fulfilled_by_platform for line in order.lines}
        fulfilment = "mixed" if len(by_platform) > 1 else "platform" if True in by_platform else "seller"
        facts = {
            "marketplace_status": order.status,
            "marketplace_raw_status": order.raw_status,
            "marketplace_updated_at": naive(order.updated_at),
            "marketplace_ship_by": naive(order.ship_by),
            "marketplace_digest": order.digest,
            "marketplace_fulfilment": fulfilment,
            "marketplace_payment_method": order.payment_method,
            "marketplace_cash_on_delivery": order.cash_on_delivery,
            "marketplace_courier": order.courier,
            "marketplace_buyer_note": order.buyer_note,
            "marketplace_cancel_reason": order.cancel_reason,
            "marketplace_cancelled_by": order.cancelled_by,
            "marketplace_cancel_request": order.cancel_request,
            "marketplace_answer_by": naive(order.answer_by),
        }
        if order.amounts:
            facts |= {field: float(getattr(order.amounts, name)) for field, name in AMOUNT_FIELDS.items()}
        return facts

    @api.model
    def _marketplace_lines(self, shop, order, listings):
        """The values of all lines of a new order: goods, shipping, seller vouchers."""
        lines = [
            self._marketplace_goods_values(shop, line, listings[line.listing_key])
            for line in order.lines
            if line.live_quantity
        ]
        return lines + self._marketplace_extra_values(shop, order, lines)

    @api.model
    def _marketplace_goods_values(self, shop, line, listing):
        waits = listing._trouble() is not None
        product = self.env.ref("marketplace_connector.product_unlinked") if waits else listing.product_id
        price = float(line.total / line.quantity)
        return {
            "marketplace_kind": "goods",
            "marketplace_listing_id": listing.id,
            "marketplace_seller_sku": line.seller_sku or line.name,
            "marketplace_unit_refs": [
                unit.ref for unit in sorted(line.units, key=lambda unit: unit.status == "cancelled")
            ],
            "marketplace_waits_for_product": waits,
            "marketplace_list_price": float(line.list_price),
            "marketplace_seller_discount": float(line.seller_discount),
            "marketplace_platform_discount": float(line.platform_discount),
            **shop._platform_line_values(line),
            "marketplace_by_hand": line.by_hand or False,
            "product_id": product.id,
            "product_uom_qty": line.live_quantity,
            "product_uom_id": product.uom_id.id,
            "price_unit": price,
            "technical_price_unit": price,
            "discount": 0.0,
            "tax_ids": [Command.set(shop._order_taxes(product).ids)],
            "name": "\n".join(filter(None, [line.name or product.display_name, line.variation])),
        }

    @api.model
    def _marketplace_extra_values(self, shop, order, goods):
        """Shipping and seller voucher lines; none while the platform has not told the amounts."""
        if not order.amounts:
            return []
        extra = []
        if order.amounts.shipping_fee:
            extra.append(
                self._marketplace_service_values(
                    "shipping",
                    shop.shipping_product_id,
                    order.amounts.shipping_fee,
                    shop._order_taxes(shop.shipping_product_id).ids,
                    order.courier,
                )
            )
        vouchers = {}
        live = [line for line in order.lines if line.live_quantity]
        for line, values in zip(live, goods, strict=True):
            taxes = tuple(values["tax_ids"][0][2])
            vouchers[taxes] = vouchers.get(taxes, Decimal(0)) + line.live_seller_voucher
        extra += [
            self._marketplace_service_values("voucher", shop.voucher_product_id, -amount, list(taxes))
            for taxes, amount in vouchers.items()
            if amount
        ]
        return extra

    @api.model
    def _marketplace_service_values(self, kind, product, amount, tax_ids, note=""):
        return {
            "marketplace_kind": kind,
            "product_id": product.id,
            "product_uom_qty": 1,
            "product_uom_id": product.uom_id.id,
            "price_unit": float(amount),
            "technical_price_unit": float(amount),
            "discount": 0.0,
            "tax_ids": [Command.set(tax_ids)],
            "name": f"{product.name}: {note}" if note else product.name,
        }
